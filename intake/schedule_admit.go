package intake

import (
	"cmp"
	"slices"
	"time"
)

// Admission is the schedule's answer about one instant.
type Admission struct {
	// Reason is empty when the instant is open.
	Reason Reason
	// Next is the channel's next opening after a refused instant, in the
	// inspection's zone; zero if it does not open again, or if it was open.
	Next time.Time
}

// Open reports whether the instant is inside the rules.
func (a Admission) Open() bool { return a.Reason == "" }

// Admit judges an arrival at the instant at, while the box's clock shows now.
// Of several reasons the first in the order of Reasons is given. A day that
// is closed by its date or its weekday is ClosedDay; the instant of the cutoff
// itself is AfterCutoff. Channels without an override keep the base hours.
func (s Schedule) Admit(ch Channel, at, now time.Time) Admission {
	reason := s.reason(ch, at, now)
	if reason == "" {
		return Admission{}
	}
	return Admission{reason, s.NextOpening(ch, at)}
}

func (s Schedule) reason(ch Channel, at, now time.Time) Reason {
	c := s.compiled()
	cal := c.calendar(ch)
	day, clock := c.wall(at)
	switch {
	case at.After(now):
		return Future
	case day < c.first:
		return BeforePeriod
	case day > c.last:
		return AfterPeriod
	case at.Unix() >= c.cutoff:
		return AfterCutoff
	case !cal.works(day):
		return ClosedDay
	}
	for _, w := range cal.windows {
		if w.from <= clock && clock < w.to {
			return ""
		}
	}
	return OutsideHours
}

// wall reads the wall clock in the inspection's zone: the number of the day
// and the seconds since its midnight as the clock counts them.
func (c *compiled) wall(t time.Time) (day, clock int64) {
	_, offset := t.In(c.loc).Zone()
	local := t.Unix() + int64(offset)
	day = floorDiv(local, daySeconds)
	return day, local - day*daySeconds
}

// NextOpening is the earliest instant after the given one at which the channel
// opens: that instant is open, and the one before it is not. It is zero if
// there is none.
func (s Schedule) NextOpening(ch Channel, after time.Time) time.Time {
	c := s.compiled()
	spans := c.calendar(ch).spans
	i, found := slices.BinarySearchFunc(spans, after.Unix(), func(s span, at int64) int { return cmp.Compare(s.from, at) })
	if found {
		i++ // it opens at this very second, so not after it
	}
	if i == len(spans) {
		return time.Time{}
	}
	return time.Unix(spans[i].from, 0).In(c.loc)
}

// Day is the date, 2006-01-02, of an instant in the inspection's zone.
func (s Schedule) Day(t time.Time) string {
	return t.In(s.compiled().loc).Format(dayLayout)
}

// AdmitsDay reports whether any instant of the day, 2006-01-02, is open for
// the channel.
func (s Schedule) AdmitsDay(ch Channel, day string) bool {
	_, open := s.compiled().end(ch, day)
	return open
}

// LastWindowEnd is the instant, in the inspection's zone, from which on no
// live channel is open any more on the given day. It is false for a day on
// which none is open at all.
func (s Schedule) LastWindowEnd(day string) (time.Time, bool) {
	c := s.compiled()
	last := int64(shut)
	for _, ch := range LiveChannels() {
		if end, open := c.end(ch, day); open {
			last = max(last, end)
		}
	}
	if last == shut {
		return time.Time{}, false
	}
	return time.Unix(last, 0).In(c.loc), true
}

// NextClosing is the end of the last window of the day whose windows end next
// after the given instant; zero when no day of the period is left.
func (s Schedule) NextClosing(after time.Time) time.Time {
	r := s.Rules()
	for day := max(r.First, s.Day(after)); day <= r.Last; {
		if end, open := s.LastWindowEnd(day); open && end.After(after) {
			return end
		}
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			break
		}
		day = t.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	return time.Time{}
}

// end is the end of the channel's last open interval on a day.
func (c *compiled) end(ch Channel, day string) (int64, bool) {
	n, err := parseDay(day)
	if err != nil || n < c.first || n > c.last {
		return 0, false
	}
	ends := c.calendar(ch).ends
	if end := ends[n-c.first]; end != shut {
		return end, true
	}
	return 0, false
}
