package message

import (
	"bytes"
	"io"

	"dengwen/intake"
	"dengwen/intake/photo"
)

// A picture is a photo that a page carries in itself, in a data: URL (RFC 2397):
// where its letters stand in the page, in base64, and what it is.
type picture struct {
	off, end int64
	kind     photo.Kind
}

// pictureLook is how many letters of base64 tell whether they are a photo's.
const pictureLook = 2 * photo.HeadSize

// pictures finds the photos in a page, as it is once its transfer encoding is
// undone; places count from its beginning. With more than most it finds none.
func pictures(page span, most int) (found []picture, more bool) {
	scheme := []byte(";base64,") // in either case
	mark := scheme[len(scheme)-3:]
	for at := page.off; ; {
		if at = page.find(at, mark); at < 0 {
			return found, false
		}
		at += int64(len(mark))
		begin := at - int64(len(scheme))
		if begin < page.off {
			continue
		}
		if b := page.from(begin, len(scheme)); len(b) < len(scheme) || !bytes.EqualFold(b[:len(scheme)], scheme) {
			continue
		}
		head, err := decodeAll(newBase64(page.cut(at, min(at+pictureLook, page.end))), pictureLook)
		kind := photo.Sniff(head)
		if err != nil || kind == "" {
			continue
		}
		if len(found) == most {
			return nil, true
		}
		end := lettersEnd(page.cut(at, page.end))
		found = append(found, picture{at - page.off, end - page.off, kind})
		at = end
	}
}

// lettersEnd is where the letters of a data: URL end.
func lettersEnd(s span) int64 {
	for at := s.off; at < s.end; {
		b := s.from(at, 1)
		if len(b) == 0 {
			return at
		}
		for i, c := range b {
			if base64Value[c] < 0 && !isBlank(c) && c != '=' && c != '%' {
				return at + int64(i)
			}
		}
		at += int64(len(b))
	}
	return s.end
}

// carries reports whether there is a photo in a page that is too long to lie
// in memory.
func carries(page io.Reader) (bool, error) {
	b := make([]byte, windowSize)
	for n := 0; ; n = copy(b, b[n-2*pictureLook:]) {
		var err error
		for n < len(b) && err == nil {
			var k int
			k, err = page.Read(b[n:])
			n += k
		}
		if found, more := pictures(inMemory(b[:n]), maxParts); found != nil || more {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// keepPage keeps a page as a file. The photos that it carries are files of
// their own, cleaned as all are, and the team sees the page without them. Where
// they cannot be taken out, the page is private.
func (r *reader) keepPage(p *part, t *told) {
	found, cut := t.pictures, !t.hides
	switch {
	case t.long && p.plain():
		var more bool
		found, more = pictures(p.body, maxParts)
		cut = !more
	case t.long:
		body, _ := p.decoded()
		has, err := carries(body)
		r.check(err)
		cut = !has
	}
	if cut && len(found) > 0 {
		cut = r.parts+len(found) <= maxParts && (p.plain() || r.opened+t.size <= intake.MaxDecoded)
	}
	r.keep(p, !cut, t.broken)
	if !cut {
		r.seal()
	}
	if !cut || len(found) == 0 {
		return
	}
	r.kept[len(r.kept)-1].shown = func(original io.Reader) io.Reader { return &without{in: original, cuts: found} }
	page, held := p.body, (*unpacked)(nil)
	if !p.plain() {
		r.opened += t.size
		held = &unpacked{size: int64(t.size), load: func() ([]byte, error) {
			b, _, err := p.decode(intake.MaxDecoded)
			return b, err
		}}
		page = held.source().all()
		r.held = append(r.held, held)
	}
	for _, one := range found {
		kind := "image/" + string(one.kind)
		letters := page.cut(page.off+one.off, page.off+one.end)
		r.kept = append(r.kept, kept{name: called("", kind, len(r.kept)+1), kind: kind, open: func() io.Reader { return newBase64(letters) }})
	}
	r.parts += len(found)
	if held != nil {
		held.until = len(r.kept)
	}
}

// without is a page without the letters of its photos.
type without struct {
	in   io.Reader
	cuts []picture
	at   int64
}

func (w *without) Read(p []byte) (int, error) {
	for {
		if len(p) == 0 {
			return 0, nil
		}
		n, err := w.in.Read(p)
		left := 0
		for b := p[:n]; len(b) > 0; {
			k := int64(len(b))
			switch {
			case len(w.cuts) > 0 && w.at >= w.cuts[0].end:
				w.cuts = w.cuts[1:]
				continue
			case len(w.cuts) > 0 && w.at >= w.cuts[0].off:
				k = min(k, w.cuts[0].end-w.at)
			case len(w.cuts) > 0:
				k = min(k, w.cuts[0].off-w.at)
				fallthrough
			default:
				left += copy(p[left:], b[:k])
			}
			b = b[k:]
			w.at += k
		}
		if left > 0 || n == 0 || err != nil {
			return left, err
		}
	}
}
