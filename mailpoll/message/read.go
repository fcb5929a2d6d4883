package message

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

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

// Read turns a raw mail into a report, whatever it looks like. arrived is the
// server's INTERNALDATE. Source is left to the caller. Every field is within
// the limits of [intake.Report.Check]. Of a mail that Guard does not let pass
// nothing is read but the header.
//
// Files read from raw: it must not change before they were read.
func Read(raw []byte, arrived time.Time) *intake.Report {
	r := &reader{report: &intake.Report{Channel: intake.Mail, Arrived: arrived}}
	mail, err := r.message(raw, 0)
	if err != nil {
		head, _ := splitMail(raw)
		mail = &part{head: head[:min(len(head), intake.MaxHeaders)]}
		mail.readHeader()
	}
	r.report.Identity = identity(mail)
	subject := oneLine(decodeWords(mail.subject))
	if cut, whole := cutTo(subject, intake.MaxSubject); whole {
		r.report.Subject = subject
	} else {
		r.report.Subject = cut
		r.add(subject)
	}
	if err != nil {
		r.add(noteSealed)
	} else {
		r.walk(mail, 0, false)
	}
	r.report.Text = r.text.String()
	r.report.Files = r.files(raw)
	return r.report
}

// A reader collects what the parts of one mail say.
type reader struct {
	scanner
	report *intake.Report
	text   strings.Builder
	kept   []kept
	// opened counts the bytes of forwarded mails that had to be decoded to be
	// read; each may hold another.
	opened int
}

// add appends a paragraph to the text and reports whether it had room.
func (r *reader) add(s string) bool {
	if r.text.Len() == 0 {
		if len(s) > intake.MaxDecoded {
			return false
		}
		r.text.WriteString(s)
		return true
	}
	gap := "\n\n"
	for _, end := range []string{"\n\n", "\n"} {
		if strings.HasSuffix(r.text.String(), end) {
			gap = gap[len(end):]
			break
		}
	}
	if r.text.Len()+len(gap)+len(s) > intake.MaxDecoded {
		return false
	}
	r.text.WriteString(gap)
	r.text.WriteString(s)
	return true
}

// walk reads a part and those in it. With aside, nothing of it is shown as
// text: it is another form of what is.
func (r *reader) walk(p *part, depth int, aside bool) {
	switch {
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
	case p.private():
		r.keep(p, true, false)
		if strings.HasSuffix(p.kind, "pkcs7-mime") || strings.HasPrefix(p.kind, "message/") {
			r.add(noteSealed)
		}
	default:
		r.leaf(p, depth, aside)
	}
}

// choose says which of several forms of one text is shown: the plain one
// unless it is blank, else the page, else the last, which is the richest.
func (r *reader) choose(forms []*part) int {
	for _, kind := range []string{plainText, htmlText} {
		if i := slices.IndexFunc(forms, func(p *part) bool { return p.says(kind) }); i >= 0 {
			return i
		}
	}
	return len(forms) - 1
}

// says reports whether p shows any text of a type.
func (p *part) says(kind string) bool {
	if p.parts != nil {
		return slices.ContainsFunc(p.parts, func(p *part) bool { return p.says(kind) })
	}
	if p.kind != kind || p.attached {
		return false
	}
	if p.speaks == nil { // asked at every level of alternatives around p
		text, err := p.read()
		if kind == htmlText {
			text, _ = pageText(text)
		}
		speaks := err == nil && !intake.Blank(text)
		p.speaks = &speaks
	}
	return *p.speaks
}

// leaf shows a part that is text meant to be read in its place, and keeps all
// others.
func (r *reader) leaf(p *part, depth int, aside bool) {
	shows := (p.kind == plainText || p.kind == htmlText) && !p.attached && (depth == 0 || p.name() == "")
	if !shows {
		r.keep(p, false, false)
		return
	}
	text, err := p.read()
	switch {
	case err != nil:
		r.keep(p, false, errors.Is(err, intake.ErrInvalid))
	case intake.Blank(text):
	case aside:
		r.keep(p, false, false)
	case p.kind == htmlText:
		text, embeds := pageText(text)
		if intake.Blank(text) || !r.add(text) || embeds {
			r.keep(p, false, false)
		}
	default:
		r.plain(p, text)
	}
}

// plain shows plain text; the files that stand in it are kept.
func (r *reader) plain(p *part, text string) {
	// Whoever armoured a text gets back every byte of it, line ends too.
	if !strings.Contains(text, "-----BEGIN PGP ") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	text, files := takeUU(text, maxParts-r.parts)
	if !r.add(text) {
		r.keep(p, false, false)
		return
	}
	r.parts += len(files) // or they could take the place of a part that follows
	for _, f := range files {
		r.kept = append(r.kept, kept{intake.CutName(r.called(f.name, anyType)), anyType, false, func() io.Reader { return newUU(f.lines) }})
	}
}
