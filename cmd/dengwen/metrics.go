package main

import (
	"context"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store"
)

// metricsHandler answers /metrics, for Prometheus, and /healthz: 200 while the
// box answers. Both say what status says, counts by channel, and nothing of any
// report or of who sent it.
func metricsHandler(b *store.Box, p *mailpoll.Poller) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), boxMetrics{b})
	if p != nil {
		r.MustRegister(mailMetrics{p})
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := b.Status(r.Context()); err != nil {
			http.Error(w, "the box does not answer", http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "ok\n")
	})
	return mux
}

var (
	entriesMetric  = prometheus.NewDesc("dengwen_entries", "Entries in the log.", nil, nil)
	acceptedMetric = prometheus.NewDesc("dengwen_accepted_total", "Reports accepted since the box was made.", []string{"channel"}, nil)
	refusedMetric  = prometheus.NewDesc("dengwen_refused_total", "Reports refused by the schedule since the box was made.", []string{"channel"}, nil)
	openMetric     = prometheus.NewDesc("dengwen_open", "1 while the channel takes reports.", []string{"channel"}, nil)

	mailConnectedMetric   = prometheus.NewDesc("dengwen_mail_connected", "1 while connected to the mailbox.", nil, nil)
	mailPassMetric        = prometheus.NewDesc("dengwen_mail_last_pass_timestamp_seconds", "When the last good pass over the mailbox ended.", nil, nil)
	mailPendingMetric     = prometheus.NewDesc("dengwen_mail_pending", "Messages taken whose removal from the mailbox is not confirmed.", nil, nil)
	mailQuarantinedMetric = prometheus.NewDesc("dengwen_mail_quarantined_total", "Messages set aside since the start.", nil, nil)
)

// boxMetrics reads the box's status at each scrape.
type boxMetrics struct{ box *store.Box }

func (m boxMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{entriesMetric, acceptedMetric, refusedMetric, openMetric} {
		to <- d
	}
}

func (m boxMetrics) Collect(to chan<- prometheus.Metric) {
	st, err := m.box.Status(context.Background())
	if err != nil {
		to <- prometheus.NewInvalidMetric(entriesMetric, err)
		return
	}
	to <- prometheus.MustNewConstMetric(entriesMetric, prometheus.GaugeValue, float64(st.Entries))
	for _, c := range intake.LiveChannels() {
		open := 0.0
		if st.Open[c] {
			open = 1
		}
		to <- prometheus.MustNewConstMetric(acceptedMetric, prometheus.CounterValue, float64(st.Accepted[c]), string(c))
		to <- prometheus.MustNewConstMetric(refusedMetric, prometheus.CounterValue, float64(st.Refused[c]), string(c))
		to <- prometheus.MustNewConstMetric(openMetric, prometheus.GaugeValue, open, string(c))
	}
}

// mailMetrics reads how the poller does at each scrape.
type mailMetrics struct{ poller *mailpoll.Poller }

func (m mailMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{mailConnectedMetric, mailPassMetric, mailPendingMetric, mailQuarantinedMetric} {
		to <- d
	}
}

func (m mailMetrics) Collect(to chan<- prometheus.Metric) {
	st := m.poller.Status()
	connected, passed := 0.0, 0.0
	if st.Connected {
		connected = 1
	}
	if !st.LastPass.IsZero() {
		passed = float64(st.LastPass.Unix())
	}
	to <- prometheus.MustNewConstMetric(mailConnectedMetric, prometheus.GaugeValue, connected)
	to <- prometheus.MustNewConstMetric(mailPassMetric, prometheus.GaugeValue, passed)
	to <- prometheus.MustNewConstMetric(mailPendingMetric, prometheus.GaugeValue, float64(st.Totals.Pending))
	to <- prometheus.MustNewConstMetric(mailQuarantinedMetric, prometheus.CounterValue, float64(st.Totals.Quarantined))
}
