package message

import (
	"bytes"
	"strings"

	"dengwen/intake"
)

// A text is a report's, in the paragraphs that it is made of.
type text struct {
	pieces []string
	size   int
	tail   string // its last two bytes
}

// add appends a paragraph and reports whether it had room.
func (t *text) add(s string) bool {
	gap := "\n\n"
	switch {
	case t.size == 0 || strings.HasSuffix(t.tail, "\n\n"):
		gap = ""
	case strings.HasSuffix(t.tail, "\n"):
		gap = "\n"
	}
	if t.size+len(gap)+len(s) > intake.MaxDecoded {
		return false
	}
	for _, piece := range []string{gap, s} {
		if piece != "" {
			t.pieces = append(t.pieces, piece)
			t.size += len(piece)
			end := t.tail + piece[max(0, len(piece)-2):]
			t.tail = end[max(0, len(end)-2):]
		}
	}
	return true
}

// join is the text as one; of a single piece no copy is made.
func (t *text) join() string { return strings.Join(t.pieces, "") }

// told is what a part tells that is text.
type told struct {
	text   string
	long   bool // more than a report may have
	broken bool // no text
	empty  bool // nothing stands there that can be seen
	asIs   bool // text is, byte for byte, the body in the raw mail

	size     int       // of the decoded body, in bytes
	pictures []picture // photos that a page carries
	hides    bool      // it carries photos that cannot be taken out

	page   bool // text is still that of a page
	embeds bool // a page carries pictures in itself, which the text has not
	blank  bool // nothing is shown of it
}

// tell decodes a part to text, once.
func (r *reader) tell(p *part) *told {
	if p.told != nil {
		return p.told
	}
	b, fits, err := p.decode(intake.MaxDecoded)
	if err != nil {
		r.check(err)
		return &told{long: true, blank: true}
	}
	t := &told{page: p.kind == htmlText}
	p.told = t
	if !fits {
		t.long, t.blank, t.page = true, true, false
		return t
	}
	t.text = p.convert(b)
	t.broken = !isText(t.text)
	t.empty = !t.broken && intake.Blank(t.text)
	if t.blank = t.broken || t.empty; t.blank {
		t.text = ""
	}
	t.asIs = p.plain() && t.text == string(b)
	if t.size = len(b); t.page {
		t.pictures, t.hides = pictures(inMemory(b), maxParts)
		if t.pictures == nil && strings.Contains(t.text, "64,") && !bytes.Contains(b, []byte("64,")) {
			// A page in UTF-16, say: its letters are no base64 as they stand.
			found, more := pictures(inMemory([]byte(t.text)), maxParts)
			t.hides = more || found != nil
		}
	}
	return t
}

// seen makes of a page what a person sees of it.
func (t *told) seen() *told {
	if t.page {
		t.text, t.embeds = pageText(t.text)
		t.page, t.blank = false, t.blank || intake.Blank(t.text)
	}
	return t
}

func (p *part) convert(b []byte) string {
	label := p.charset
	if familyOf(cleanLabel(label)) == unlabelled && p.kind == htmlText {
		if declared := pageCharset(b); declared != "" {
			label = declared
		}
	}
	return convert(b, label)
}

// isText reports whether s is text: with one or few broken and control
// characters.
func isText(s string) bool {
	bad := 0
	for _, r := range s {
		if isBroken(r) {
			bad++
		}
	}
	return (bad-1)*20 <= len(s)
}
