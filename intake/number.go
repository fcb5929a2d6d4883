package intake

import (
	"iter"
	"regexp"
	"slices"
	"strings"
)

// The lengths by which one number is told from a part of another, in digits.
const (
	leastNumber = 3 // 110; what is shorter says nothing
	leastTail   = 7 // a local number without its area code
	mostInFront = 5 // of such a tail: country and area code, outside line
)

// SameNumber reports whether two telephone numbers, as people and exchanges
// write them, are one: their digits are equal but for a country code (+86,
// 0086, 86), an outside line's 0 or 9 and an area code, of which either may be
// without. A tail of seven digits or more, with five at most in front of it,
// is enough. Where a text holds several numbers, any of them will do. A text
// without a number, or one that a spreadsheet damaged (1.38E+10, ####), is like
// nothing, not even itself.
func SameNumber(a, b string) bool {
	bs := numbersIn(b)
	return slices.ContainsFunc(numbersIn(a), func(x string) bool {
		return slices.ContainsFunc(bs, func(y string) bool { return sameDigits(x, y) })
	})
}

// NumberTail is what may be shown of a number so that it can be found in the
// exchange: its last four digits. Of one with fewer than seven it is empty: so
// little would be left out that it names an office.
func NumberTail(s string) string {
	for _, n := range numbersIn(s) {
		if len(n) >= leastTail {
			return n[len(n)-4:]
		}
	}
	return ""
}

// sameDigits is SameNumber for what numbersIn returns.
func sameDigits(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) >= leastTail && len(b)-len(a) <= mostInFront && strings.HasSuffix(b, a)
}

// tails yields the numbers that are n with less in front, n itself left out.
func tails(n string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for cut := 1; cut <= mostInFront && len(n)-cut >= leastTail; cut++ {
			if !yield(n[cut:]) {
				return
			}
		}
	}
}

var (
	// lost tells what spreadsheets leave of a number: an exponent, a fraction, a
	// column that was too narrow, an error. Nothing in it is the number's.
	lost = regexp.MustCompile(`^(#.*|[0-9]+(\.[0-9]+)?E[+-]?[0-9]+|[1-9][0-9]*\.[0-9]+)$`)
	// between stands between two numbers of one cell.
	between = func(r rune) bool { return strings.ContainsRune("/\\、,;|或\n\r", r) }
)

// mostNumbers bounds how many numbers of one text are looked at.
const mostNumbers = 4

// numbersIn returns the numbers in a text, each as its digits in the form that
// all ways of writing it share as far as can be told.
func numbersIn(s string) (list []string) {
	s = strings.ToUpper(strings.Map(plain, s))
	if strings.ContainsAny(s, "#.E") && lost.MatchString(strings.Trim(s, " '‘’`")) {
		return nil
	}
	for part := range strings.FieldsFuncSeq(s, between) {
		part, _, _ = strings.Cut(part, "转") // what follows is an extension
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, part)
		if n := national(digits, strings.Contains(part, "+")); len(n) >= leastNumber && !slices.Contains(list, n) {
			list = append(list, n)
		}
		if len(list) == mostNumbers {
			break
		}
	}
	return list
}

// plain folds full-width digits, letters and punctuation.
func plain(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000' || r == '\u00a0':
		return ' '
	}
	return r
}

// national takes the outside line, the country code and the trunk's 0 off the
// front of a number. In China local numbers begin with 2 to 8, mobile ones with
// 13 to 19, so that a 9 in front of either is the exchange's.
func national(n string, plus bool) string {
	if rest, ok := strings.CutPrefix(n, "9"); ok && !plus && outside(rest) {
		n = rest
	}
	if rest, ok := strings.CutPrefix(n, "0086"); ok {
		n = rest
	} else if rest, ok := strings.CutPrefix(n, "86"); ok && (plus || len(rest) >= 10) {
		n = rest
	}
	return strings.TrimLeft(n, "0")
}

// outside reports whether a number could be dialled after the 9 for an outside
// line.
func outside(n string) bool {
	switch len(n) {
	case 7, 8:
		return n[0] >= '2' && n[0] <= '8'
	case 11:
		return n[0] == '0' || n[0] == '1' && n[1] >= '3'
	}
	return len(n) >= 10 && n[0] == '0'
}
