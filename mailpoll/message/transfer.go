package message

import (
	"bytes"
	"io"
	"strings"
)

// chunk is how many decoded bytes are made at a time, about.
const chunk = 8 << 10

// A decoder undoes a transfer encoding over a slice that lies in memory anyway.
// It never fails: what is not of the encoding is junk, which RFC 2045 asks to
// ignore.
type decoder struct {
	src  []byte
	out  []byte // decoded, not read yet
	buf  []byte
	fill func(*decoder) // decodes about a chunk from src onto out
}

func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if len(d.src) == 0 && d.fill == nil {
			return 0, io.EOF
		}
		d.out = d.buf[:0]
		d.fill(d)
		d.buf = d.out
		if len(d.src) == 0 && len(d.out) == 0 {
			d.fill = nil
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// decodeAll is for what is known to be small.
func decodeAll(r io.Reader) []byte {
	var b bytes.Buffer
	_, _ = b.ReadFrom(r) // decoders do not fail
	return b.Bytes()
}

func isPlainCoding(coding string) bool {
	switch strings.ReplaceAll(coding, " ", "") {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7", "8", "7bits", "8bits":
		return true
	}
	return false
}

func isUU(coding string) bool {
	switch coding {
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		return true
	}
	return false
}

// decoded returns the body with its transfer encoding undone, or as it stands:
// where it is not encoded although it says so, and, with false, where nobody
// knows the encoding.
func (p *part) decoded() (io.Reader, bool) {
	switch {
	case isPlainCoding(p.coding):
		return bytes.NewReader(p.body), true
	case p.coding == "base64" || p.coding == "base-64":
		if looksBase64(p.body) {
			return newBase64(p.body), true
		}
		return bytes.NewReader(p.body), true
	case p.coding == "quoted-printable" || p.coding == "quoted/printable" || p.coding == "quotedprintable":
		return newQuoted(p.body), true
	case isUU(p.coding):
		if _, lines, ok := cutUU(p.body); ok {
			return newUU(lines), true
		}
	}
	return bytes.NewReader(p.body), false
}
