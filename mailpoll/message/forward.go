package message

import "dengwen/intake"

// forward shows a forwarded mail and keeps it, header and all, as a private
// file.
func (r *reader) forward(p *part, depth int, aside bool) {
	r.keep(p, true, false)
	inner, held := p.inner, (*unpacked)(nil)
	if inner == nil {
		inner, held = r.open(p, depth)
	}
	if inner == nil {
		r.seal()
		return
	}
	if !aside {
		heading := noteForward
		subject, _ := mailFields(inner.head.bytes())
		if subject = oneLine(decodeWords(subject)); subject != "" {
			heading += "\n" + noteSubject + subject
		}
		r.text.add(heading)
	}
	r.walk(inner, depth+1, aside)
	if !aside {
		r.text.add(noteEnd)
	}
	if held != nil {
		r.check(inner.body.src.err)
		held.until = len(r.kept)
		held.release()
	}
}

// open scans a forwarded mail that says it is transfer-encoded. It gives nil
// for what is too long, or beyond what is left of the limits of a mail.
func (r *reader) open(p *part, depth int) (inner *part, held *unpacked) {
	body := p.body
	switch {
	case p.coding == unknownCoding || p.coding == inUU && p.plain():
		return nil, nil
	case !p.plain():
		room := intake.MaxDecoded - r.opened
		load := func() ([]byte, error) {
			b, _, err := p.decode(room)
			return b, err
		}
		b, fits, err := p.decode(room)
		if r.check(err); err != nil || !fits {
			return nil, nil
		}
		r.opened += len(b)
		held = &unpacked{load: load, b: b, size: int64(len(b))}
		r.held = append(r.held, held)
		body = held.source().all()
	}
	inner, err := r.message(body, depth+1)
	if r.check(body.src.err); err != nil {
		if held != nil {
			held.release()
		}
		return nil, nil
	}
	return inner, held
}
