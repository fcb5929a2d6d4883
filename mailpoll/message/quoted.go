package message

import (
	"bytes"
	"io"
)

// newQuoted decodes quoted-printable. An equals sign that begins nothing stays.
func newQuoted(s span) io.Reader {
	shown := 0 // blanks before it in src are known not to end a line
	return newDecoder(s, func(d *decoder) {
		i, limit := 0, d.limit()
		for i < limit && len(d.out) < chunk {
			c := d.src[i]
			rest := d.src[i+1:]
			switch {
			case c == '=' && len(rest) >= 2 && hexDigit(rest[0]) >= 0 && hexDigit(rest[1]) >= 0:
				d.out = append(d.out, byte(hexDigit(rest[0])<<4|hexDigit(rest[1])))
				i += 3
				continue
			case c == '=':
				if n, ends := blankEnd(rest); ends {
					i += 1 + n
					continue
				}
			case (c == ' ' || c == '\t') && i >= shown:
				n, ends := blankEnd(d.src[i:])
				if ends {
					// What transport put there goes, the line's end stays.
					i += len(bytes.TrimRight(d.src[i:i+n], "\r\n"))
					continue
				}
				shown = i + n
			}
			d.out = append(d.out, c)
			i++
		}
		d.src, shown = d.src[i:], max(shown-i, 0)
	})
}

// blankEnd reports whether b begins with blanks up to a line's end or its own,
// and how long they are, with that end. More blanks than is looked ahead are
// the sender's.
func blankEnd(b []byte) (n int, ends bool) {
	for n < len(b) && (b[n] == ' ' || b[n] == '\t') {
		if n++; n == ahead-2 {
			return n, false
		}
	}
	switch rest := b[n:]; {
	case len(rest) == 0:
		return n, true
	case rest[0] == '\n':
		return n + 1, true
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		return n + 2, true
	}
	return n, false
}
