package hotline

import (
	"regexp"
	"strings"
)

// telephone returns the number in a cell, without what stands around it: the
// caller's name (`"Li" <138…>`, `Li (138…)`), the apostrophe of a spreadsheet.
func telephone(cell string) string {
	s, _ := phone(cell)
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.HasSuffix(s, ">") {
		s = s[open+1 : len(s)-1]
	} else if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		// (010) 1234 and 010(1234) are numbers themselves.
		if inside := s[open+1 : len(s)-1]; dialled(inside) && !dialled(s[:open]) {
			s = inside
		}
	}
	return strings.TrimFunc(s, padding)
}

// dialled reports whether s holds nothing but what can be dialled.
func dialled(s string) bool { return strings.Trim(s, "0123456789+*#-. ") == "" }

// caller is telephone for the one who called, or nothing when the number was
// withheld.
func caller(cell string) string {
	s := telephone(cell)
	if withheld[strings.ToLower(s)] {
		return ""
	}
	return named(s)
}

// withheld holds what exchanges write for a number that they were not told.
var withheld = set("anonymous", "unknown", "unavailable", "private", "restricted", "withheld", "asterisk")

// key returns the exchange's key of the call, or nothing where it gives none
// that can be trusted: one wrong key would make one call of many.
func (w *callWalker) key(cells []string) (string, int) {
	column := 0
	for i, c := range w.columns[callKey] {
		if i == 0 {
			column = c
		}
		if c >= len(cells) {
			continue
		}
		key := clean(cells[c])
		if key == "" || !w.keeps(w.names[c], key) {
			continue
		}
		if of, _ := w.cell(cells, callKeyOf); of != "" {
			key = of + "/" + key
		}
		return key, c
	}
	return "", column
}

// keeps reports whether a cell is a key as its exchange writes them. A
// spreadsheet that saved the file again has cut long numbers down to 1.77E+09
// or ####, the same for all of them; and a Master.csv without unique ids may
// have the user field where they would stand.
func (w *callWalker) keeps(name, key string) bool {
	switch {
	case cutDown.MatchString(key):
		return false
	case w.exchange.format == Yeastar:
		// Digits number the lines of its tables, each leg by itself.
		return !digits(key)
	case w.line == 0:
		return uniqueID.MatchString(key)
	case name == "uniqueid" || name == "linkedid":
		// Its count is behind the point, which a spreadsheet cuts off first.
		return !digits(key)
	}
	return true
}

// cutDown is what a spreadsheet shows of a number that is too long for it.
var cutDown = regexp.MustCompile(`^(#+|[0-9]+(\.[0-9]+)?[Ee][+-][0-9]+)$`)
