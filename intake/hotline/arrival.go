package hotline

import (
	"regexp"
	"strings"
	"time"
)

// arrival returns the instant of a record's call, or the column and the reason
// for which it has none, and moves the date that bare times take from above.
func (w *walker) arrival(rec record) (at time.Time, column int, reason Reason) {
	column = w.head.fields[Time]
	c, reason := w.clock(rec)
	if reason == badDate {
		return at, w.head.fields[Date], BadTime
	}
	if reason != "" {
		return at, column, reason
	}
	switch {
	case c.dated:
		w.above = c
		if !c.timed {
			return at, column, NoTime
		}
	case !w.above.dated:
		return at, column, NoDate
	default:
		c = c.on(w.above)
	}
	at, ok := c.instant(w.zone)
	if !ok {
		return at, column, BadTime
	}
	if c.zoned {
		w.above = dayOf(at.In(w.zone))
	}
	return at, column, ""
}

// noDay stands for the date of a bare time that has none above, in a row that
// is told of away from the rows around it.
const noDay = "????-??-??"

// whole returns Row.When of a record of which the time was just looked at.
func (w *walker) whole(rec record) string {
	if w.ownDate {
		return ""
	}
	cell := w.cell(rec, Time)
	c, readable := parseClock(cell, w.table.epoch())
	if !ditto(w.cell(rec, Date)) || strings.HasPrefix(cell, noDay) {
		return ""
	}
	date := noDay
	if w.above.dated {
		date = clockText(time.DateOnly, w.above)
	}
	switch {
	case readable:
		at := time.Date(2000, 1, 1, c.hour, c.minute, c.second, c.nano, time.UTC)
		return date + at.Format(" 15:04:05.999999999")
	case cell == "":
		return date
	case bareTime.MatchString(fold(cell)):
		return date + " " + cell
	}
	return ""
}

// badDate is BadTime in the date's own column.
const badDate Reason = "bad-date"

// clock reads the time cell and the date cell, where there is one.
func (w *walker) clock(rec record) (clock, Reason) {
	cell := w.cell(rec, Time)
	c, readable := parseClock(cell, w.table.epoch())
	w.ownDate = readable && c.dated
	if d := w.cell(rec, Date); !ditto(d) {
		date, ok := parseClock(d, w.table.epoch())
		if !ok || !date.dated || c.dated && !c.sameDay(date) {
			w.above = clock{}
			return clock{}, badDate
		}
		w.above = date
		if cell == "" {
			// Exports write a date alone as midnight.
			date.timed = date.timed && !date.midnight()
			return date, ""
		}
	}
	switch {
	case cell == "":
		return clock{}, NoTime
	case strings.HasPrefix(cell, noDay):
		w.above = clock{}
		if c, ok := parseClock(strings.TrimSpace(cell[len(noDay):]), w.table.epoch()); ok && !c.dated {
			return clock{}, NoDate
		}
		return clock{}, BadTime
	case !readable:
		// The date above holds no longer once a date stands below it, were it
		// one that cannot be read.
		if strings.ContainsAny(fold(cell), "0123456789") && !bareTime.MatchString(fold(cell)) {
			w.above = clock{}
		}
		return clock{}, BadTime
	}
	return c, ""
}

// bareTime tells a cell that starts with a time, and so has no date before it.
var bareTime = regexp.MustCompile(`^[^0-9]*[0-9]{1,2}[:点时]`)

// ditto tells a date cell that says: as above.
func ditto(cell string) bool {
	switch cell {
	case "", "同上", "〃", "″", "\"", "”":
		return true
	}
	return false
}
