package main

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
)

var (
	entriesMetric   = prometheus.NewDesc("dengwen_entries", "Entries in the log, when the last day was closed.", nil, nil)
	acceptedMetric  = prometheus.NewDesc("dengwen_accepted_total", "Reports accepted since the box was made, when the last day was closed.", []string{"channel"}, nil)
	refusedMetric   = prometheus.NewDesc("dengwen_refused_total", "Reports refused by the schedule since the box was made, when the last day was closed.", []string{"channel"}, nil)
	refusedByMetric = prometheus.NewDesc("dengwen_refused_by_reason_total", "The same by reason.", []string{"channel", "reason"}, nil)
	openMetric      = prometheus.NewDesc("dengwen_open", "1 while the channel takes reports.", []string{"channel"}, nil)
)

// boxMetrics are the figures of the box and the mailbox. A count that moves
// with every report would tell whoever keeps the figures when each came, which
// the box seals. So counts are those of the moment when the last day was
// closed, or serve was started; dengwen status has today's.
type boxMetrics struct {
	box  *store.Box
	mail *mailMetrics // nil without a mailbox

	mu     sync.Mutex
	taken  bool
	day    string // the last closed one, when these were taken
	counts entry.Status
}

// Describe tells Prometheus what there may be.
func (m *boxMetrics) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, to) }

// Collect reads the figures at a scrape.
func (m *boxMetrics) Collect(to chan<- prometheus.Metric) {
	status, err := servedBox{Box: m.box, poller: m.poller()}.Status(context.Background())
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
	f := figures{to}
	f.gauge(entriesMetric, float64(m.counts.Entries))
	for _, c := range intake.LiveChannels() {
		f.counter(acceptedMetric, m.counts.Accepted[c], string(c))
		f.counter(refusedMetric, m.counts.Refused[c], string(c))
		for _, why := range intake.Reasons() {
			if why != intake.Future { // which is asked again, and never counted
				f.counter(refusedByMetric, m.counts.RefusedBy[c][why], string(c), string(why))
			}
		}
		f.gauge(openMetric, one(status.Open[c]), string(c))
	}
	if m.mail != nil && status.Mailbox != nil {
		m.mail.collect(f, m.counts, *status.Mailbox)
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
	return nil
}

// figures are where a scrape puts what it finds.
type figures struct{ to chan<- prometheus.Metric }

func (f figures) counter(d *prometheus.Desc, n int64, labels ...string) {
	f.to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
}

func (f figures) gauge(d *prometheus.Desc, v float64, labels ...string) {
	f.to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
