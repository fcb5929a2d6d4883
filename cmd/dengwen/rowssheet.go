package main

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"dengwen/intake/hotline"
	"dengwen/web/ui"
)

// A rowsSheet writes the rows of a ledger that need work as a CSV file for
// spreadsheets: the cells as they stand in the ledger, and before them where
// the row is and why it was not taken. It begins with a byte order mark, or
// the spreadsheet would take it for another encoding.
type rowsSheet struct {
	out   *csv.Writer
	raw   io.Writer
	words ui.Words
	heads map[string][]string // by sheet
	last  *string             // the sheet of the row before
}

func (a *app) newRowsSheet(w io.Writer, l *hotline.Ledger) *rowsSheet {
	s := &rowsSheet{out: csv.NewWriter(w), raw: w, words: a.words, heads: map[string][]string{}}
	s.out.UseCRLF = true
	for _, sheet := range l.Sheets() {
		for _, c := range sheet.Columns {
			s.heads[sheet.Name] = append(s.heads[sheet.Name], c.Head)
		}
	}
	return s
}

// write adds a row, below the heads of its sheet.
func (s *rowsSheet) write(row hotline.Row, r importedRow) error {
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
	return s.line([]string{r.where(), r.Column, s.words.Text("reason." + r.Reason)}, row.Cells)
}

func (s *rowsSheet) line(about, cells []string) error {
	line := slices.Concat(about, cells)
	for i := range line {
		line[i] = inert(line[i])
	}
	return s.out.Write(line)
}

func (s *rowsSheet) flush() error {
	s.out.Flush()
	return s.out.Error()
}

// inert keeps a spreadsheet from running what a cell says: an apostrophe makes
// it text.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
