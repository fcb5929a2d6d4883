package desk

import (
	"net/http"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// A channelsPage is what came in by each channel, and how the mailbox is doing.
type channelsPage struct {
	triage.Channels
	Reasons     []intake.Reason
	Quarantines []intake.Quarantine
	Pass        string // when the last good pass over the mailbox ended
	Lag         int64  // in LagUnit
	LagUnit     string
	Heaps       []triage.Heap
}

// Why adds up why messages of all channels are in quarantine.
func (p channelsPage) Why(q intake.Quarantine) (n int64) {
	for _, c := range p.Rows {
		n += c.Quarantined[q]
	}
	return n
}

// Aside is how many messages are in quarantine.
func (p channelsPage) Aside() (n int64) {
	for _, c := range p.Rows {
		n += c.Aside()
	}
	return n
}

// channels shows counts to everybody who is signed in: no key is needed for
// them, nothing is opened, and so nothing is recorded.
func (s *Site) channels(k call) error {
	list, err := s.options.Channels(k.Request().Context())
	if err != nil {
		return err
	}
	p := channelsPage{Channels: list, Reasons: intake.Reasons(), Quarantines: intake.Quarantines()}
	if m := list.Mailbox; m != nil {
		p.Heaps = triage.Heaps(*m)
		p.Lag, p.LagUnit = triage.Ago(m.Lag)
		if m.LastPass != nil {
			p.Pass = s.moment(*m.LastPass, "2006-01-02 15:04:05")
		}
	}
	return s.show(k, http.StatusOK, "channels", p, nil)
}
