package message

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// What Text says besides the sender's words. It is sealed with them, long
// before anybody knows who will read it in which language.
const (
	noteForward = "———— 转发的邮件 Forwarded mail ————"
	noteEnd     = "———— 转发的邮件结束 End of the forwarded mail ————"
	noteSubject = "主题 Subject: "
	noteFile    = "〔附件 File: %s〕"
	noteSealed  = "〔有一部分未展开，与邮件原件一同封存 A part is kept unopened with the raw mail〕"
)

// A reader collects what the parts of one mail say.
type reader struct {
	scanner
	report *intake.Report
	text   text
	sealed bool // the text says so
	kept   []kept
	// letters are those of the text's first sifted pieces, for again.
	letters []byte
	sifted  int
	// opened counts the bytes that had to be decoded into memory to be looked
	// into: forwarded mails, each of which may hold another, and files in texts.
	opened int
	held   []*unpacked
	err    error // of the raw mail
}

// check remembers the first error.
func (r *reader) check(err error) {
	if r.err == nil {
		r.err = err
	}
}

// mail reads the mail as a whole.
func (r *reader) mail(top *part) {
	head := top.head.bytes()
	subject, from := mailFields(head)
	r.report.Identity = identity(head, from)
	subject = oneLine(decodeWords(subject))
	cut, whole := cutTo(subject, intake.MaxSubject)
	if r.report.Subject = cut; !whole {
		r.text.add(subject)
	}
	r.walk(top, 0, false)
}

// walk reads a part and those in it. With aside, nothing of it is shown as
// text: it is another form of what is.
func (r *reader) walk(p *part, depth int, aside bool) {
	switch {
	case r.err != nil:
	case p.parts != nil:
		shown := -1
		if p.kind == "multipart/alternative" && !aside {
			shown = r.choose(p.parts)
		}
		for i, one := range p.parts {
			r.walk(one, depth+1, aside || shown >= 0 && i != shown)
		}
	case p.forwards():
		r.forward(p, depth, aside)
	default:
		switch r.secrecy(p) {
		case sealed:
			r.keep(p, true, false)
			r.seal()
		case quiet:
			r.keep(p, true, false)
		default:
			r.leaf(p, depth, aside)
			p.told = nil
		}
	}
}

// choose says which of several forms of one text is shown: the plain one
// unless it is blank, else the page, else the last, which is the richest.
func (r *reader) choose(forms []*part) int {
	for _, kind := range []string{plainText, htmlText} {
		if i := slices.IndexFunc(forms, func(p *part) bool { return r.says(p, kind) }); i >= 0 {
			return i
		}
	}
	return len(forms) - 1
}

// says reports whether p shows any text of a type. It is asked at every level
// of alternatives around p, and what p tells is held until it is shown.
func (r *reader) says(p *part, kind string) bool {
	if p.parts != nil {
		return slices.ContainsFunc(p.parts, func(p *part) bool { return r.says(p, kind) })
	}
	return p.kind == kind && !p.attached && r.secrecy(p) == shared && !r.tell(p).seen().blank
}

// leaf shows a part that is text meant to be read in its place, and keeps all
// others.
func (r *reader) leaf(p *part, depth int, aside bool) {
	shows := (p.kind == plainText || p.kind == htmlText) && !p.attached && (depth == 0 || p.name == "")
	if !shows {
		r.keep(p, false, false)
		return
	}
	switch t := r.tell(p); {
	case t.empty:
	case p.kind == htmlText:
		keeps := t.long || t.broken || aside
		if aside && !t.long && !t.broken && r.again(t) {
			return
		}
		if !keeps {
			t.seen()
			keeps = t.blank || !r.text.add(t.text) || t.embeds
		}
		if keeps {
			r.keepPage(p, t)
		}
	case t.long || t.broken || aside:
		r.keep(p, false, t.broken)
	default:
		r.plain(p, t)
	}
}

// plain shows plain text; the files that stand in it are kept.
func (r *reader) plain(p *part, t *told) {
	// Whoever armoured a text gets back every byte of it, line ends too.
	armoured := strings.Contains(t.text, "-----BEGIN PGP ")
	in := inside{reader: r, of: p, asIs: t.asIs, opened: r.opened}
	text := takeUU(t.text, maxParts-r.parts, in.take)
	t.text = "" // for it may be long, and so may be the next
	if !armoured {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	if !r.text.add(text) {
		r.keep(p, false, false)
		return
	}
	r.opened = in.opened
	r.parts += len(in.files) // or they could take the place of a part that follows
	r.kept = append(r.kept, in.files...)
}
