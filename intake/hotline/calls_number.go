package hotline

import "strings"

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

// key returns the exchange's key of the call, or nothing.
func (w *callWalker) key(cells []string) (string, int) {
	key, column := w.cell(cells, callKey)
	if w.exchange.format == Yeastar && digits(key) {
		// It numbers the lines of its tables, each leg by itself.
		return "", column
	}
	if of, _ := w.cell(cells, callKeyOf); key != "" && of != "" {
		key = of + "/" + key
	}
	return key, column
}
