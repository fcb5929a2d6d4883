package message

import (
	"bytes"
	"strings"
	"unicode"
)

// maxAgain bounds the text that is looked through for each page, in bytes:
// there may be a thousand of them.
const maxAgain = 128 << 10

// again reports whether a page says nothing that the text above it has not
// said: mailers write each mail twice, and a file with the same words beside
// every report helps nobody. A page that shows a picture, or leads somewhere
// else than its words say, is another thing. Nothing is lost, for the raw mail
// has it.
func (r *reader) again(t *told) bool {
	if t.pictures != nil || t.hides || r.text.size > maxAgain {
		return false
	}
	t.seen()
	if t.blank || t.embeds {
		return false
	}
	for _, piece := range r.text.pieces[r.sifted:] {
		r.letters = append(r.letters, letters(piece)...)
	}
	r.sifted = len(r.text.pieces)
	return bytes.Contains(r.letters, []byte(letters(t.text)))
}

// letters is a text without the white space that sets it.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
