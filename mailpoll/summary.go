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
	// as far as is known, those of earlier passes included, because their removal
	// is not confirmed.
	Pending int `json:"pending"`
	// Left is how many messages that are dealt with stay in the mailbox, because
	// no folder is named for them or, with Fixed, the server can take no single
	// message out.
	Left  int  `json:"left"`
	Fixed bool `json:"fixed,omitempty"`
	// Kept is how many accepted messages wait in their folder. With NoExpunge
	// they stay there for good, whatever KeepDays says, and are not counted: the
	// server cannot delete single messages.
	Kept      int  `json:"kept"`
	NoExpunge bool `json:"no_expunge,omitempty"`
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

func (s *Summary) quarantine(why intake.Quarantine) {
	s.Read++
	s.Quarantined++
	if s.Quarantine == nil {
		s.Quarantine = map[intake.Quarantine]int{}
	}
	s.Quarantine[why]++
}

// refusals is how many messages the schedule refused.
func (s *Summary) refusals() (n int) {
	for _, c := range s.Refused {
		n += c
	}
	return n
}

// add makes s the total of what it was and of another pass. What waits is
// counted anew in each pass, so of that the newest stands.
func (s *Summary) add(pass Summary) {
	s.Accepted += pass.Accepted
	s.Duplicate += pass.Duplicate
	s.Quarantined += pass.Quarantined
	s.Expunged += pass.Expunged
	for reason, n := range pass.Refused {
		s.Refused[reason] += n
	}
	for why, n := range pass.Quarantine {
		if s.Quarantine == nil {
			s.Quarantine = map[intake.Quarantine]int{}
		}
		s.Quarantine[why] += n
	}
	s.Future, s.Unread, s.Pending, s.Left, s.Fixed, s.Kept, s.NoExpunge = pass.Future, pass.Unread, pass.Pending, pass.Left, pass.Fixed, pass.Kept, pass.NoExpunge
	s.Read = s.Accepted + s.refusals() + s.Duplicate + s.Future + s.Quarantined
}

// A Status is how a poller is doing, for metrics and health.
type Status struct {
	Connected bool           // to the mail server, at this moment
	LastPass  time.Time      // when the last good pass ended, by Options.Now; zero if none did
	began     time.Time      // when that pass began
	Trouble   intake.Trouble // what ended the last pass; empty after a good one
	// Totals sums up the passes since the poller was made; what waits is that of
	// the last.
	Totals Summary
}

// Status is how the poller is doing now.
func (p *Poller) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := p.status
	st.Totals.Refused, st.Totals.Quarantine = maps.Clone(st.Totals.Refused), maps.Clone(st.Totals.Quarantine)
	return st
}

// Mailbox is the same for those who run the service.
func (p *Poller) Mailbox() intake.Mailbox {
	st := p.Status()
	t := st.Totals
	m := intake.Mailbox{Connected: st.Connected, Lag: -1, Trouble: st.Trouble, Pending: t.Pending, Left: t.Left, Fixed: t.Fixed, Future: t.Future, Unread: t.Unread, Kept: t.Kept, NoExpunge: t.NoExpunge}
	if !st.LastPass.IsZero() {
		m.LastPass, m.Lag = &st.LastPass, int64(p.o.Now().Sub(st.began).Seconds())
	}
	return m
}

func (p *Poller) connected(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.Connected = yes
}
