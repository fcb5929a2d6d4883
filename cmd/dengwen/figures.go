package main

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store"
	"dengwen/store/entry"
)

var (
	entriesMetric  = prometheus.NewDesc("dengwen_entries", "Entries in the log, when the last day was closed.", nil, nil)
	acceptedMetric = prometheus.NewDesc("dengwen_accepted_total", "Reports accepted since the box was made, when the last day was closed.", []string{"channel"}, nil)
	refusedMetric  = prometheus.NewDesc("dengwen_refused_total", "Reports refused by the schedule since the box was made, when the last day was closed.", []string{"channel"}, nil)
	asideMetric    = prometheus.NewDesc("dengwen_mail_quarantined_total", "Messages set aside since the start, when the last day was closed.", nil, nil)

	openMetric      = prometheus.NewDesc("dengwen_open", "1 while the channel takes reports.", []string{"channel"}, nil)
	connectedMetric = prometheus.NewDesc("dengwen_mail_connected", "1 while connected to the mailbox.", nil, nil)
	passMetric      = prometheus.NewDesc("dengwen_mail_last_pass_timestamp_seconds", "When the last good pass over the mailbox ended.", nil, nil)
	pendingMetric   = prometheus.NewDesc("dengwen_mail_pending", "Messages taken whose removal from the mailbox is not confirmed.", nil, nil)
)

// boxMetrics are the figures of the box and the mailbox. A count that moves
// with every report would tell whoever keeps the figures when each came, which
// the box seals. So counts are those of the moment when the last day was
// closed, or serve was started; dengwen status has today's.
type boxMetrics struct {
	box    *store.Box
	poller *mailpoll.Poller // nil without a mailbox

	mu     sync.Mutex
	taken  bool
	day    string // the last closed one, when these were taken
	counts entry.Status
	aside  int
}

// Describe tells Prometheus what there may be.
func (m *boxMetrics) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, to) }

// Collect reads the figures at a scrape.
func (m *boxMetrics) Collect(to chan<- prometheus.Metric) {
	status, err := m.box.Status(context.Background())
	if err == nil {
		err = m.take(status)
	}
	if err != nil {
		// Whatever it is, it may name a path.
		to <- prometheus.NewInvalidMetric(entriesMetric, intake.ErrStopped)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	counter := func(d *prometheus.Desc, n int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(entriesMetric, float64(m.counts.Entries))
	for _, c := range intake.LiveChannels() {
		counter(acceptedMetric, m.counts.Accepted[c], string(c))
		counter(refusedMetric, m.counts.Refused[c], string(c))
		gauge(openMetric, one(status.Open[c]), string(c))
	}
	if m.poller == nil {
		return
	}
	st := m.poller.Status()
	counter(asideMetric, int64(m.aside))
	gauge(connectedMetric, one(st.Connected))
	gauge(pendingMetric, float64(st.Totals.Pending))
	if !st.LastPass.IsZero() {
		gauge(passMetric, float64(st.LastPass.Unix()))
	}
}

// take keeps the counts if a day was closed since they were last taken.
func (m *boxMetrics) take(status entry.Status) error {
	state, err := m.box.State(context.Background())
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.taken && m.day == state.LastDay {
		return nil
	}
	m.taken, m.day, m.counts = true, state.LastDay, status
	if m.poller != nil {
		m.aside = m.poller.Status().Totals.Quarantined
	}
	return nil
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
