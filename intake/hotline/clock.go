package hotline

import "time"

// A clock is what a cell says of a time: a date, a time of day, or both, and
// at times the offset of its zone.
type clock struct {
	year, month, day     int
	hour, minute, second int
	nano                 int
	offset               int // seconds east of UTC
	dated, timed, zoned  bool
}

// The years that a ledger can be from; other dates are slips of the pen.
const firstYear, lastYear = 2000, 2099

// possible reports whether there is such a date and such a time of day.
func (c clock) possible() bool {
	if c.dated {
		if c.year < firstYear || c.year > lastYear || c.month < 1 || c.month > 12 || c.day < 1 || c.day > daysIn(c.year, c.month) {
			return false
		}
	}
	if c.timed && (c.hour > 23 || c.minute > 59 || c.second > 59) {
		return false
	}
	return c.dated || c.timed
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func (c clock) midnight() bool { return c.hour == 0 && c.minute == 0 && c.second == 0 && c.nano == 0 }

func (c clock) sameDay(o clock) bool {
	return c.year == o.year && c.month == o.month && c.day == o.day
}

// on returns the time of c on the date of d.
func (c clock) on(d clock) clock {
	c.year, c.month, c.day, c.dated = d.year, d.month, d.day, true
	return c
}

func clockOf(t time.Time) clock {
	return clock{
		year: t.Year(), month: int(t.Month()), day: t.Day(),
		hour: t.Hour(), minute: t.Minute(), second: t.Second(), nano: t.Nanosecond(),
		dated: true, timed: true,
	}
}

func dayOf(t time.Time) clock {
	c := clockOf(t)
	return clock{year: c.year, month: c.month, day: c.day, dated: true}
}

// instant returns the instant that c names in a zone. An hour that summer time
// leaves out is none, and one that it repeats is two: both are refused.
func (c clock) instant(zone *time.Location) (time.Time, bool) {
	if c.zoned {
		zone = time.FixedZone("", c.offset)
	}
	in := func(z *time.Location) time.Time {
		return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, z)
	}
	t := in(zone)
	if !c.shows(t) {
		return time.Time{}, false
	}
	// The other reading, where there is one, has the offset of a day before or
	// after.
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := t.Add(near).Zone()
		if other := in(time.FixedZone("", offset)).In(zone); !other.Equal(t) && c.shows(other) {
			return time.Time{}, false
		}
	}
	return t, true
}

// shows reports whether t is what c says, in the zone of t.
func (c clock) shows(t time.Time) bool {
	return t.Year() == c.year && int(t.Month()) == c.month && t.Day() == c.day && t.Hour() == c.hour && t.Minute() == c.minute && t.Second() == c.second
}

// clockText writes c by a layout of package time, with what it has of a
// second's fraction.
func clockText(layout string, c clock) string {
	t := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC)
	if c.nano != 0 {
		layout += ".000"
	}
	return t.Format(layout)
}
