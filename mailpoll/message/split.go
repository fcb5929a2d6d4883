package message

import (
	"bytes"
	"strings"
)

// A piece is what stands between two delimiters of a multipart.
type piece struct {
	bytes    []byte
	epilogue bool // behind the closing delimiter, where nothing should be
}

// split cuts the body of a multipart at its boundary, or, when that is nowhere
// in it, at the first line that looks like one. What stands above the first
// delimiter is for readers without MIME and left out (RFC 2046, section
// 5.1.1). More than most pieces are an error.
func split(body []byte, boundary string, most int) ([]piece, error) {
	pieces, err := splitAt(body, boundary, most)
	if len(pieces) > 0 || err != nil {
		return pieces, err
	}
	return splitAt(body, guessBoundary(body), most)
}

func splitAt(body []byte, boundary string, most int) (pieces []piece, err error) {
	if boundary = strings.TrimRight(boundary, " \t"); boundary == "" {
		return nil, nil
	}
	delimiter := []byte("\n--" + boundary)
	start, closed := -1, false
	add := func(end int) error {
		if start < 0 {
			return nil
		}
		b := body[start:max(start, end)]
		if closed && len(bytes.TrimSpace(b)) == 0 {
			return nil
		}
		if len(pieces) == most {
			return errParts()
		}
		pieces = append(pieces, piece{b, closed})
		return nil
	}
	for at := 0; ; {
		// The line end before a delimiter belongs to it, but the first may
		// stand at the very beginning.
		var end, after int
		if at == 0 && bytes.HasPrefix(body, delimiter[1:]) {
			after = len(delimiter) - 1
		} else if i := bytes.Index(body[at:], delimiter); i >= 0 {
			end, after = at+i, at+i+len(delimiter)
			if end > 0 && body[end-1] == '\r' {
				end--
			}
		} else {
			return pieces, add(len(body))
		}
		at = after
		n := lineEnd(body[after:])
		delimits, closes := delimiterEnd(body[after : after+n])
		if !delimits {
			continue
		}
		if err := add(end); err != nil {
			return nil, err
		}
		start, closed = after+n, closes
		at = max(start-1, 0) // the line's end may begin the next delimiter
	}
}

// delimiterEnd reads what follows the boundary on its line. Longer boundaries
// may begin with this one. Two hyphens close, even with junk behind them that
// no boundary could have.
func delimiterEnd(rest []byte) (delimits, closes bool) {
	rest = bytes.TrimRight(rest, " \t\r\n")
	if len(rest) == 0 {
		return true, false
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
func guessBoundary(body []byte) string {
	for rest := body; len(rest) > 0; {
		var line []byte
		if !bytes.HasPrefix(rest, []byte("--")) {
			i := bytes.Index(rest, []byte("\n--"))
			if i < 0 {
				return ""
			}
			rest = rest[i+1:]
		}
		line, rest = cutLine(rest)
		boundary := strings.TrimRight(string(line[2:]), " \t\r\n")
		next, _ := cutLine(rest)
		if boundary != "" && strings.HasPrefix(fieldName(next), "content-") {
			return boundary
		}
	}
	return ""
}
