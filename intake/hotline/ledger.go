package hotline

import (
	"iter"
	"time"

	"dengwen/intake"
)

// A Ledger is an opened file of the duty officer, of which the heads are known.
type Ledger struct {
	format   string
	encoding string
	zone     *time.Location
	guarded  bool
	pages    []page
	sheets   []Sheet
	skipped  []string
}

// A page is one table with its head.
type page struct {
	table table
	head  *head
}

// behead finds a table's head row, or that it is a call record.
func behead(t table, by choice) (*head, *callPage, error) {
	first, err := beginning(t)
	if err != nil {
		return nil, nil, err
	}
	if calls := findCalls(t, first); calls != nil {
		return nil, calls, nil
	}
	if unknownCalls(first) {
		return nil, nil, errUnknownCalls
	}
	h, ok := findHead(first, by)
	if !ok {
		return nil, nil, headless(first, by.columns)
	}
	return h, nil, nil
}

// Format returns the format that was found: CSV, TSV or XLSX.
func (l *Ledger) Format() string { return l.format }

// Encoding returns the encoding that was found: UTF-8, GB18030, UTF-16LE or
// UTF-16BE. A workbook has none.
func (l *Ledger) Encoding() string { return l.encoding }

// A Sheet says what was found on one sheet of a ledger; a text file is one
// sheet without a name.
type Sheet struct {
	Name    string
	Line    int // of the head row
	Columns []Column
}

// A Column is one column of a sheet. One without a field is kept with the
// remark.
type Column struct {
	Head  string // as it stands in the file
	Field Field
}

// Sheets lists the sheets that have a head row. It must not be changed.
func (l *Ledger) Sheets() []Sheet { return l.sheets }

// add takes a table whose head was found.
func (l *Ledger) add(t table, h *head) {
	s := Sheet{Name: t.name(), Line: h.line}
	for c := range h.cells {
		s.Columns = append(s.Columns, Column{h.title(c), h.field(c)})
	}
	l.pages, l.sheets = append(l.pages, page{t, h}), append(l.sheets, s)
}

// Skipped lists the sheets that hold something but no head row, and so no
// rows: people must be told.
func (l *Ledger) Skipped() []string { return l.skipped }

// Rows yields the rows of the ledger in file order, good and bad ones. Each
// call reads the file anew. An error ends the sequence and means that the file
// could not be read to its end: what came before must not be taken either.
func (l *Ledger) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		n, shown := 0, 0
		var same alike
		for _, p := range l.pages {
			w := walker{page: p, zone: l.zone, head: p.head}
			for rec, err := range p.table.records(p.head.width()) {
				if err != nil {
					yield(Row{}, inSheet(p.table.name(), err))
					return
				}
				if shown += rec.size(); shown > MaxShown {
					yield(Row{}, inLine(rec.line, intake.Explain(intake.ErrTooLong, "ledger.shown", "the rows hold more than %d bytes: split the file", MaxShown)))
					return
				}
				row, ok := w.row(rec)
				if !ok {
					continue
				}
				if n++; n > MaxRows {
					yield(Row{}, inLine(rec.line, intake.Explain(intake.ErrTooLong, "ledger.rows", "more than %d rows: split the file", MaxRows)))
					return
				}
				if l.guarded && row.Report != nil && !same.add(w.head, row.Report) {
					yield(Row{}, inSheet(p.table.name(), errAlike(rec.line)))
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
