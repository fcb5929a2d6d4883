package hotline

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dengwen/intake"
)

// A headlessError tells a table that holds something but no head row. What it
// wraps says what was looked for, what was found instead, and what to type.
type headlessError struct {
	error
	cells int // of the row that looks most like a head
}

func (e *headlessError) Unwrap() error { return e.error }

// tellsMore tells which of two delimiters made more cells of a text that has
// no head row: its error names them.
func tellsMore(err, than error) bool {
	var a, b *headlessError
	return errors.As(err, &a) && errors.As(than, &b) && a.cells > b.cells
}

// headless returns the error for a table without a head row.
func headless(first []record, columns map[Field]string) error {
	found := likely(first)
	if len(found) == 0 {
		return errNoRows
	}
	start, end := guess(found, Time, Date), guess(found, Text, Subject)
	err := intake.Explain(intake.ErrInvalid, "ledger.headless",
		"no head row: a ledger has a column for the time and one for what was reported; found: %s; say which columns are which, for example --map 'time=%s,text=%s'",
		quoted(found), start, end)
	if missing := missingColumns(first, columns); len(missing) > 0 {
		err = intake.Explain(intake.ErrInvalid, "ledger.no-column",
			"no column is called %s; found: %s; say which columns are which, for example --map 'time=%s,text=%s'", quoted(missing), quoted(found), start, end)
	}
	nul := func(cell string) bool { return strings.IndexByte(cell, 0) >= 0 }
	if slices.ContainsFunc(first, func(rec record) bool { return slices.ContainsFunc(rec.cells, nul) }) {
		err = intake.Explain(err, "ledger.nul", "the file holds NUL bytes: save it as UTF-8 text or as XLSX")
	}
	return &headlessError{err, len(found)}
}

// guess returns the head that stands for one of the fields, when there is just
// one, or a word to put such a head in place of: a wrong column that is typed
// as shown would be imported.
func guess(found []string, fields ...Field) string {
	const column = "<列名>"
	sure := column
	for _, c := range found {
		if w, known := headWords[normalHead(c)]; known && slices.Contains(fields, w.field) {
			if sure != column {
				return column
			}
			sure = c
		}
	}
	return sure
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
			if len(cells) == 30 {
				continue
			}
			if c = headCell(c); utf8.RuneCountInString(c) > 30 {
				c = string([]rune(c)[:30]) + "…"
			}
			cells = append(cells, c)
		}
		if n := known*MaxColumns + len(cells); n > score {
			best, score = cells, n
		}
	}
	return best
}

// missingColumns lists the columns that the caller named and no record has.
func missingColumns(first []record, columns map[Field]string) []string {
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
			missing = append(missing, name)
		}
	}
	return missing
}

// quoted lists names that may hold anything.
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	return strings.Join(list, ", ")
}
