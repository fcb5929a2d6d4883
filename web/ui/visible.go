package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lines is text of our own that stands in a sentence as it is, line ends too.
type Lines string

// Visible shows what a terminal would obey rather than show: control
// characters, format characters, those that turn the direction of writing
// among them, and separators of lines. They become escapes as in Go, \n or
// \u202e, and bytes that are no UTF-8 become \x9b. File names and the cells of
// a ledger may hold them, to make a message say something else.
func Visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
