package intake

import (
	"fmt"
	"math"
	"time"
)

// calendar is one channel's hours over the whole period.
type calendar struct {
	hours
	// spans are the open intervals in order; no two touch, so that each start
	// is an opening.
	spans []span
	// ends holds, by day of the period, the end of its last open interval, or
	// shut for a day without any.
	ends []int64
}

// span is the half-open interval of instants [from, to).
type span struct{ from, to int64 }

const shut = math.MinInt64

// newCalendar compiles complete hours. A channel that never opens is refused:
// nobody announces one, so a key must be wrong.
func (c *compiled) newCalendar(prefix string, h Hours) (*calendar, error) {
	resolved, err := h.resolve()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", prefix, err)
	}
	for _, d := range h.Open {
		if n, _ := parseDay(d); n < c.first || n > c.last {
			return nil, Explain(nil, "schedule.outside", "%s.open: %s is outside the period; take it out or change inspection.first or last", prefix, d)
		}
	}
	cal := &calendar{hours: resolved, ends: make([]int64, c.last-c.first+1)}
	for i := range cal.ends {
		cal.ends[i] = shut
	}
	c.fill(cal)
	if len(cal.spans) == 0 {
		return nil, Explain(nil, "schedule.never", "%s: never open in the period; check windows, weekdays, closed and inspection.cutoff", prefix)
	}
	return cal, nil
}

// fill computes the open intervals. It walks the stretches of time in which
// the zone's offset stays the same: within one, the wall clock is the instant
// plus a constant, so that a window is an interval, and neither a skipped nor
// a repeated hour, nor one at midnight, needs a case of its own.
func (c *compiled) fill(cal *calendar) {
	const margin = 2 * daySeconds // more than any zone's offset
	from, end := c.first*daySeconds-margin, (c.last+1)*daySeconds+margin
	for from < end {
		at := time.Unix(from, 0).In(c.loc)
		_, offset := at.Zone()
		to := end
		if _, next := at.ZoneBounds(); !next.IsZero() {
			to = min(end, next.Unix())
		}
		c.fillStretch(cal, span{from, to}, int64(offset))
		from = to
	}
}

func (c *compiled) fillStretch(cal *calendar, stretch span, offset int64) {
	firstDay := max(c.first, floorDiv(stretch.from+offset, daySeconds))
	lastDay := min(c.last, floorDiv(stretch.to-1+offset, daySeconds))
	for day := firstDay; day <= lastDay; day++ {
		if !cal.works(day) {
			continue
		}
		midnight := day*daySeconds - offset
		for _, w := range cal.windows {
			s := span{max(midnight+w.from, stretch.from), min(midnight+w.to, stretch.to, c.cutoff)}
			if s.from >= s.to {
				continue
			}
			cal.ends[day-c.first] = s.to // the spans of a day come in order
			if n := len(cal.spans); n > 0 && cal.spans[n-1].to == s.from {
				cal.spans[n-1].to = s.to
			} else {
				cal.spans = append(cal.spans, s)
			}
		}
	}
}
