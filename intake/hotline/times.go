package hotline

import (
	"strings"
	"time"
	"unicode/utf8"
)

// maxTime is the length in bytes of the longest cell that is looked at as a
// time.
const maxTime = 128

// parseClock reads a cell of a time, a date, or both:
//
//	2026/9/7 8:35  2026-09-07 08:35:40  2026.9.7 8:35    in this order only
//	2026年9月7日 8时35分  2026年9月7日8点半  2026年9月7日(周一) 下午3点
//	20260907083500  202609070835  20260907 0835  20260907
//	2026-09-07T08:35:00+08:00  2026-09-07 08:35:00 +0800  …Z
//	8:35  上午10:20  下午3点  3:05 PM
//	46275.3576388889    days as a spreadsheet counts them
//
// Full-width forms are read as their plain ones. A cell that says anything
// else, or that can be read in two ways (a year of two digits, 9/7/2026, no
// year, 上午12点, 晚上1点, 8:5), is not read. A weekday must be the date's.
func parseClock(cell string, e epoch) (clock, bool) {
	if len(cell) == 0 || len(cell) > maxTime {
		return clock{}, false
	}
	s := strings.TrimFunc(strings.TrimLeft(fold(cell), "'‘’`"), padding)
	if strings.TrimLeft(s, "0123456789.") == "" && strings.Count(s, ".") < 2 {
		return number(s, e)
	}
	p := scanner{rest: s}
	if !p.date() {
		return clock{}, false
	}
	if p.rest != "" && !(p.time() && p.zone()) {
		return clock{}, false
	}
	return p.clock, p.rest == "" && p.possible()
}

func isTime(cell string) bool {
	c, ok := parseClock(clean(cell), epoch1900)
	return ok && c.dated && c.timed
}

// number reads a cell of digits: a compact date, or a count of days.
func number(s string, e epoch) (clock, bool) {
	layout := map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}[len(s)]
	if layout == "" || !digits(s) {
		return serial(s, e)
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return clock{}, false
	}
	c := clockOf(t)
	c.timed = len(s) > 8
	return c, c.possible()
}

// A scanner takes the parts of a time off the front of a cell.
type scanner struct {
	clock
	rest    string
	compact bool // the date was eight digits, so the time may be four or six
	apart   bool // the date must be set apart from the time
	iso     bool // a T stands between them
}

func (p *scanner) space() bool {
	s := strings.TrimLeft(p.rest, " \t\n\u00a0")
	had := len(s) < len(p.rest)
	p.rest = s
	return had
}

// take takes one of the words, the first that fits.
func (p *scanner) take(words ...string) (string, bool) {
	for _, w := range words {
		if len(p.rest) >= len(w) && strings.EqualFold(p.rest[:len(w)], w) {
			p.rest = p.rest[len(w):]
			return w, true
		}
	}
	return "", false
}

// number takes least to most digits.
func (p *scanner) number(least, most int) (n int, ok bool) {
	i := 0
	for i < len(p.rest) && i < most && '0' <= p.rest[i] && p.rest[i] <= '9' {
		n = n*10 + int(p.rest[i]-'0')
		i++
	}
	if i < least {
		return 0, false
	}
	p.rest = p.rest[i:]
	return n, true
}

// date takes a date, if there is one, and false tells half a date.
func (p *scanner) date() bool {
	run := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
	switch run {
	case 8:
		p.year, _ = p.number(4, 4)
		p.month, _ = p.number(2, 2)
		p.day, _ = p.number(2, 2)
		p.compact, p.apart = true, true
	case 4:
		if !p.separated() {
			return false
		}
	default:
		return true
	}
	p.dated = true
	return p.possible() && p.weekday()
}

// separated takes a date of which the parts are told apart.
func (p *scanner) separated() bool {
	p.year, _ = p.number(4, 4)
	p.spaceBefore("年")
	first, ok := p.take("/", "-", ".", "年")
	if !ok {
		return false
	}
	second := first
	if first == "年" {
		second = "月"
		p.space()
	}
	if p.month, ok = p.number(1, 2); !ok {
		return false
	}
	p.spaceBefore(second)
	if _, ok = p.take(second); !ok {
		return false
	}
	if first == "年" {
		p.space()
	}
	if p.day, ok = p.number(1, 2); !ok {
		return false
	}
	p.apart = true
	if first == "年" {
		p.spaceBefore("日")
		_, ends := p.take("日", "号")
		p.apart = !ends
	}
	return true
}

// spaceBefore takes the space before one of the Chinese units of a date.
func (p *scanner) spaceBefore(unit string) {
	if s := strings.TrimLeft(p.rest, " "); unit != "/" && unit != "-" && unit != "." && strings.HasPrefix(s, unit) {
		p.rest = s
	}
}

const weekdays = "日一二三四五六天"

// weekday takes the name of the weekday, which must be the right one.
func (p *scanner) weekday() bool {
	before := p.rest
	p.space()
	_, bracket := p.take("(", "[")
	if _, ok := p.take("星期", "周", "礼拜"); !ok {
		p.rest = before
		return !bracket
	}
	r, n := utf8.DecodeRuneInString(p.rest)
	day := strings.IndexRune(weekdays, r)
	if day < 0 {
		return false
	}
	p.rest, p.apart = p.rest[n:], false
	if bracket {
		if _, ok := p.take(")", "]"); !ok {
			return false
		}
	}
	want := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC).Weekday()
	return day/len("日")%7 == int(want)
}
