package message

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// A part is one entity of a mail (RFC 2045): the mail itself, a part of a
// multipart, or a forwarded mail. Of its header it holds what is short; the
// rest is read again where it is wanted.
type part struct {
	head, body span
	kind       string // media type in lower case; text/plain when there is none
	name       string // what the sender called it, or nothing
	charset    string // as labelled
	attached   bool
	secrecy    secrecy // by its type and by either name
	mail       bool    // called a mail
	coding     coding
	lies       bool // it says base64 and is none

	parts []*part // of a multipart
	inner *part   // of a forwarded mail that stands as it is

	told *told    // its text, from when it was asked for until it is shown
	uu   *encoded // the uuencoded file in it, once that was looked for
}

const (
	plainText = "text/plain"
	htmlText  = "text/html"
	mailType  = "message/rfc822"
	anyType   = "application/octet-stream"
)

// maxLabel is more bytes than any character set's name has.
const maxLabel = 100

// readHeader takes from the header what decides how the part is read, and
// returns the boundary of its parts. Of fields that stand there twice the first
// counts. What it keeps is copied, or a short value would hold a long field.
func (p *part) readHeader(head []byte) (boundary string) {
	var about, disposition params
	var hasType, hasCoding bool
	for f := range fields(head) {
		switch {
		case f.name == "content-type" && !hasType:
			var kind string
			hasType = true
			kind, about = parseParams(f.value())
			if kind = strings.ToLower(kind); isMediaType(kind) {
				p.kind = strings.Clone(kind)
			} else {
				p.kind = plainText // RFC 2045, section 5.2
			}
		case f.name == "content-disposition" && disposition == nil:
			var how string
			how, disposition = parseParams(f.value())
			p.attached = strings.EqualFold(how, "attachment")
		case f.name == "content-transfer-encoding" && !hasCoding:
			hasCoding = true
			how, _ := parseParams(f.value())
			p.coding = codingOf(strings.ToLower(strings.Trim(how, `"' `)))
		}
	}
	name := disposition.get("filename")
	other := about.get("name")
	p.secrecy = max(byType(p.kind), byName(name), byName(other))
	p.mail = strings.HasSuffix(bareName(name), ".eml") || strings.HasSuffix(bareName(other), ".eml")
	if name == "" {
		name = other
	}
	p.name = strings.Clone(intake.CutName(name))
	label := about.get("charset")
	p.charset = strings.Clone(label[:min(len(label), maxLabel)])
	return about.get("boundary")
}

// isMediaType reports whether s is two tokens around a slash, short enough to
// be kept as a file's type.
func isMediaType(s string) bool {
	a, b, ok := strings.Cut(s, "/")
	return ok && isToken(a) && isToken(b) && len(s) <= intake.MaxFileName
}

func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`()<>@,;:\"/[]?=`, r)
	}) < 0
}

var forwardTypes = []string{mailType, "message/global", "message/news"}

// forwards reports whether p is a forwarded mail: by its type, or by its name,
// for some web mailers attach them as files.
func (p *part) forwards() bool { return p.mail || slices.Contains(forwardTypes, p.kind) }

// mailFields are the fields of a mail's own header that a report is made of,
// as they stand: the first Subject and the first From.
func mailFields(head []byte) (subject, from string) {
	var hasSubject, hasFrom bool
	for f := range fields(head) {
		switch {
		case f.name == "subject" && !hasSubject:
			subject, hasSubject = f.value(), true
		case f.name == "from" && !hasFrom:
			from, hasFrom = f.value(), true
		}
	}
	return subject, from
}
