package entry

import (
	"fmt"
	"slices"
	"time"

	"dengwen/intake"
)

// stampLayout is how errors show an instant.
const stampLayout = time.RFC3339Nano

// inOrder checks that the kind may come at this index.
func (s *State) inOrder(index int64, k Kind) error {
	switch {
	case len(s.Origins) > 0 && index <= s.Last.Entry:
		return broken("entry %d comes after entry %d", index, s.Last.Entry)
	case index >= 0 && index < int64(len(opening)):
		if k != opening[index] || (index > 0) != (s.Origin != "") {
			return broken("a log begins with created, keys, schedule, account")
		}
	case len(s.Accounts) == 0:
		return broken("a log begins with created, keys, schedule, account")
	case k == KindCreated:
		return broken("a second one")
	case s.Closed && (k == KindSchedule || k == KindKeys || k == KindClosed):
		return fmt.Errorf("the inspection ended before: %w", intake.ErrClosed)
	}
	return nil
}

func (s *State) created(b Created) {
	s.Origin, s.Key, s.Demo, s.Inspection = b.Origin, b.Key, b.Demo, b.Inspection
	s.Origins = []Origin{{0, b.Origin, b.Key}}
}

func (s *State) schedule(b ScheduleBody) error {
	if !s.Schedule.IsZero() {
		// Every date in the log is a day of the first one.
		if was, is := s.Schedule.Location().String(), b.Schedule.Location().String(); was != is {
			return broken("time zone %s after %s", is, was)
		}
		if ch, at, wider := intake.Widens(s.Schedule, b.Schedule, b.At); wider {
			return fmt.Errorf("%s would have been open at %s: %w", ch, at.Format(stampLayout), intake.ErrWidened)
		}
	}
	s.Schedule = b.Schedule
	return nil
}

func (s *State) keys(b KeysBody) error {
	if b.Generation != s.Keys.Generation+1 {
		return broken("generation %d after %d", b.Generation, s.Keys.Generation)
	}
	// Whoever holds the archive key opens everything in the box, from the
	// first entry to the last; a second one would break that in two.
	if s.Keys.Generation > 0 && b.Archive != s.Keys.Archive {
		return broken("another archive key")
	}
	// Reports about the team are sealed to the office. A leader who could
	// change its key would read those about themself.
	if s.Keys.Generation > 0 && b.Office != s.Keys.Office {
		return broken("another office key")
	}
	s.Keys = b
	return nil
}

func (s *State) account(index int64, b AccountBody) error {
	old, known := s.Accounts[b.Account]
	switch {
	case b.Removed && !known:
		return broken("account %q is removed but never was", b.Account)
	case known && old.Removed:
		return broken("account %q was removed in entry %d", b.Account, old.Entry)
	}
	if s.Accounts == nil {
		s.Accounts = map[string]Account{}
	}
	if known {
		old.Past = append(slices.Clip(old.Past), Account{AccountBody: old.AccountBody, Entry: old.Entry})
	}
	s.Accounts[b.Account] = Account{b, index, old.Past}
	for _, a := range s.Accounts {
		if !a.Removed && a.Has(Leader) {
			return nil
		}
	}
	return broken("no %s would be left", Leader)
}

func (s *State) closeDay(h Header, b ClosedDay) error {
	if b.Day <= s.LastDay {
		return broken("day %s after day %s", b.Day, s.LastDay)
	}
	if b.Day > h.Date {
		return broken("day %s closed on %s", b.Day, h.Date)
	}
	for _, c := range slices.Concat(b.Accepted, b.Refused, asCounts(b.Quarantined)) {
		if c.Day > h.Date {
			return broken("counts arrivals of %s on %s", c.Day, h.Date)
		}
	}
	s.LastDay = b.Day
	return nil
}

func (s *State) restored(index int64, b Restored) error {
	if b.Was != s.Origin {
		return broken("was %q, but the origin is %q", b.Was, s.Origin)
	}
	if b.Size != index {
		return broken("size %d at entry %d", b.Size, index)
	}
	if slices.ContainsFunc(s.Origins, func(o Origin) bool { return o.Origin == b.Origin || o.Key == b.Key }) {
		return broken("origin %q was used before", b.Origin)
	}
	s.Origin, s.Key = b.Origin, b.Key
	s.Origins = append(s.Origins, Origin{index, b.Origin, b.Key})
	return nil
}

// checkDate ties a clear entry's date to its instant. Entries before the first
// schedule are in no zone yet; the schedule itself is recorded by the one
// that it replaces.
func (s *State) checkDate(h Header, b Body) error {
	in := s.Schedule
	if first, ok := b.(ScheduleBody); ok && in.IsZero() {
		in = first.Schedule
	}
	if day := in.Day(b.When()); !in.IsZero() && day != h.Date {
		return broken("date %s, but at is on %s", h.Date, day)
	}
	return nil
}

func broken(format string, a ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, a...), intake.ErrInvalid)
}
