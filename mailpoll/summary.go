package mailpoll

import (
	"maps"
	"time"

	"dengwen/intake"
)

// A Summary is what one pass did, in the form of poll --json. Each message
// that was looked at is counted in one place, and Read is the sum of those.
type Summary struct {
	Read        int                   `json:"read"`
	Accepted    int                   `json:"accepted"`
	Refused     map[intake.Reason]int `json:"refused"` // never nil, never with intake.Future
	Duplicate   int                   `json:"duplicate"`
	Future      int                   `json:"future"` // left for a later pass
	Quarantined int                   `json:"quarantined"`
	// Quarantine says why, for the reasons that there were.
	Quarantine map[intake.Quarantine]int `json:"quarantine,omitempty"`
	// Unread messages the server did not give; they are looked at again, and are
	// not among those that were read.
	Unread int `json:"unread"`
	// Expunged messages were taken earlier, and have waited long enough in the
	// folder for accepted ones. They are not among those that were read.
	Expunged int `json:"expunged"`
	// Pending is how many messages that are dealt with still lie in the mailbox
	// as far as is known, those of earlier passes included: their removal is not
	// confirmed, or there is no way to remove them.
	Pending int `json:"pending"`
}

func newSummary() Summary { return Summary{Refused: map[intake.Reason]int{}} }

// outcome counts what became of one message.
func (s *Summary) outcome(o intake.Outcome) {
	s.Read++
	switch {
	case o.Verdict == intake.Accepted:
		s.Accepted++
	case o.Verdict == intake.Duplicate:
		s.Duplicate++
	case o.Reason == intake.Future:
		s.Future++
	default:
		s.Refused[o.Reason]++
	}
}

func (s *Summary) quarantine() {
	s.Read++
	s.Quarantined++
}

// refusals is how many messages the schedule refused.
func (s *Summary) refusals() (n int) {
	for _, c := range s.Refused {
		n += c
	}
	return n
}

// add makes s the total of what it was and of another pass. What waits is
// counted anew in each pass, so of Future and Pending the newest stands.
func (s *Summary) add(pass Summary) {
	s.Accepted += pass.Accepted
	s.Duplicate += pass.Duplicate
	s.Quarantined += pass.Quarantined
	for reason, n := range pass.Refused {
		s.Refused[reason] += n
	}
	s.Future, s.Pending = pass.Future, pass.Pending
	s.Read = s.Accepted + s.refusals() + s.Duplicate + s.Future + s.Quarantined
}

// A Status is how a poller is doing, for metrics and health.
type Status struct {
	Connected bool      // to the mail server, at this moment
	LastPass  time.Time // when the last good pass ended, by Options.Now; zero if none did
	// LastError is the class of what ended the last pass (one of the classes in
	// failure.go), and empty after a good one.
	LastError string
	// Totals sums up the passes since the poller was made; Future and Pending
	// are those of the last.
	Totals Summary
}

// Status is how the poller is doing now.
func (p *Poller) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := p.status
	st.Totals.Refused = maps.Clone(st.Totals.Refused)
	return st
}

// Mailbox is the same for those who run the service.
func (p *Poller) Mailbox() intake.Mailbox {
	st := p.Status()
	m := intake.Mailbox{Connected: st.Connected, Lag: -1, Trouble: intake.Trouble(st.LastError), Pending: st.Totals.Pending, Future: st.Totals.Future, Unread: st.Totals.Unread}
	if !st.LastPass.IsZero() {
		m.LastPass, m.Lag = &st.LastPass, int64(p.o.Now().Sub(st.LastPass).Seconds())
	}
	return m
}

func (p *Poller) connected(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.Connected = yes
}
