package message

import (
	"bytes"
	"io"
	"strings"

	"dengwen/intake"
)

// uuValue is the value of a letter of uuencoding, and false for other bytes.
// Both the blank and the grave accent are zero.
func uuValue(c byte) (byte, bool) {
	if c < ' ' || c > '`' {
		return 0, false
	}
	return (c - ' ') & 63, true
}

// uuLine checks a line without its end: a letter for the length, then four
// letters for three bytes. Blanks at the end may have been lost on the way,
// and one letter too many is what some encoders write.
func uuLine(line []byte) (n int, ok bool) {
	if len(line) == 0 {
		return 0, false
	}
	first, ok := uuValue(line[0])
	n = int(first)
	if !ok || len(line)-1 > (n+2)/3*4+1 {
		return 0, false
	}
	for _, c := range line[1:] {
		if _, ok := uuValue(c); !ok {
			return 0, false
		}
	}
	return n, true
}

// beginUU reads a line such as «begin 644 a.zip».
func beginUU(line []byte) (name string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimRight(string(line), "\r\n"), "begin ")
	if !ok {
		return "", false
	}
	mode, name, ok := strings.Cut(rest, " ")
	if !ok || len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	return strings.TrimSpace(name), true
}

// An encoded file is a uuencoded one that stands in a span.
type encoded struct {
	found bool
	name  string
	lines span
}

// encoded is the first uuencoded file in the body of p.
func (p *part) encoded() *encoded {
	if p.uu == nil {
		p.uu = new(encoded)
		for l := p.body.line(p.body.off); l.n > 0; l = p.body.line(l.end()) {
			if name, ok := beginUU(l.b); ok && !l.cut() {
				end, _ := uuEnd(p.body, l.end())
				*p.uu = encoded{true, intake.CutName(name), p.body.cut(l.end(), end)}
				break
			}
		}
	}
	return p.uu
}

// uuEnd is where the uuencoded lines end that begin at a place, and what they
// take with the end that must follow; whole is 0 when it does not.
func uuEnd(s span, at int64) (end, whole int64) {
	l := s.line(at)
	for ; l.n > 0; l = s.line(l.end()) {
		text := bytes.TrimRight(l.b, "\r\n")
		if string(bytes.TrimSpace(text)) == "end" && !l.cut() {
			return l.off, l.end()
		}
		if _, ok := uuLine(text); !ok && len(text) > 0 || l.cut() {
			return l.off, 0
		}
	}
	return l.off, 0
}

// newUU decodes uuencoded lines.
func newUU(s span) io.Reader {
	return newDecoder(s, func(d *decoder) {
		for d.limit() > 0 && len(d.out) < chunk {
			var line []byte
			line, d.src = cutLine(d.src)
			d.out = appendUU(d.out, bytes.TrimRight(line, "\r\n"))
		}
	})
}

func appendUU(out, line []byte) []byte {
	n, ok := uuLine(line)
	if !ok {
		return out
	}
	at := func(i int) uint32 {
		if i < len(line) {
			v, _ := uuValue(line[i])
			return uint32(v)
		}
		return 0
	}
	for i := 1; n > 0; i, n = i+4, n-3 {
		v := at(i)<<18 | at(i+1)<<12 | at(i+2)<<6 | at(i+3)
		out = append(out, []byte{byte(v >> 16), byte(v >> 8), byte(v)}[:min(n, 3)]...)
	}
	return out
}

// takeUU takes at most the given number of uuencoded files out of a text and
// leaves in the place of each what note says of it. One that does not end, or
// of which note says nothing, stays text.
func takeUU(text string, most int, note func(encoded) string) string {
	if most <= 0 || !strings.Contains(text, "begin ") {
		return text
	}
	var rest strings.Builder
	all := (&source{raw: strings.NewReader(text), size: int64(len(text)), window: windowSize}).all()
	shown := int64(0) // what stands before it is in rest
	for l := all.line(0); l.n > 0 && most > 0; {
		name, ok := beginUU(l.b)
		next := l.end()
		if ok && !l.cut() {
			if end, whole := uuEnd(all, next); whole > 0 {
				if says := note(encoded{true, name, all.cut(next, end)}); says != "" {
					rest.WriteString(text[shown:l.off])
					rest.WriteString(says)
					shown, next = whole, whole
					most--
				}
			}
		}
		l = all.line(next)
	}
	rest.WriteString(text[shown:])
	return rest.String()
}
