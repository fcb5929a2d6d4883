package hotline

import (
	"fmt"
	"slices"
	"strings"

	"dengwen/intake"
)

// errNoRows tells a table that holds nothing.
var errNoRows = fmt.Errorf("holds no rows: %w", intake.ErrInvalid)

// A headlessError tells a table that holds something but no head row: what
// was looked for, what was found instead, and what to type.
type headlessError struct {
	missing string   // columns that the caller named and the table lacks
	found   []string // the cells of the row that looks most like a head
	nul     bool
}

func (e *headlessError) Unwrap() error { return intake.ErrInvalid }

func (e *headlessError) Error() string {
	var b strings.Builder
	if e.missing != "" {
		fmt.Fprintf(&b, "no column is called %s", e.missing)
	} else {
		b.WriteString("no head row: a ledger has a column for the time and one for what was reported")
	}
	b.WriteString("; found: ")
	for i, c := range e.found {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", c)
	}
	if e.nul {
		b.WriteString("; the file holds NUL bytes: save it as UTF-8 text or as XLSX")
	}
	fmt.Fprintf(&b, "; say which columns are which, for example --map 'time=%s,text=%s'", e.found[0], e.found[len(e.found)-1])
	return b.String()
}

// headless returns the error for a table without a head row.
func headless(first []record, columns map[Field]string) error {
	e := &headlessError{missing: missingColumns(first, columns), found: likely(first)}
	if len(e.found) == 0 {
		return fmt.Errorf("the file %w", errNoRows)
	}
	e.nul = slices.ContainsFunc(first, func(rec record) bool { return strings.Contains(strings.Join(rec.cells, ""), "\x00") })
	return e
}

// likely returns the filled cells of the record that looks most like a head:
// the most known heads, else the most cells; cut to what a screen can show.
func likely(first []record) []string {
	var best []string
	score := 0
	for _, rec := range first {
		var cells []string
		known := 0
		for _, c := range rec.cells {
			if intake.Blank(c) {
				continue
			}
			if _, ok := headWords[normalHead(c)]; ok {
				known++
			}
			if r := []rune(headCell(c)); len(r) > 30 {
				c = string(r[:30]) + "…"
			}
			if len(cells) < 30 {
				cells = append(cells, headCell(c))
			}
		}
		if n := known*MaxColumns + len(cells); n > score {
			best, score = cells, n
		}
	}
	return best
}

// missingColumns lists the columns that the caller named and no record has.
func missingColumns(first []record, columns map[Field]string) string {
	var missing []string
	for _, f := range Fields() {
		name, chosen := columns[f]
		if !chosen {
			continue
		}
		seen := false
		for _, rec := range first {
			h := head{}
			for _, c := range rec.cells {
				h.cells = append(h.cells, headCell(c))
			}
			seen = seen || h.column(name) >= 0
		}
		if !seen {
			missing = append(missing, fmt.Sprintf("%q", name))
		}
	}
	return strings.Join(missing, ", ")
}
