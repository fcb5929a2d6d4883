package main

import (
	"strings"
	"unicode"

	"dengwen/web/ui"
)

// A table is rows of cells that are shown in aligned columns. Cells may hold
// anything: what could move the cursor or break a line is shown as a space.
type table [][]string

// String is the table with two spaces between columns, a line for each row.
func (t table) String() string {
	var widths []int
	for _, row := range t {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ui.Width(plain(cell)))
		}
	}
	var b strings.Builder
	for _, row := range t {
		var line strings.Builder
		for i, cell := range row {
			cell = plain(cell)
			line.WriteString(cell + strings.Repeat(" ", widths[i]-ui.Width(cell)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// plain makes text from elsewhere fit for one line of a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
}

// shorten cuts s to at most columns, with an ellipsis where something is left
// out.
func shorten(s string, columns int) string {
	s = plain(s)
	if ui.Width(s) <= columns {
		return s
	}
	n := 0
	for i, r := range s {
		if n += ui.Width(string(r)); n > columns-1 {
			return s[:i] + "…"
		}
	}
	return s
}
