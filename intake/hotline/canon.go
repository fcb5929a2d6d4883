package hotline

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// canonical brings a cell to the form in which it takes part in the meaning.
// The form depends on the cell alone, never on what its column is: so it is
// the same whatever the column is mapped to. And it is the same for all kinds
// of files: letters composed (NFC), without padding around it and at the ends
// of lines, \n as line end, without the ' that makes a spreadsheet take a cell
// as text; numbers in plain digits, as phone gives them; dates and times as a
// workbook's date cells are read (numfmt.go).
func canonical(cell string) string {
	s := clean(cell)
	if s == "" {
		return ""
	}
	if s[0] == '\'' {
		s = clean(strings.TrimLeft(s, "'"))
	}
	switch kind := looks(s); kind {
	case numeral, timely:
		if at, ok := moment(s); ok {
			return at
		}
		if kind == numeral {
			number, _ := phone(s)
			return number
		}
	}
	return norm.NFC.String(lines(s))
}

// A look is what a cell may be, as far as its characters go.
type look int

const (
	wordy   look = iota
	timely       // begins with a digit and is short
	numeral      // digits, and what stands between those of a number
)

// looks tells cheaply which cells are worth reading as numbers or times.
func looks(s string) look {
	first, digit := true, false
	kind := numeral
	for _, r := range s {
		if '！' <= r && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case '0' <= r && r <= '9':
			digit = true
		case first && strings.ContainsRune("'‘’`", r):
			continue
		case strings.ContainsRune("+-.,:/()#*eE \u3000转", r):
		default:
			kind = timely
		}
		if kind == timely && (!digit || len(s) > maxTime) {
			return wordy
		}
		first = false
	}
	if !digit {
		return wordy
	}
	return kind
}

// moment returns a date, a time, or both in one form. A number alone is none:
// only its column could tell that it is a date. Nor is a time with a zone,
// which no date cell has.
func moment(s string) (string, bool) {
	if strings.Trim(s, "0123456789.") == "" {
		return "", false
	}
	c, ok := parseClock(s, epoch1900)
	if !ok || c.zoned || strings.Trim(fold(s), "'‘’`0123456789.") == "" {
		return "", false
	}
	at := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC)
	switch {
	case !c.dated:
		return at.Format("15:04:05.999999999"), true
	case !c.timed:
		return at.Format(time.DateOnly), true
	}
	return at.Format("2006-01-02 15:04:05.999999999"), true
}

// lines trims the end of every line: some spreadsheets pad wrapped cells.
func lines(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	ls := strings.Split(s, "\n")
	for i, l := range ls {
		ls[i] = strings.TrimRightFunc(l, padding)
	}
	return strings.Join(ls, "\n")
}
