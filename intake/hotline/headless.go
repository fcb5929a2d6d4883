package hotline

import (
	"fmt"
	"strings"

	"dengwen/intake"
)

// headless is the error for a table without a head row: what was looked for,
// what was found instead, and what to type.
func headless(first []record, columns map[Field]string) error {
	found := likely(first)
	if len(found) == 0 {
		return fmt.Errorf("the file holds no rows: %w", intake.ErrInvalid)
	}
	var b strings.Builder
	if missing := missingColumns(first, columns); missing != "" {
		fmt.Fprintf(&b, "no column is called %s", missing)
	} else {
		b.WriteString("no head row with a column for the time and one for what was reported")
	}
	b.WriteString("; found: ")
	for i, c := range found {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", c)
	}
	at := func(i int) string { return found[min(i, len(found)-1)] }
	if strings.Contains(strings.Join(first[0].cells, ""), "\x00") {
		b.WriteString("; the file holds NUL bytes: save it as UTF-8 text or as XLSX")
	}
	return fmt.Errorf("%s; say which columns they are, for example --map 'time=%s,text=%s': %w", &b, at(0), at(1), intake.ErrInvalid)
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
