package entry

import (
	"fmt"

	"dengwen/intake"
)

// opening is how every log begins. Only then is there a log to write to: with
// recipients to seal to, hours to judge by, and someone to answer for it.
var opening = [...]Kind{KindCreated, KindKeys, KindSchedule, KindAccount}

// Apply takes a clear entry in, after checking its body against its header
// and against what was in force. It checks no signature; see CheckSigner. On
// an error the state is as before.
//
// A body that is not the header's, or not canonical, wraps intake.ErrDamaged.
// A rule that the entry breaks wraps intake.ErrInvalid; an instant before the
// newest, intake.ErrClock; a change after the end, intake.ErrClosed; a
// schedule that reaches back, intake.ErrWidened.
func (s *State) Apply(index int64, h Header, body []byte) error {
	_, err := s.take(index, h, body)
	return err
}

// take applies an entry and returns its decoded body.
func (s *State) take(index int64, h Header, body []byte) (Body, error) {
	if !h.Kind.Clear() {
		return nil, fmt.Errorf("%s entry: not a clear one: %w", h.Kind, intake.ErrInvalid)
	}
	if len(h.Parts) != 1 || h.Parts[0].Role != RoleBody || h.Parts[0].Size != int64(len(body)) || h.Parts[0].SHA256 != HashOf(body) {
		return nil, fmt.Errorf("%s body: not the one that the header names: %w", h.Kind, intake.ErrDamaged)
	}
	b, err := DecodeBody(h.Kind, body)
	if err != nil {
		return nil, err
	}
	next := s.Clone()
	if err := next.apply(index, h, b); err != nil {
		return nil, fmt.Errorf("%s entry: %w", h.Kind, err)
	}
	next.Last = Last{b.When(), index}
	*s = next
	return b, nil
}

func (s *State) apply(index int64, h Header, b Body) error {
	if err := s.inOrder(index, h.Kind); err != nil {
		return err
	}
	if at := b.When(); at.Before(s.Last.At) {
		return fmt.Errorf("at %s, before that of entry %d: %w", at.Format(stampLayout), s.Last.Entry, intake.ErrClock)
	}
	if err := s.checkDate(h, b); err != nil {
		return err
	}
	switch b := b.(type) {
	case Created:
		s.created(b)
	case ScheduleBody:
		return s.schedule(b)
	case KeysBody:
		return s.keys(b)
	case AccountBody:
		return s.account(index, b)
	case Exported:
		if b.Size != index {
			return broken("exported %d entries at entry %d", b.Size, index)
		}
	case ClosedDay:
		return s.closeDay(h, b)
	case Restored:
		return s.restored(index, b)
	case ClosedBody:
		s.Closed = true
	}
	return nil
}
