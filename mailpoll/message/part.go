package message

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// A part is one entity of a mail (RFC 2045): the mail itself, a part of a
// multipart, or a forwarded mail. Its slices lie in the raw mail.
type part struct {
	head, body []byte
	subject    string // of a mail: the field's value as it stands
	from       string
	kind       string // media type in lower case; text/plain when there is none
	params     params
	attached   bool
	filename   params // of the content disposition
	coding     string // transfer encoding in lower case

	parts []*part // of a multipart
	inner *part   // of a forwarded mail that stands as it is

	speaks *bool // whether there is text to read in it, once that was asked
}

const (
	plainText = "text/plain"
	htmlText  = "text/html"
	mailType  = "message/rfc822"
	anyType   = "application/octet-stream"
)

// readHeader takes from the header what decides how the part is read. Of
// fields that stand there twice the first counts.
func (p *part) readHeader() {
	seen := map[string]bool{}
	for f := range fields(p.head) {
		if seen[f.name] {
			continue
		}
		switch f.name {
		case "subject":
			p.subject = f.value()
		case "from":
			p.from = f.value()
		case "content-type":
			kind, ps := parseParams(f.value())
			if kind = strings.ToLower(kind); isMediaType(kind) {
				p.kind = kind
			} else {
				p.kind = plainText // RFC 2045, section 5.2
			}
			p.params = ps
		case "content-disposition":
			var how string
			how, p.filename = parseParams(f.value())
			p.attached = strings.EqualFold(how, "attachment")
		case "content-transfer-encoding":
			how, _ := parseParams(f.value())
			p.coding = strings.ToLower(strings.Trim(how, `"' `))
		default:
			continue
		}
		seen[f.name] = true
	}
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

// name is what the sender called the part, or nothing.
func (p *part) name() string {
	if name := p.filename.get("filename"); name != "" {
		return name
	}
	return p.params.get("name")
}

var forwardTypes = []string{mailType, "message/global", "message/news"}

// forwards reports whether p is a forwarded mail: by its type, or by its name,
// for some web mailers attach them as files.
func (p *part) forwards() bool {
	return slices.Contains(forwardTypes, p.kind) || strings.HasSuffix(strings.ToLower(p.name()), ".eml")
}

// private reports whether p tells who sent the mail, or through which servers
// it went, rather than what is reported.
func (p *part) private() bool {
	if strings.HasPrefix(p.kind, "message/") || p.forwards() {
		return true
	}
	switch p.kind {
	case "text/rfc822-headers", "application/pgp-signature", "application/pgp-keys",
		"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true
	}
	return false
}
