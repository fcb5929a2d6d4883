package message

import (
	"io"

	"dengwen/intake"
)

// forward shows a forwarded mail and keeps it, header and all, as a private
// file.
func (r *reader) forward(p *part, depth int, aside bool) {
	r.keep(p, true, false)
	inner := p.inner
	if inner == nil {
		inner = r.open(p, depth)
	}
	if inner == nil {
		r.add(noteSealed)
		return
	}
	if aside {
		r.walk(inner, depth+1, true)
		return
	}
	heading := noteForward
	if subject := oneLine(decodeWords(inner.subject)); subject != "" {
		heading += "\n" + noteSubject + subject
	}
	r.add(heading)
	r.walk(inner, depth+1, false)
	r.add(noteEnd)
}

// open scans a forwarded mail that is transfer-encoded. It gives nil for what
// is too long, or beyond what is left of the guard's limits.
func (r *reader) open(p *part, depth int) *part {
	body, ok := p.decoded()
	if !ok {
		return nil
	}
	room := intake.MaxDecoded - r.opened
	b := decodeAll(io.LimitReader(body, int64(room)+1))
	if len(b) > room {
		return nil
	}
	r.opened += len(b)
	inner, err := r.message(b, depth+1)
	if err != nil {
		return nil
	}
	return inner
}
