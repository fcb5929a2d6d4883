package message

import (
	"bytes"
	"strings"
)

// A piece is what stands between two delimiters of a multipart.
type piece struct {
	span
	epilogue bool // behind the closing delimiter, where nothing should be
}

// split cuts the body of a multipart at its boundary, or, when that is nowhere
// in it, at the first line that looks like one. What stands above the first
// delimiter is for readers without MIME and left out (RFC 2046, section
// 5.1.1). More than most pieces are an error.
func split(body span, boundary string, most int) ([]piece, error) {
	pieces, err := splitAt(body, boundary, most)
	if len(pieces) > 0 || err != nil {
		return pieces, err
	}
	return splitAt(body, guessBoundary(body), most)
}

// A boundary longer than lineHead is none; RFC 2046 allows 70 bytes.
func splitAt(body span, boundary string, most int) (pieces []piece, err error) {
	if boundary = strings.TrimRight(boundary, " \t"); boundary == "" || len(boundary) > lineHead {
		return nil, nil
	}
	delimiter := []byte("\n--" + boundary)
	start, closed := int64(-1), false
	add := func(end int64) error {
		if start < 0 {
			return nil
		}
		b := body.cut(start, max(start, end))
		if closed && b.blank() {
			return nil
		}
		if len(pieces) == most {
			return errParts()
		}
		pieces = append(pieces, piece{b, closed})
		return nil
	}
	for at := body.off; ; {
		// The line end before a delimiter belongs to it, but the first may
		// stand at the very beginning.
		end, after := at, at+int64(len(delimiter)-1)
		if at > body.off || !body.begins(at, delimiter[1:]) {
			if end = body.find(at, delimiter); end < 0 {
				return pieces, add(body.end)
			}
			after = end + int64(len(delimiter))
			if end > body.off && body.begins(end-1, carriage) {
				end--
			}
		}
		at = after
		rest := body.line(after)
		delimits, closes := delimiterEnd(rest)
		if !delimits {
			continue
		}
		if err := add(end); err != nil {
			return nil, err
		}
		start, closed = rest.end(), closes
		at = max(start-1, body.off) // the line's end may begin the next delimiter
	}
}

var carriage = []byte("\r")

// blank reports whether s is nothing but white space of ASCII.
func (s span) blank() bool {
	for at := s.off; at < s.end; {
		b := s.from(at, 1)
		if len(b) == 0 || len(bytes.Trim(b, " \t\r\n\v\f")) > 0 {
			return false
		}
		at += int64(len(b))
	}
	return true
}

// delimiterEnd reads what follows the boundary on its line. Longer boundaries
// may begin with this one. Two hyphens close, even with junk behind them that
// no boundary could have.
func delimiterEnd(l line) (delimits, closes bool) {
	rest := bytes.TrimRight(l.b, " \t\r\n")
	if len(rest) == 0 {
		return !l.cut(), false
	}
	rest, closes = bytes.CutPrefix(rest, []byte("--"))
	closes = closes && (len(rest) == 0 || !isBoundaryByte(rest[0]))
	return closes, closes
}

// isBoundaryByte follows RFC 2046, section 5.1.1.
func isBoundaryByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("'()+_,-./:=?", c) >= 0
}

// guessBoundary finds the first line of two hyphens and more above a Content-*
// field.
func guessBoundary(body span) string {
	hyphens := []byte("\n--")
	for at := body.off; at < body.end; {
		if !body.begins(at, hyphens[1:]) {
			if at = body.find(at, hyphens); at < 0 {
				return ""
			}
			at++
		}
		l := body.line(at)
		if l.n == 0 {
			return ""
		}
		boundary := ""
		if !l.cut() {
			boundary = strings.TrimRight(string(l.b[2:]), " \t\r\n")
		}
		at = l.end()
		if next := body.line(at); boundary != "" && strings.HasPrefix(fieldName(next.b), "content-") {
			return boundary
		}
	}
	return ""
}
