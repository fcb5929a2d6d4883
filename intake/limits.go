package intake

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one report. Lengths are counted in characters (Unicode code
// points), sizes in bytes.
const (
	MaxText      = 20_000   // a typed report; decoded mail may be longer, see MaxDecoded
	MaxDecoded   = 25 << 20 // decoded mail text, bytes
	MaxSubject   = 200
	MaxField     = 200 // unit, name, post, contact, phone, recorder
	MaxRemark    = 2_000
	MaxPersons   = 20
	MaxFiles     = 1_000    // the parts of a mail; the web form is stricter by configuration
	MaxFileName  = 255      // characters of a file's name that are kept
	MaxFileSize  = 50 << 20 // default for one attachment
	MaxHeaders   = 256 << 10
	MaxFileBytes = 1 << 30 // hard bound of one sealed file whatever the configuration says
)

// Check reports the first way in which r is not a report that the box can
// take: empty or blank text without files, or a field over its limit. The
// error wraps ErrEmpty, ErrTooLong or ErrInvalid and names the field.
func (r *Report) Check() error {
	if !r.Channel.Valid() {
		return fmt.Errorf("channel %q: %w", r.Channel, ErrInvalid)
	}
	if r.Arrived.IsZero() {
		return fmt.Errorf("arrival: %w", ErrInvalid)
	}
	if !r.Category.Valid() {
		return fmt.Errorf("category %q: %w", r.Category, ErrInvalid)
	}
	if Blank(r.Text) && r.Files == nil {
		return fmt.Errorf("text: %w", ErrEmpty)
	}
	if len(r.Persons) > MaxPersons {
		return fmt.Errorf("persons: %d, at most %d: %w", len(r.Persons), MaxPersons, ErrTooLong)
	}
	for _, f := range r.fields() {
		if n := utf8.RuneCountInString(f.value); n > f.max {
			return fmt.Errorf("%s: %d characters, at most %d: %w", f.name, n, f.max, ErrTooLong)
		}
	}
	return nil
}

type field struct {
	name, value string
	max         int
}

func (r *Report) fields() []field {
	text := MaxText
	if r.Channel == Mail {
		text = MaxDecoded
	}
	fs := []field{
		{"text", r.Text, text}, {"subject", r.Subject, MaxSubject}, {"unit", r.Unit, MaxField}, {"recorder", r.Recorder, MaxField},
		{"name", r.Identity.Name, MaxField}, {"contact", r.Identity.Contact, MaxField}, {"phone", r.Identity.Phone, MaxField},
		{"remark", r.Identity.Remark, MaxRemark}, {"headers", r.Identity.Headers, MaxHeaders},
	}
	for _, p := range r.Persons {
		fs = append(fs, field{"person", p.Name, MaxField}, field{"post", p.Post, MaxField})
	}
	return fs
}

// Blank reports whether s shows nothing: only white space, control and format
// characters (zero-width spaces and joiners among them).
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.C, r) && r != '\u2800' && r != '\u3164'
	}) < 0
}
