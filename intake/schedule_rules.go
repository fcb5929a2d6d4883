package intake

import (
	"fmt"
	"slices"
)

// hours is a checked Hours: what a channel's override and the base make
// together.
type hours struct {
	windows []window
	weekday [7]bool        // by time.Weekday
	dates   map[int64]bool // by day number: open or closed whatever the weekday
}

// normalise checks the keys that h gives and brings them to their one form.
// The prefix is the configuration section, for error messages.
func (h Hours) normalise(prefix string) (Hours, error) {
	var err error
	if h.Windows != nil {
		ws, err := parseWindows(h.Windows)
		if err != nil {
			return h, fmt.Errorf("%s.windows: %w", prefix, err)
		}
		h.Windows = formatWindows(ws)
	}
	if h.Weekdays != nil {
		if h.Weekdays, err = sortWeekdays(h.Weekdays); err != nil {
			return h, fmt.Errorf("%s.weekdays: %w", prefix, err)
		}
	}
	if h.Open, err = sortDates(h.Open); err != nil {
		return h, fmt.Errorf("%s.open: %w", prefix, err)
	}
	if h.Closed, err = sortDates(h.Closed); err != nil {
		return h, fmt.Errorf("%s.closed: %w", prefix, err)
	}
	return h, nil
}

// over lays the keys that h gives over base.
func (h Hours) over(base Hours) Hours {
	if h.Windows == nil {
		h.Windows = base.Windows
	}
	if h.Weekdays == nil {
		h.Weekdays = base.Weekdays
	}
	if h.Open == nil {
		h.Open = base.Open
	}
	if h.Closed == nil {
		h.Closed = base.Closed
	}
	return h
}

// without drops the keys of h that say what base says anyway.
func (h Hours) without(base Hours) Hours {
	for _, k := range []struct{ own, base *[]string }{
		{&h.Windows, &base.Windows}, {&h.Weekdays, &base.Weekdays}, {&h.Open, &base.Open}, {&h.Closed, &base.Closed},
	} {
		if slices.Equal(*k.own, *k.base) {
			*k.own = nil
		}
	}
	return h
}

// none reports whether h gives no key.
func (h Hours) none() bool {
	return h.Windows == nil && h.Weekdays == nil && h.Open == nil && h.Closed == nil
}

// resolve turns normalised Hours with every key given into hours.
func (h Hours) resolve() (hours, error) {
	out := hours{dates: make(map[int64]bool, len(h.Open)+len(h.Closed))}
	out.windows, _ = parseWindows(h.Windows)
	for i, name := range weekdays {
		out.weekday[(i+1)%7] = slices.Contains(h.Weekdays, name)
	}
	for _, d := range h.Closed {
		n, _ := parseDay(d)
		out.dates[n] = false
	}
	for _, d := range h.Open {
		n, _ := parseDay(d)
		if _, both := out.dates[n]; both {
			return out, Explain(nil, "schedule.both", "%s is in open and in closed; take it out of one", d)
		}
		out.dates[n] = true
	}
	return out, nil
}

// works reports whether the day with the given number is a working day.
func (h hours) works(day int64) bool {
	if open, listed := h.dates[day]; listed {
		return open
	}
	return h.weekday[(day%7+7+4)%7] // day 0, 1970-01-01, was a Thursday
}
