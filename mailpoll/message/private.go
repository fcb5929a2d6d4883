package message

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
)

// A secrecy says who is to see a file of a mail. Mail programs add files by
// themselves, and what they add names the sender: a signature, a card, the
// TNEF of Outlook with the sender and the Message-ID in it. Other files are
// mails themselves, with their headers.
type secrecy int

const (
	shared   secrecy = iota // the team
	doubtful                // its body decides
	quiet                   // the custodian; a signature or a key, in which the team misses nothing
	sealed                  // the custodian; the text says that there is something
)

var (
	quietTypes = []string{
		"application/pgp-signature", "application/pgp-keys", "application/pkcs7-signature", "application/x-pkcs7-signature",
		"application/x-pkcs7-certificates", "text/rfc822-headers",
	}
	sealedTypes = []string{
		"application/pkcs7-mime", "application/x-pkcs7-mime",
		"application/ms-tnef", "application/vnd.ms-tnef", "application/x-tnef", "application/tnef",
		"application/vnd.ms-outlook", "application/x-msg", "application/mbox", "application/x-mbox",
		"text/vcard", "text/x-vcard", "text/directory", "text/calendar", "text/x-vcalendar", "application/ics",
		"application/x-mimearchive", "application/x-mht",
	}
	quietEndings  = []string{".p7s", ".p7c", ".p7b", ".sig"}
	sealedEndings = []string{
		".p7m", ".msg", ".oft", ".tnef", ".mbox", ".mbx", ".emlx", ".vcf", ".vcard", ".ics", ".ical", ".vcs", ".mht", ".mhtml",
		".eml", // one that is a part is a forwarded mail
	}
	// armourEndings are of signatures and keys as well as of what is sealed by
	// PGP, which is the sender's to give and the team's to read.
	armourEndings = []string{".asc", ".pgp", ".gpg"}
)

// byType is the secrecy of a part by its media type, in lower case.
func byType(kind string) secrecy {
	switch {
	case slices.Contains(quietTypes, kind):
		return quiet
	case slices.Contains(sealedTypes, kind) || strings.HasPrefix(kind, "message/"):
		return sealed
	}
	return shared
}

// byName is the secrecy of a file by its name, for types are lost on the way:
// much goes as application/octet-stream.
func byName(name string) secrecy {
	name = bareName(name)
	switch ending := path.Ext(name); {
	case slices.Contains(quietEndings, ending):
		return quiet
	case slices.Contains(sealedEndings, ending), strings.HasPrefix(name, "winmail") && ending == ".dat":
		return sealed
	case slices.Contains(armourEndings, ending), ending == ".dat":
		return doubtful
	}
	return shared
}

// bareName is a name as far as it says what a file is: in lower case, without
// what does not show, and without the dots, blanks and quotes at its end.
func bareName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	return strings.TrimRightFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// beginning is how much of a file tells what it is, in bytes.
const beginning = 4 << 10

var (
	armour    = []byte("-----BEGIN PGP ") // RFC 9580, section 6.2
	personal  = [][]byte{[]byte("SIGNATURE"), []byte("PUBLIC KEY"), []byte("PRIVATE KEY")}
	tnefMagic = []byte("\x78\x9f\x3e\x22") // MS-OXTNEF, section 2.1.3.1
)

// byBody is the secrecy of a file of which the type and the names leave doubt:
// s is doubtful, or nobody said anything. It goes by how the file begins.
func byBody(s secrecy, body io.Reader) (secrecy, error) {
	head, err := decodeAll(io.LimitReader(body, beginning), beginning)
	if err != nil {
		return sealed, err
	}
	if bytes.HasPrefix(head, tnefMagic) {
		return sealed, nil
	}
	_, what, found := bytes.Cut(head, armour)
	if s == doubtful && found && slices.ContainsFunc(personal, func(p []byte) bool { return bytes.HasPrefix(what, p) }) {
		return quiet, nil
	}
	return shared, nil
}

// secrecy is that of a part which is no forwarded mail.
func (r *reader) secrecy(p *part) secrecy {
	s := p.secrecy
	if p.coding == inUU && p.encoded().found {
		s = max(s, byName(p.encoded().name))
	}
	if s > doubtful || s == shared && p.kind != anyType {
		return s
	}
	body, _ := p.decoded()
	s, err := byBody(s, body)
	r.check(err)
	return s
}

// secrecyOf is the secrecy of a file that stands in a text.
func secrecyOf(e encoded) (secrecy, error) {
	if s := byName(e.name); s > doubtful {
		return s, nil
	}
	return byBody(byName(e.name), newUU(e.lines))
}

// seal says in the text, once, that the team does not see everything.
func (r *reader) seal() {
	if !r.sealed {
		r.sealed = r.text.add(noteSealed)
	}
}
