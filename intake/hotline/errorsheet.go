package hotline

import (
	"slices"
	"strings"
)

// The import command writes the rows that need work into a sheet of their own,
// which is imported again once they are put right. This file is what such a
// sheet has beyond the ledger's own columns: three about the row in front, and
// apostrophes that keep a spreadsheet from running what a cell says.

// aboutHeads are the heads of the columns in front, in each language of the
// program. Only all three together, as the first of the head row, tell such a
// sheet: a ledger may well have a column 原因 of its own.
var aboutHeads = [][]string{{"line", "column", "reason"}, {"行", "列", "原因"}}

// aboutColumns is the number of the columns in front.
const aboutColumns = 3

// ofErrors tells the head row of a sheet of rows that need work.
func ofErrors(cells []string) bool {
	if len(cells) <= aboutColumns {
		return false
	}
	about := make([]string, aboutColumns)
	for i := range about {
		about[i] = normalHead(cells[i])
	}
	return slices.ContainsFunc(aboutHeads, func(h []string) bool { return slices.Equal(h, about) })
}

// ledgerCells returns the cells of a line of such a sheet as the ledger had
// them.
func ledgerCells(cells []string) []string {
	if len(cells) <= aboutColumns {
		return nil
	}
	own := make([]string, len(cells)-aboutColumns)
	for i := range own {
		own[i] = uninert(cells[aboutColumns+i])
	}
	return own
}

// ledgerRecord is ledgerCells for a whole record.
func ledgerRecord(rec record) record {
	rec.cells = ledgerCells(rec.cells)
	if rec.own != nil {
		rec.own = ledgerCells(rec.own)
	}
	return rec
}

// runs holds the characters that a spreadsheet takes for the beginning of a
// formula; in Chinese it takes the full-width ones too.
const runs = "=+-@\t\r＝＋－＠"

// Inert returns a cell so that a spreadsheet does not run what it says: an
// apostrophe in front makes it text. A cell that begins with apostrophes and
// then such a character gets one more, so that taking one away from a cell of
// that form gives every cell back as it was.
func Inert(cell string) string {
	if quotedRun(cell) {
		return "'" + cell
	}
	return cell
}

// uninert undoes Inert.
func uninert(cell string) string {
	if bare, had := strings.CutPrefix(cell, "'"); had && quotedRun(bare) {
		return bare
	}
	return cell
}

func quotedRun(cell string) bool {
	s := strings.TrimLeft(cell, "'")
	return s != "" && strings.IndexAny(s, runs) == 0
}
