package hotline

import (
	"iter"

	"dengwen/intake"
)

// A table is one sheet of rows: a text file, or a sheet of a workbook.
type table interface {
	// name is the sheet's name; a text file has none.
	name() string
	// epoch is the day 0 of numbers that are dates.
	epoch() epoch
	// records yields the filled records in file order; each call starts
	// afresh. columns is the number of heads, 0 while the head is sought.
	// After an error nothing follows.
	records(columns int) iter.Seq2[record, error]
}

// A record is one line of cells as it stands in the file.
type record struct {
	line  int
	cells []string // empty ones at the end cut off
	// own holds the cells before merged ones were filled; nil means cells.
	own []string
	// broken is set when the cells cannot be trusted.
	broken Reason
	// raw is the line of a record with a broken quote, as it stands.
	raw string
}

// filled reports whether the record itself, merged cells aside, shows
// anything.
func (r record) filled() bool {
	cells := r.cells
	if r.own != nil {
		cells = r.own
	}
	for _, c := range cells {
		if !intake.Blank(c) {
			return true
		}
	}
	return false
}

// size returns the length of all cells in bytes.
func (r record) size() int {
	n := 0
	for _, c := range r.cells {
		n += len(c)
	}
	return n
}

// trim cuts the empty cells off the end and checks the number of the rest.
func trim(cells []string, line int) ([]string, error) {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > MaxColumns {
		return nil, inLine(line, intake.Explain(intake.ErrTooLong, "ledger.columns", "%d columns, at most %d", len(cells), MaxColumns))
	}
	return cells, nil
}

// beginning returns the first filled records of a table, up to headDepth and
// about headBytes.
func beginning(t table) ([]record, error) {
	var first []record
	size := 0
	for rec, err := range t.records(0) {
		if err != nil {
			return nil, err
		}
		if !rec.filled() {
			continue
		}
		size += rec.size()
		if first = append(first, rec); len(first) == headDepth || size > headBytes {
			break
		}
	}
	return first, nil
}
