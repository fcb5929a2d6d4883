package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dengwen/intake"

	"github.com/emersion/go-message/mail"
)

// identity takes from a mail's header who sent it: the From field when it can
// be read, and every field but those that the report shows.
func identity(head []byte, from string) intake.Identity {
	var headers strings.Builder
	subject := false
	for f := range fields(head) {
		if strings.HasPrefix(f.name, "content-") || f.name == "subject" && !subject {
			subject = subject || f.name == "subject"
			continue
		}
		headers.WriteString(convert(f.raw, ""))
	}
	id := intake.Identity{Headers: cutBytes(headers.String(), intake.MaxHeaders)}
	id.Name, id.Contact = sender(from)
	return id
}

// sender reads the From field: the first sender's name, and the addresses as
// long as they fit.
func sender(from string) (name, contact string) {
	list, err := mail.ParseAddressList(from)
	if err != nil || len(list) == 0 {
		return looseSender(from)
	}
	for i, a := range list {
		if more := strings.TrimPrefix(contact+", "+a.Address, ", "); utf8.RuneCountInString(more) <= intake.MaxField {
			contact = more
		}
		if i > 0 {
			continue
		}
		// Some mailers quote encoded words, and cut them inside a character.
		if name = decodeWords(a.Name); len(list) == 1 && strings.Contains(from, "=?") {
			if loose, _ := looseSender(from); loose != "" {
				name = loose
			}
		}
	}
	name, _ = cutTo(oneLine(name), intake.MaxField)
	return name, oneLine(contact)
}

// looseSender reads «name <address>» whatever the name is made of.
func looseSender(from string) (name, contact string) {
	i, j := strings.LastIndexByte(from, '<'), strings.LastIndexByte(from, '>')
	if i < 0 || j < i {
		return "", ""
	}
	contact = oneLine(from[i+1 : j])
	if !strings.Contains(contact, "@") || utf8.RuneCountInString(contact) > intake.MaxField {
		return "", ""
	}
	name, _ = cutTo(oneLine(decodeWords(strings.Trim(from[:i], `"' `+"\t"))), intake.MaxField)
	return name, contact
}

// oneLine puts a text on one line and leaves out what would move it.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}

// cutTo cuts s to so many characters, with an ellipsis at the end; whole says
// that nothing was cut.
func cutTo(s string, most int) (cut string, whole bool) {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s, true
	}
	return string([]rune(s)[:most-1]) + "…", false
}

// cutBytes cuts s to so many bytes, not inside a character.
func cutBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
