package intake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	daySeconds    = 24 * 60 * 60
	defaultWindow = "08:30-18:00"
	dayLayout     = "2006-01-02"
)

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// window is a part of a wall-clock day, in seconds from its midnight.
type window struct{ from, to int64 }

func parseWindows(list []string) ([]window, error) {
	if len(list) == 0 {
		return nil, Explain(nil, "schedule.no-window", "none is given; write at least one, such as %s", defaultWindow)
	}
	if len(list) > MaxWindows {
		return nil, Explain(nil, "schedule.many-windows", "%d are given; at most %d a day", len(list), MaxWindows)
	}
	ws := make([]window, len(list))
	for i, s := range list {
		from, to, dash := strings.Cut(s, "-")
		a, okA := parseClock(from)
		b, okB := parseClock(to)
		switch {
		case !dash || !okA || !okB || a == daySeconds:
			return nil, Explain(nil, "schedule.window", "%q is not a window; write it like %s", s, defaultWindow)
		case a == b:
			return nil, Explain(nil, "schedule.empty-window", "%s is empty; give it an end after its start", s)
		case a > b:
			return nil, Explain(nil, "schedule.midnight", "%s crosses midnight; split it or swap the times", s)
		}
		ws[i] = window{a, b}
	}
	slices.SortFunc(ws, func(a, b window) int { return int(a.from - b.from) })
	out := ws[:1]
	for _, w := range ws[1:] {
		last := &out[len(out)-1]
		if w.from < last.to {
			return nil, Explain(nil, "schedule.overlap", "%s and %s overlap; join them or move one", *last, w)
		}
		if w.from == last.to {
			last.to = w.to
			continue
		}
		out = append(out, w)
	}
	return out, nil
}

func formatWindows(ws []window) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = w.String()
	}
	return out
}

// String gives the form that parseWindows reads.
func (w window) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w.from/3600, w.from/60%60, w.to/3600, w.to/60%60)
}

// parseClock reads 8:30 or 08:30, up to 24:00, into seconds.
func parseClock(s string) (int64, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok || len(h) < 1 || len(h) > 2 || len(m) != 2 {
		return 0, false
	}
	hour, errH := strconv.ParseUint(h, 10, 8)
	minute, errM := strconv.ParseUint(m, 10, 8)
	if errH != nil || errM != nil || minute > 59 || hour*60+minute > 24*60 {
		return 0, false
	}
	return int64(hour*3600 + minute*60), true
}

func sortWeekdays(list []string) ([]string, error) {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(weekdays, strings.ToLower(s)) {
			return nil, Explain(nil, "schedule.weekday", "%q is not a weekday; write %s", s, strings.Join(weekdays, ", "))
		}
	}
	for _, name := range weekdays {
		if slices.ContainsFunc(list, func(s string) bool { return strings.ToLower(s) == name }) {
			out = append(out, name)
		}
	}
	return out, nil
}

// sortDates keeps nil apart from empty: in an override, empty replaces the
// base's dates by none.
func sortDates(list []string) ([]string, error) {
	if len(list) > MaxDates {
		return nil, Explain(nil, "schedule.many-dates", "%d dates are given; at most %d", len(list), MaxDates)
	}
	for _, s := range list {
		if _, err := parseDay(s); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(list)
	slices.Sort(out) // years have four digits, so this is the order in time
	return slices.Compact(out), nil
}

// parseDay gives the number of a day, counted from 1970-01-01.
func parseDay(s string) (int64, error) {
	t, err := time.Parse(dayLayout, s)
	if err != nil {
		return 0, Explain(nil, "schedule.day", "%q is not a day; write it like 2026-09-07", s)
	}
	return floorDiv(t.Unix(), daySeconds), nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
