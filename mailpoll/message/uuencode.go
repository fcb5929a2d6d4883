package message

import (
	"bytes"
	"fmt"
	"io"
	"strings"
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

// cutUU finds the first uuencoded file in b: its name and its lines.
func cutUU(b []byte) (name string, lines []byte, ok bool) {
	for len(b) > 0 {
		var line []byte
		line, b = cutLine(b)
		if name, ok := beginUU(line); ok {
			end, _ := uuEnd(b)
			return name, b[:end], true
		}
	}
	return "", nil, false
}

// uuEnd returns the length of the uuencoded lines at the beginning of b, and
// what they take with the end that must follow; whole is 0 when it does not.
func uuEnd(b []byte) (end, whole int) {
	for end < len(b) {
		line, _ := cutLine(b[end:])
		text := bytes.TrimRight(line, "\r\n")
		if string(bytes.TrimSpace(text)) == "end" {
			return end, end + len(line)
		}
		if _, ok := uuLine(text); !ok && len(text) > 0 {
			return end, 0
		}
		end += len(line)
	}
	return end, 0
}

// newUU decodes uuencoded lines.
func newUU(lines []byte) io.Reader {
	return &decoder{src: lines, fill: func(d *decoder) {
		for len(d.src) > 0 && len(d.out) < chunk {
			var line []byte
			line, d.src = cutLine(d.src)
			d.out = appendUU(d.out, bytes.TrimRight(line, "\r\n"))
		}
	}}
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

// A uuFile is a file that stood in a text.
type uuFile struct {
	name  string
	lines []byte
}

// takeUU takes at most the given number of uuencoded files out of a text and
// leaves a note in the place of each. One that does not end stays text.
func takeUU(text string, most int) (string, []uuFile) {
	if most <= 0 || !strings.Contains(text, "begin ") {
		return text, nil
	}
	var files []uuFile
	var kept strings.Builder
	rest := []byte(text)
	for len(rest) > 0 {
		line, after := cutLine(rest)
		name, ok := beginUU(line)
		var end, whole int
		if ok && len(files) < most {
			end, whole = uuEnd(after)
		}
		if whole == 0 {
			kept.Write(line)
			rest = after
			continue
		}
		files = append(files, uuFile{name, after[:end]})
		fmt.Fprintf(&kept, noteFile+"\n", name)
		rest = after[whole:]
	}
	return kept.String(), files
}
