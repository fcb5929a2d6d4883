package main

import (
	"iter"
	"strconv"
	"sync"

	"dengwen/intake"
	"dengwen/intake/hotline"
)

// imported is what import prints, in the form of import --json. Each row of
// the ledger is counted in one place; Read is the sum of the others.
type imported struct {
	Read      int                   `json:"read"`
	Accepted  int                   `json:"accepted"`
	Refused   map[intake.Reason]int `json:"refused"`
	Duplicate int                   `json:"duplicate"`
	Bad       int                   `json:"bad"`
	Rows      []importedRow         `json:"rows"` // those that were not accepted, in file order
}

// An importedRow names a row that was not accepted, and why: an intake.Reason,
// a hotline.Reason, or "duplicate".
type importedRow struct {
	Sheet  string `json:"sheet,omitempty"` // in a workbook with several
	Line   int    `json:"line"`
	Column string `json:"column"`
	Reason string `json:"reason"`
}

func (r importedRow) where() string {
	if r.Sheet == "" {
		return strconv.Itoa(r.Line)
	}
	return r.Sheet + " " + strconv.Itoa(r.Line)
}

// importing follows a ledger into the box. Rows are told of in file order,
// although the box answers for many at a time and bad rows never reach it: a
// row waits until all before it are decided. What the box has accepted is
// forgotten at once, so memory grows with the rows that were not.
type importing struct {
	ledger hotline.File
	sheet  *rowsSheet        // where rows that need work are written, or nil
	asked  bool              // all rows were read, so that the box may have taken them
	named  bool              // several sheets: rows carry the name of theirs
	times  map[string]string // by sheet, the head of the column that a row's instant comes from

	mu      sync.Mutex // rows are read and answered by two goroutines when serve holds the box
	waiting []hotline.Row
	result  imported
	err     error
}

func newImporting(l hotline.File) *importing {
	in := &importing{ledger: l, named: len(l.Sheets()) > 1, times: map[string]string{}, result: imported{Refused: map[intake.Reason]int{}, Rows: []importedRow{}}}
	for _, s := range l.Sheets() {
		for _, c := range s.Columns {
			if c.Field == hotline.Time {
				in.times[s.Name] = c.Head
			}
		}
	}
	return in
}

// reports yields the good rows and keeps all of them waiting.
func (in *importing) reports() iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for row, err := range in.ledger.Rows() {
			if err != nil {
				yield(nil, err)
				return
			}
			report := row.Report
			row.Report = nil
			in.wait(row)
			if report != nil && !yield(report, nil) {
				return
			}
		}
		in.asked = true
	}
}

func (in *importing) wait(row hotline.Row) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.waiting = append(in.waiting, row)
}

// outcome is told what became of the next good row.
func (in *importing) outcome(_ int, o intake.Outcome) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.passBad()
	row := in.waiting[0]
	in.waiting = in.waiting[1:]
	switch {
	case o.Verdict == intake.Accepted:
		in.result.Accepted++
	case o.Verdict == intake.Duplicate:
		in.result.Duplicate++
		in.name(row, "", string(intake.Duplicate), false)
	case o.Reason == intake.Future:
		// A call that has not been made is a slip of the pen, to be put right.
		in.result.Bad++
		in.name(row, in.times[row.Sheet], string(o.Reason), true)
	default:
		in.result.Refused[o.Reason]++
		in.name(row, in.times[row.Sheet], string(o.Reason), true)
	}
}

// end is told that all rows were read and answered. It returns what went wrong
// in writing those that need work; the ledger has gone in all the same.
func (in *importing) end() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.passBad()
	r := &in.result
	r.Read = r.Accepted + r.Duplicate + r.Bad
	for _, n := range r.Refused {
		r.Read += n
	}
	if in.sheet != nil && in.err == nil {
		in.err = in.sheet.flush()
	}
	return in.err
}

// passBad names the bad rows whose turn it is.
func (in *importing) passBad() {
	for len(in.waiting) > 0 && in.waiting[0].Bad != nil {
		row := in.waiting[0]
		in.waiting = in.waiting[1:]
		in.result.Bad++
		in.name(row, row.Bad.Column, string(row.Bad.Reason), true)
	}
}

// name lists a row that was not accepted. Work is to be done on all but
// duplicates.
func (in *importing) name(row hotline.Row, column, reason string, work bool) {
	r := importedRow{Line: row.Line, Column: column, Reason: reason}
	if in.named {
		r.Sheet = row.Sheet
	}
	in.result.Rows = append(in.result.Rows, r)
	if in.sheet != nil && work && in.err == nil {
		in.err = in.sheet.write(row, r)
	}
}
