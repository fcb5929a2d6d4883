package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/mailpoll"
	"dengwen/store/entry"
)

var (
	connectedMetric = prometheus.NewDesc("dengwen_mail_connected", "1 while connected to the mailbox.", nil, nil)
	passMetric      = prometheus.NewDesc("dengwen_mail_last_pass_timestamp_seconds", "The last good pass over the mailbox ended then or later: while passes come as usual, a few minutes ago.", nil, nil)
	lagMetric       = prometheus.NewDesc("dengwen_mail_lag_seconds", "Whatever arrived longer ago than this is dealt with; 0 while passes come as usual. Absent before the first good pass.", nil, nil)
	troubleMetric   = prometheus.NewDesc("dengwen_mail_trouble", "1 for what ended the last pass over the mailbox; 0 for all after a good one.", []string{"trouble"}, nil)
	asideMetric     = prometheus.NewDesc("dengwen_mail_quarantined_total", "Messages quarantined since the box was made, when the last day was closed.", []string{"reason"}, nil)
	// heapMetrics are by the names of triage.Heaps.
	heapMetrics = map[string]*prometheus.Desc{
		"pending": prometheus.NewDesc("dengwen_mail_pending", "Messages dealt with whose removal from the mailbox was not confirmed when the last day was closed.", nil, nil),
		"left":    prometheus.NewDesc("dengwen_mail_left", "Messages dealt with that stayed in the mailbox, for want of a folder or of MOVE and UIDPLUS, when the last day was closed.", nil, nil),
		"future":  prometheus.NewDesc("dengwen_mail_future", "Messages whose time had not come when the last day was closed.", nil, nil),
		"unread":  prometheus.NewDesc("dengwen_mail_unread", "Messages that the mail server did not give, when the last day was closed.", nil, nil),
		"kept":    prometheus.NewDesc("dengwen_mail_kept", "Accepted messages that waited in their folder for mail.keep_days when the last day was closed. Absent where the server cannot delete single messages.", nil, nil),
	}
)

// mailMetrics are the figures of the mailbox. What counts messages is that of
// the last closed day, as the box's counts are: where no folder is configured,
// the messages left in the mailbox grow by one with each mail, those kept in
// their folder do always, and one that is pending for a second has just come.
// A server that offers IDLE tells of new mail, and a pass follows at once: so
// when the last pass was is not told to the second either, unless it was longer
// ago than is usual. What shows at once is that something is wrong.
type mailMetrics struct {
	poller *mailpoll.Poller
	now    func() time.Time
	usual  time.Duration // that passes come within
}

// leastUsual is the least time that a pass may be late without being told so.
const leastUsual = 5 * time.Minute

// newMailMetrics takes the box's clock, for that is the poller's, and the time
// between two passes; 0 stands for the poller's own, which is short.
func newMailMetrics(p *mailpoll.Poller, now func() time.Time, every time.Duration) *mailMetrics {
	return &mailMetrics{p, now, max(leastUsual, 2*every)}
}

// poller is the poller behind the figures, nil without a mailbox.
func (m *boxMetrics) poller() *mailpoll.Poller {
	if m.mail == nil {
		return nil
	}
	return m.mail.poller
}

// collect puts out the counts of the closed day and the state of this moment.
func (m *mailMetrics) collect(f figures, counts entry.Status, now intake.Mailbox) {
	for _, why := range intake.Quarantines() {
		f.counter(asideMetric, counts.Quarantined[intake.Mail][why], string(why))
	}
	closed := intake.Mailbox{}
	if counts.Mailbox != nil {
		closed = *counts.Mailbox
	}
	for _, h := range triage.Heaps(closed) {
		f.gauge(heapMetrics[h.Name], float64(h.Count))
	}
	f.gauge(connectedMetric, one(now.Connected))
	for _, t := range intake.Troubles() {
		f.gauge(troubleMetric, one(t == now.Trouble), string(t))
	}
	if now.LastPass == nil {
		return
	}
	lag := time.Duration(now.Lag) * time.Second
	if lag < m.usual {
		lag = 0
	}
	at := *now.LastPass
	if usual := m.now().Add(-m.usual); at.After(usual) {
		at = usual
	}
	f.gauge(lagMetric, lag.Seconds())
	f.gauge(passMetric, float64(at.Unix()))
}
