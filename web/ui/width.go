package ui

import (
	"unicode"

	"golang.org/x/text/width"
)

// Width is the number of columns that a terminal takes for s: Chinese
// characters and full-width forms take two, marks that combine with the
// character before them none.
func Width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
