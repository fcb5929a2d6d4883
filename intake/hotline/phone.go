package hotline

import "strings"

// phone returns a caller's number as the ledger has it: folded to plain
// digits, without the ' that makes a spreadsheet keep digits as text.
// Damaged says that a spreadsheet had its way with the number all the same.
func phone(cell string) (number string, damaged bool) {
	s := strings.TrimFunc(strings.TrimLeft(fold(cell), "'‘’`"), padding)
	return named(s), damagedNumber(s)
}

// damagedNumber tells the ways in which spreadsheets lose a number: an
// exponent (1.38E+10), a fraction (13800000001.0), a column that was too
// narrow (####), an error (#NAME?).
func damagedNumber(s string) bool {
	if strings.HasPrefix(s, "#") {
		return true
	}
	whole, rest, point := strings.Cut(s, ".")
	if !point {
		whole, rest, _ = strings.Cut(s, "E")
		return digits(whole) && exponent("E"+rest) && len(rest) > 0
	}
	fraction := strings.TrimLeft(rest, "0123456789")
	switch {
	case !digits(whole) || len(fraction) == len(rest):
		return false
	case fraction == "":
		// 0731.1234567 is how some write an area code.
		return whole[0] != '0'
	}
	return exponent(strings.ToUpper(fraction))
}

// exponent tells E+10, E10, E-5.
func exponent(s string) bool {
	s, ok := strings.CutPrefix(s, "E")
	return ok && digits(strings.TrimLeft(s, "+-"))
}

func digits(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
