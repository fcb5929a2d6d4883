package hotline

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"dengwen/intake"
)

// A walker goes down one table, leaves out what is no row, and remembers the
// date that a bare time takes from above.
type walker struct {
	page
	zone *time.Location
	// head is the head of the rows at hand, the page's own until another one
	// comes; then turned tells where its columns stand in the page's own.
	head   *head
	turned []int
	// second is set behind such a head: the next record may be its second row.
	second bool
	// unread is set below a head row that could not be read.
	unread bool
	// above is the last date seen; it is not dated when there is none, or when
	// a date that could not be read came after it.
	above clock
	// ownDate is set where the time cell of the row at hand has a date of its own.
	ownDate bool
}

// row returns the row that a record is, or false when it is none.
func (w *walker) row(rec record) (Row, bool) {
	if rec.line <= w.head.line {
		if rec = w.head.strip(rec); w.aboveHead(rec) {
			return w.unplaced(rec), true
		}
		return Row{}, false
	}
	if rec.broken != BadQuotes {
		strange := w.strange(rec)
		if w.rehead(rec, strange) {
			return Row{}, false
		}
		if strange {
			w.unread, w.above = true, clock{}
			return Row{}, false
		}
	}
	if rec = w.written(w.head.strip(rec)); !rec.filled() {
		return Row{}, false
	}
	if rec.broken == BadQuotes {
		// Its cells cannot be told apart, and its date may have been new.
		w.above = clock{}
		return w.bad(rec, 0, BadQuotes), true
	}
	if w.head.repeats(rec.cells) {
		w.unread = false
		return Row{}, false
	}
	if w.dated(rec) || w.numbered(rec) || w.total(rec) {
		return Row{}, false
	}
	if w.unread {
		return w.unplaced(rec), true
	}
	return w.read(rec), true
}

func (w *walker) bad(rec record, column int, reason Reason) Row {
	return Row{Sheet: w.table.name(), Line: rec.line, Cells: w.shown(rec.cells), Bad: &BadRow{Column: w.head.title(column), Reason: reason}}
}

// written returns a record with its dates written out where the workbook counts
// days from 1904: a number would be another day in the sheet of rows that need
// work, which is text.
func (w *walker) written(rec record) record {
	if w.table.epoch() != epoch1904 {
		return rec
	}
	for _, f := range []Field{Time, Date} {
		cell := w.cell(rec, f)
		if strings.Trim(cell, "0123456789.") != "" {
			continue
		}
		if c, ok := serial(cell, epoch1904); ok && c.dated {
			rec.cells = slices.Clone(rec.cells)
			layout := time.DateOnly
			if c.timed {
				layout = time.DateTime
			}
			rec.cells[w.head.fields[f]] = clockText(layout, c)
		}
	}
	return rec
}

// cell returns the cleaned cell of a field.
func (w *walker) cell(rec record, f Field) string {
	c, has := w.head.fields[f]
	if !has || c >= len(rec.cells) {
		return ""
	}
	return clean(rec.cells[c])
}

// numbered tells a line of a form that was numbered ahead and never filled in.
func (w *walker) numbered(rec record) bool {
	id, has := w.head.fields[ID]
	cells := rec.cells
	if rec.own != nil {
		cells = rec.own
	}
	for c, s := range cells {
		if c != id && !intake.Blank(s) {
			return false
		}
	}
	return has
}

// dated tells a line that holds nothing but a date, as a title over the calls
// of a day. Bare times below take it. A lone number is a date only where dates
// are expected.
func (w *walker) dated(rec record) bool {
	only := -1
	for c, s := range rec.cells {
		if intake.Blank(s) {
			continue
		}
		if only >= 0 {
			return false
		}
		only = c
	}
	s := clean(rec.cells[only])
	at, ok := parseClock(s, w.table.epoch())
	if !ok && aDay.MatchString(fold(s[:min(len(s), maxTime)])) {
		// A day that cannot be read (9月8日 has no year) begins here, and the
		// one above is over.
		w.above = clock{}
	}
	if !ok || !at.dated || at.timed {
		return false
	}
	if f := w.head.field(only); digits(fold(s)) && f != Time && f != Date {
		return false
	}
	w.above = at
	return true
}

// aDay tells a cell that names a day in some way.
var aDay = regexp.MustCompile(`月.{1,6}[日号]|^[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}`)

// total tells a row of sums: it begins with such a word, has no time, and
// reports nothing but a count.
func (w *walker) total(rec record) bool {
	word := strings.TrimRight(normalHead(firstFilled(rec.cells)), "0123456789:.,件个条次通起人")
	if !totals[word] {
		return false
	}
	if _, ok := parseClock(w.cell(rec, Time), w.table.epoch()); ok {
		return false
	}
	text := strings.TrimLeft(fold(w.cell(rec, Text)), "共计0123456789 .,件个条次通起人")
	return text == "" || totals[strings.TrimRight(normalHead(text), "0123456789:.,件个条次通起人")]
}
