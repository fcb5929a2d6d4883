package main

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/web/ui"
)

// A rowsSheet writes the rows of a ledger that need work as a CSV file for
// spreadsheets: the cells as they stand in the ledger, and before them where
// the row is and why it was not taken. Put right, it is a ledger to import. It begins with a byte order mark, or
// the spreadsheet would take it for another encoding.
type rowsSheet struct {
	out   *csv.Writer
	raw   io.Writer
	words ui.Words
	heads map[string][]string // by sheet
	times map[string]int      // by sheet, the column of the time
	last  *string             // the sheet of the row before
}

func newRowsSheet(w io.Writer, l hotline.File, words ui.Words) *rowsSheet {
	s := &rowsSheet{out: csv.NewWriter(w), raw: w, words: words, heads: map[string][]string{}, times: map[string]int{}}
	s.out.UseCRLF = true
	for _, sheet := range l.Sheets() {
		for i, c := range sheet.Columns {
			if c.Field == hotline.Time {
				s.times[sheet.Name] = i
			}
			s.heads[sheet.Name] = append(s.heads[sheet.Name], c.Head)
		}
	}
	return s
}

// write adds a row, below the heads of its sheet.
func (s *rowsSheet) write(row hotline.Row, r intake.ImportedRow) error {
	if s.last == nil {
		if _, err := io.WriteString(s.raw, "\ufeff"); err != nil {
			return err
		}
	}
	if s.last == nil || *s.last != row.Sheet {
		s.last = &row.Sheet
		head := []string{s.words.Text("import.line"), s.words.Text("import.column"), s.words.Text("import.reason")}
		if err := s.line(head, s.heads[row.Sheet]); err != nil {
			return err
		}
	}
	return s.line([]string{whereOf(r), r.Column, s.words.Text("reason." + r.Reason)}, s.cells(row))
}

// cells returns a row's cells. One that took its date from above says it
// itself, for the row above need not be in the sheet.
func (s *rowsSheet) cells(row hotline.Row) []string {
	at, timed := s.times[row.Sheet]
	if row.When == "" || !timed {
		return row.Cells
	}
	cells := slices.Clone(row.Cells)
	for len(cells) <= at {
		cells = append(cells, "")
	}
	cells[at] = row.When
	return cells
}

func (s *rowsSheet) line(about, cells []string) error {
	line := slices.Concat(about, cells)
	for i, cell := range line {
		// encoding/csv drops a carriage return, and with it what it set apart.
		line[i] = inert(lineEnds.Replace(cell))
	}
	return s.out.Write(line)
}

// lineEnds makes line ends one, as hotline does.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func (s *rowsSheet) flush() error {
	s.out.Flush()
	return s.out.Error()
}

// inert keeps a spreadsheet from running what a cell says.
func inert(cell string) string { return hotline.Inert(cell) }
