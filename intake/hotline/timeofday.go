package hotline

import "strings"

// A half says what the words before or after a time of day mean for its hour.
// Hours from first to last stand as they are; hours up to late are of the
// afternoon and get 12 added.
type half struct {
	words       []string
	first, last int
	late        int
}

// halves lists the words. What they leave out is not clear: 上午12点 is noon to
// one and midnight to another, 晚上12点 belongs to the next day for some.
var halves = []half{
	{[]string{"上午", "早上", "早晨", "清晨"}, 0, 11, -1},
	{[]string{"中午"}, 11, 14, 2},
	{[]string{"下午", "午后"}, 12, 23, 11},
	{[]string{"傍晚"}, 16, 20, 8},
	{[]string{"晚上", "晚间", "夜间", "夜里"}, 18, 23, 11},
	{[]string{"凌晨"}, 0, 6, -1},
}

// hourIn returns the hour of the day, or false when the words do not fit it.
func (h half) hourIn(hour int) (int, bool) {
	switch {
	case hour >= h.first && hour <= h.last:
		return hour, true
	case hour > 0 && hour <= h.late && hour+12 >= h.first && hour+12 <= h.last:
		return hour + 12, true
	}
	return 0, false
}

// time takes a time of day and the words around it.
func (p *scanner) time() bool {
	if p.dated && !p.gap() {
		return false
	}
	before, known := p.half()
	early, western := "", false
	if !known {
		early, western = p.meridiem()
	}
	p.space()
	if !p.timeOfDay() {
		return false
	}
	p.timed = true
	if known {
		var ok bool
		p.hour, ok = before.hourIn(p.hour)
		return ok
	}
	if !western {
		rest := p.rest
		p.space()
		if early, western = p.meridiem(); !western {
			p.rest = rest
		}
	}
	return !western || p.twelve(early)
}

// gap takes what stands between date and time. Digits may not follow a date
// of bare digits directly: 2026/9/718:00 can be read in two ways.
func (p *scanner) gap() bool {
	if _, p.iso = p.take("T"); p.iso {
		return true
	}
	spaced := p.space()
	_, comma := p.take(",")
	if comma {
		p.space()
	}
	digit := p.rest != "" && '0' <= p.rest[0] && p.rest[0] <= '9'
	return spaced || comma || !p.apart || !digit
}

// half takes one of the Chinese words for a part of the day.
func (p *scanner) half() (half, bool) {
	for _, h := range halves {
		if _, ok := p.take(h.words...); ok {
			return h, true
		}
	}
	return half{}, false
}

// meridiem takes AM or PM.
func (p *scanner) meridiem() (string, bool) {
	w, ok := p.take("AM", "PM", "A.M.", "P.M.")
	return strings.ReplaceAll(w, ".", ""), ok
}

// twelve applies AM or PM, where 12 stands for 0.
func (p *scanner) twelve(m string) bool {
	if p.hour < 1 || p.hour > 12 {
		return false
	}
	p.hour %= 12
	if m == "PM" {
		p.hour += 12
	}
	return true
}

// timeOfDay takes hours, minutes and seconds.
func (p *scanner) timeOfDay() bool {
	if run := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789")); p.compact && (run == 4 || run == 6) {
		p.hour, _ = p.number(2, 2)
		p.minute, _ = p.number(2, 2)
		if run == 6 {
			p.second, _ = p.number(2, 2)
		}
		return true
	}
	var ok bool
	if p.hour, ok = p.number(1, 2); !ok {
		return false
	}
	if _, ok = p.take(":"); ok {
		return p.colons()
	}
	p.spaceBefore("点")
	p.spaceBefore("时")
	if _, ok = p.take("点钟", "点整", "时整"); ok {
		return true
	}
	if _, ok = p.take("点", "时"); !ok {
		return false
	}
	return p.units()
}

// colons takes minutes and seconds of two digits each, and a fraction.
func (p *scanner) colons() (ok bool) {
	if p.minute, ok = p.number(2, 2); !ok {
		return false
	}
	if _, more := p.take(":"); !more {
		return true
	}
	if p.second, ok = p.number(2, 2); !ok {
		return false
	}
	if _, more := p.take("."); more {
		run := len(p.rest)
		n, ok := p.number(1, 9)
		for run -= len(p.rest); run < 9; run++ {
			n *= 10
		}
		p.nano = n
		return ok
	}
	return true
}

// units takes what follows 点 or 时: 半, 05, 5分, 5分20秒, or nothing.
func (p *scanner) units() (ok bool) {
	if _, half := p.take("半"); half {
		p.minute = 30
		return true
	}
	if p.rest == "" || p.rest[0] < '0' || p.rest[0] > '9' {
		return true
	}
	length := len(p.rest)
	p.minute, _ = p.number(1, 2)
	length -= len(p.rest)
	if _, ok = p.take("分"); !ok {
		return length == 2
	}
	if p.rest == "" || p.rest[0] < '0' || p.rest[0] > '9' {
		return true
	}
	p.second, _ = p.number(1, 2)
	_, ok = p.take("秒")
	return ok
}

// zone takes an offset from UTC behind a date with a time. A range of times
// (8:35-9:00) must not pass for one, so an offset to the west needs the T of
// ISO 8601.
func (p *scanner) zone() bool {
	p.space()
	if p.rest == "" {
		return true
	}
	if !p.dated {
		return false
	}
	p.zoned = true
	if _, ok := p.take("Z", "UTC"); ok {
		return true
	}
	sign, ok := p.take("+", "-")
	if !ok || sign == "-" && !p.iso {
		return false
	}
	hours, ok := p.number(2, 2)
	if !ok || hours > 14 {
		return false
	}
	_, colon := p.take(":")
	minutes, ok := p.number(2, 2)
	if colon && !ok || minutes != 0 && minutes != 30 && minutes != 45 {
		return false
	}
	p.offset = hours*3600 + minutes*60
	if sign == "-" {
		p.offset = -p.offset
	}
	return true
}
