package hotline

import (
	"archive/zip"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"dengwen/intake"
)

// sharedStrings reads the strings that a workbook's cells name by number.
func sharedStrings(part *zip.File) ([]string, error) {
	x, err := openXML(part)
	if err != nil {
		return nil, err
	}
	defer x.close()
	var list []string
	var item richText
	for {
		el, err := x.next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if el.kind == begins && el.name == "si" {
			item = richText{text: item.text[:0]}
		}
		if err := item.take(el); err != nil {
			return nil, inPart(part.Name, err)
		}
		if el.kind == ends && el.name == "si" {
			if len(list) == MaxStrings {
				return nil, intake.Explain(intake.ErrTooLong, "ledger.strings", "the workbook has more than %d strings", MaxStrings)
			}
			// White space is kept as nothing: cells without number may show it,
			// and each would be looked through.
			text := item.String()
			if intake.Blank(text) {
				text = ""
			}
			list = append(list, text)
		}
	}
}

// A richText collects the text of a string that may be cut into runs of
// different looks. How the characters are spoken (rPh) is not part of it.
type richText struct {
	text   []byte
	inside bool // a t
	spoken bool
}

func (r *richText) take(el xmlToken) error {
	switch {
	case el.kind == says:
		if r.inside && !r.spoken {
			r.text = append(r.text, el.text...)
			if len(r.text) > MaxRecord {
				return intake.Explain(intake.ErrTooLong, "ledger.long-string", "a string of more than %d bytes", MaxRecord)
			}
		}
	case el.name == "t":
		r.inside = el.kind == begins
	case el.name == "rPh":
		r.spoken = el.kind == begins
	}
	return nil
}

func (r *richText) String() string { return unescape(string(r.text)) }

// escaped is how a workbook writes the characters that XML cannot hold.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape reads _x000A_ and its like. Halves of a surrogate pair stay as
// they are, for they are none of the characters that need this.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:6], 16, 16)
		if err != nil || 0xd800 <= n && n < 0xe000 {
			return e
		}
		return string(rune(n))
	})
}
