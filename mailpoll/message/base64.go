package message

import (
	"bytes"
	"io"
)

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

var base64Value = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range base64Letters {
		t[c] = int8(i)
	}
	return t
}()

// base64Look is how much of a body tells whether it is base64, in bytes.
const base64Look = 4 << 10

// looksBase64 reports whether the beginning of b is base64 with little junk.
// Blanks between letters are those of words.
func looksBase64(b []byte) bool {
	junk, blanks := 0, 0
	b = b[:min(len(b), base64Look)]
	for i, c := range b {
		switch {
		case c == 0 || c >= 0x80:
			return false
		case c == ' ' && i > 0 && i+1 < len(b) && base64Value[b[i-1]] >= 0 && base64Value[b[i+1]] >= 0:
			blanks++
		case base64Value[c] < 0 && !isBlank(c) && c != '=':
			junk++
		}
	}
	return junk*10 <= len(b) && blanks*20 <= len(b)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// newBase64 decodes base64, leaving out what is no letter of it. Missing
// padding is as good as padding. It does not go on into a footer that a mailing
// list put below: words behind a blank line, or behind padding anything but
// another whole encoding.
func newBase64(s span) io.Reader {
	var bits uint32
	var n int // letters in bits
	flush := func(d *decoder) {
		switch n {
		case 2:
			d.out = append(d.out, byte(bits>>4))
		case 3:
			d.out = append(d.out, byte(bits>>10), byte(bits>>2))
		}
		bits, n = 0, 0
	}
	return newDecoder(s, func(d *decoder) {
		i, limit, ended := 0, d.limit(), false
		for ; i < limit && len(d.out) < chunk; i++ {
			c := d.src[i]
			v := base64Value[c]
			if v < 0 {
				padded := c == '=' && n > 0
				if padded {
					flush(d)
				}
				if padded && !anotherBase64(d.src[i+1:]) || c == '\n' && footer(d.src[i+1:]) {
					ended = true
					break
				}
				continue
			}
			bits = bits<<6 | uint32(v)
			if n++; n == 4 {
				d.out = append(d.out, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, n = 0, 0
			}
		}
		if d.src = d.src[i:]; ended {
			d.stop()
		}
		if d.last && len(d.src) == 0 {
			flush(d)
		}
	})
}

// anotherBase64 reports whether the next line behind padding is base64. It
// looks no further than lines should be long, for it is asked at all padding.
func anotherBase64(b []byte) bool {
	line, _ := cutLine(bytes.TrimLeft(b[:min(len(b), 1<<10)], "= \t\r\n"))
	line = bytes.TrimRight(line, " \t\r\n")
	letters := bytes.TrimRight(line, "=")
	for _, c := range letters {
		if base64Value[c] < 0 {
			return false
		}
	}
	return len(letters) > 0 && len(line)%4 == 0
}

// footer reports whether b is a blank line and then words.
func footer(b []byte) bool {
	b = b[:min(len(b), ahead)]
	line, rest := cutLine(b)
	if len(rest) == 0 || len(bytes.TrimRight(line, "\r\n")) > 0 {
		return false
	}
	words, _ := cutLine(rest)
	return bytes.HasPrefix(words, []byte("--")) || !looksBase64(bytes.TrimSpace(words))
}
