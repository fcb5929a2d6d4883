package hotline

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// strange tells a record that looks like a head row and is none that can be
// read: below it other columns stand, and which they are is not known. Its
// rows are named as bad until the next head, for read by the columns above the
// caller's name or number could stand where the text did.
func (w *walker) strange(rec record) bool {
	h := w.head
	if h.ofErrors {
		if !ofErrors(rec.cells) {
			return false
		}
		rec = ledgerRecord(rec)
	}
	// Nearly every row has a time, and so is none.
	if at := h.fields[Time]; at < len(rec.cells) && strings.ContainsAny(rec.cells[at], "0123456789０１２３４５６７８９") {
		return false
	}
	known, filled, same, timed := 0, 0, 0, false
	for c, s := range rec.cells {
		if intake.Blank(s) {
			continue
		}
		if filled++; len(s) > maxHead/8 {
			continue
		}
		s = normalHead(s)
		if c < len(h.named) && h.named[c] == s {
			same++
		}
		if word, is := headWords[s]; is {
			known++
			timed = timed || word.field == Time || word.field == Date
		}
	}
	if !timed || known < 3 || same == filled {
		// The same heads, if not all of them, are the head again.
		return false
	}
	key := rowKey(rec.cells)
	return !slices.Contains(h.rows, key) && !slices.Contains(h.titles, key)
}

// aboveHead tells a row that stands above the head, where titles are: the
// ledger was sorted with its head, or another table stands there. A row has a
// whole time where the head says, and words where it says.
func (w *walker) aboveHead(rec record) bool {
	if rec.line >= w.page.head.line || rec.broken == BadQuotes {
		return false
	}
	at, ok := parseClock(w.cell(rec, Time), w.table.epoch())
	return ok && at.dated && at.timed && (!intake.Blank(w.words(rec)) || !intake.Blank(w.cell(rec, Subject)))
}

// unplaced names a row of which the columns are not known. Its cells stand
// behind all columns: in the sheet of rows that need work they are under no
// head, and must be put in their places before the row is read.
func (w *walker) unplaced(rec record) Row {
	behind := len(w.page.head.cells)
	for _, c := range w.turned {
		behind = max(behind, c+1)
	}
	return Row{Sheet: w.table.name(), Line: rec.line, Cells: slices.Concat(make([]string, behind), rec.cells), Bad: &BadRow{Column: w.head.title(w.head.fields[Time]), Reason: NoHead}}
}
