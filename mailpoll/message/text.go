package message

import (
	"io"

	"dengwen/intake"
)

// read decodes a part to text. The error is ErrTooLong when that is more than
// a report may have, ErrInvalid when it is no text.
func (p *part) read() (string, error) {
	body, _ := p.decoded()
	b := decodeAll(io.LimitReader(body, intake.MaxDecoded+1))
	if len(b) > intake.MaxDecoded {
		return "", intake.ErrTooLong
	}
	text := p.convert(b)
	if !isText(text) {
		return "", intake.ErrInvalid
	}
	return text, nil
}

func (p *part) convert(b []byte) string {
	label := p.params.get("charset")
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
