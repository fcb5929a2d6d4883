package message

import (
	"io"
	"strings"
)

// A coding is a content transfer encoding.
type coding int

const (
	asItIs coding = iota
	inBase64
	inQuoted
	inUU
	unknownCoding
)

func codingOf(name string) coding {
	switch strings.ReplaceAll(name, " ", "") {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7", "8", "7bits", "8bits":
		return asItIs
	}
	switch name {
	case "base64", "base-64":
		return inBase64
	case "quoted-printable", "quoted/printable", "quotedprintable":
		return inQuoted
	case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu":
		return inUU
	}
	return unknownCoding
}

// decoded returns the body with its transfer encoding undone, or as it stands:
// where it is not encoded although it says so, and, with false, where nobody
// knows the encoding.
func (p *part) decoded() (io.Reader, bool) {
	switch {
	case p.coding == inBase64 && !p.lies:
		return newBase64(p.body), true
	case p.coding == inQuoted:
		return newQuoted(p.body), true
	case p.coding == inUU:
		if e := p.encoded(); e.found {
			return newUU(e.lines), true
		}
		return p.body.open(), false
	}
	return p.body.open(), p.coding != unknownCoding
}

// plain reports whether decoded is the body as it stands.
func (p *part) plain() bool {
	return p.coding == asItIs || p.lies || p.coding == unknownCoding || p.coding == inUU && !p.encoded().found
}

// decode undoes the transfer encoding in memory. Of what is longer than most
// nothing is kept, and fits is false.
func (p *part) decode(most int) (b []byte, fits bool, err error) {
	room := p.body.size()
	if p.coding == inBase64 && !p.lies || p.coding == inUU {
		room = room/4*3 + 3
	}
	body, _ := p.decoded()
	if room > int64(most) { // it may not fit: better to find out before it lies there
		n, err := io.Copy(io.Discard, io.LimitReader(body, int64(most)+1))
		if err != nil || n > int64(most) {
			return nil, false, err
		}
		room = n
		body, _ = p.decoded()
	}
	b, err = decodeAll(body, int(room))
	return b, err == nil, err
}

// decodeAll reads what is known to be of about so many bytes, hardly more.
func decodeAll(r io.Reader, about int) ([]byte, error) {
	b := make([]byte, 0, about+1)
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
