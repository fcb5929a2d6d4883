package hotline

import (
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"

	xunicode "golang.org/x/text/encoding/unicode"
)

// markless looks whether a text without a byte order mark is UTF-16, and in
// which order its bytes stand. It is sure only of a text in which every
// character is one that texts hold, and which has a line end: in the other
// order that would be U+0A00, which is no character. NUL bytes lead here, for
// no other text has any; a table in UTF-16 has one in each delimiter.
func (enc *encoding) markless(r io.ReaderAt, size int64) (bool, error) {
	start := make([]byte, 64<<10)
	n, err := r.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return false, unread(err)
	}
	if size%2 != 0 || bytes.IndexByte(start[:n], 0) < 0 {
		return false, nil
	}
	for _, order := range []struct {
		name   string
		endian xunicode.Endianness
	}{{"UTF-16LE", xunicode.LittleEndian}, {"UTF-16BE", xunicode.BigEndian}} {
		lines := 0
		bad, err := faults(io.NewSectionReader(r, 0, size), utf16(order.endian)(), func(text []byte) int {
			lines += bytes.Count(text, []byte("\n"))
			return strangers(text)
		})
		if err != nil {
			return false, err
		}
		if bad == 0 && lines > 0 {
			enc.Name, enc.decoder = order.name, utf16(order.endian)
			return true, nil
		}
	}
	return false, nil
}

// strangers counts the characters that no text holds: those that could not be
// decoded, control characters, those that are not assigned.
func strangers(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		switch {
		case r >= ' ' && r <= '~', r >= '\u4e00' && r <= '\u9fa5', r == '\n', r == '\r', r == '\t':
		case r == utf8.RuneError, !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf, unicode.Co):
			n++
		}
	}
	return n
}
