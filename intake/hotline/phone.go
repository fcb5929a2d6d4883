package hotline

import (
	"regexp"
	"strings"
)

// damage tells the ways in which spreadsheets lose a number: an exponent
// (1.38E+10), a fraction (13800000001.0), a column that was too narrow
// (####), an error (#NAME?). A leading 0 before a point is how some write an
// area code.
var damage = regexp.MustCompile(`^(#.*|[0-9]+(\.[0-9]+)?[Ee][+-]?[0-9]+|[1-9][0-9]*\.[0-9]+)$`)

// phone returns a caller's number as the ledger has it: folded to plain
// digits, without the ' that makes a spreadsheet keep digits as text.
// Damaged says that a spreadsheet had its way with the number all the same.
func phone(cell string) (number string, damaged bool) {
	s := strings.TrimFunc(strings.TrimLeft(fold(cell), "'‘’`"), padding)
	return named(s), strings.ContainsAny(s, "#.eE") && damage.MatchString(s)
}
