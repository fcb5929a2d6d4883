package entry

import (
	"time"

	"dengwen/intake"
)

// pending is the newest arrival date since the newest recording date: an
// entry cannot have arrived after the day on which a later one was recorded.
type pending struct {
	day   string
	entry int64
}

// checkDates checks that recording dates never go back, that nothing arrived
// after it was recorded, and that the web form is not backdated.
func (c *Checker) checkDates(index int64, h Header) {
	if h.Kind.Arrival() {
		if h.Date > c.arrived.day {
			c.arrived = pending{h.Date, index}
		}
		// The form says when it arrives. Only one that is still being sent at
		// midnight is of the day before; a mail or a ledger may lie for weeks.
		if h.Channel == intake.Web && h.Date < c.eve {
			c.problem(index, "%s entry: backdated: by web on %s, after one recorded on %s", h.Kind, h.Date, c.recorded)
		}
		return
	}
	if h.Date < c.recorded {
		c.problem(index, "%s entry: recorded on %s, after one of %s", h.Kind, h.Date, c.recorded)
		return
	}
	if c.arrived.day > h.Date {
		c.problem(c.arrived.entry, "arrived on %s, but entry %d after it was recorded on %s", c.arrived.day, index, h.Date)
	}
	if h.Date > c.recorded {
		c.recorded, c.eve = h.Date, dayBefore(h.Date)
	}
	c.arrived = pending{}
}

// dayBefore is the day before that of a valid header.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}
