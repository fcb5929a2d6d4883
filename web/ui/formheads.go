package ui

import (
	"bytes"
	"io"
)

// heads is a multipart body in whose heads control characters are replaced by
// underscores: browsers write the name of a file as it is, and net/textproto
// refuses the whole body for one such character. What is in the parts stays as
// it is: a head begins where mime/multipart takes one to begin.
type heads struct {
	in      io.Reader
	dash    []byte // "--" and the boundary
	state   headState
	matched int  // bytes of dash
	line    int  // bytes of the head's line
	last    byte // of the read before
}

func newHeads(in io.Reader, boundary string) *heads {
	return &heads{in: in, dash: []byte("--" + boundary)}
}

type headState int

const (
	atLine     headState = iota // where a boundary may stand
	inBoundary                  // behind one, up to the end of its line
	inHead
	inBody
)

func (h *heads) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	for i := 0; i < n; {
		c := p[i]
		switch {
		case h.state == inBody:
			j := bytes.IndexByte(p[i:n], '\n')
			if j < 0 {
				i = n
				continue
			}
			before := h.last
			if i += j; i > 0 {
				before = p[i-1]
			}
			if i++; before == '\r' {
				h.state, h.matched = atLine, 0
			}
			continue
		case h.state == atLine && h.matched < len(h.dash) && c == h.dash[h.matched]:
			h.matched++
		case h.state == atLine && h.matched == len(h.dash) && bytes.IndexByte([]byte(" \t\r\n"), c) >= 0:
			h.state = inBoundary
			continue
		case h.state == atLine:
			h.state = inBody
			continue
		case h.state == inBoundary && c == '\n':
			h.state, h.line = inHead, 0
		case h.state == inBoundary:
		case c == '\n' && h.line == 0: // the head is over, and the part may be empty
			h.state, h.matched = atLine, 0
		case c == '\n':
			h.line = 0
		case c != '\r':
			if h.line++; c < ' ' && c != '\t' || c == 0x7f {
				p[i] = '_'
			}
		}
		i++
	}
	if n > 0 {
		h.last = p[n-1]
	}
	return n, err
}
