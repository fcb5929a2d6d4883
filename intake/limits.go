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
	MinText      = 10       // what the web form asks for; a mail or a call may say less
	MaxText      = 20_000   // a typed report; decoded mail may be longer, see MaxDecoded
	MaxDecoded   = 25 << 20 // decoded mail text, bytes
	MaxSubject   = 200
	MaxField     = 200 // unit, name, post, contact, phone, recorder
	MaxRemark    = 2_000
	MaxPersons   = 20
	MaxFiles     = 1_000     // the parts of a mail; the web form is stricter by configuration
	MaxFileName  = 255       // characters of a file's name that are kept
	MaxFileSize  = 50 << 20  // default for one attachment
	MaxHeaders   = 256 << 10 // a mail's header block, bytes
	MaxFileBytes = 1 << 30   // hard bound of one sealed file whatever the configuration says
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
		return Explain(ErrInvalid, "report.category", "there is no category %q", r.Category)
	}
	if Blank(r.Text) && r.Files == nil {
		return Explain(ErrEmpty, "report.text", "the text is empty")
	}
	if len(r.Persons) > MaxPersons {
		return Explain(ErrTooLong, "report.persons", "persons: %d, at most %d", len(r.Persons), MaxPersons)
	}
	for _, f := range r.fields() {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

type field struct {
	name  Name
	value string
	max   int
	bytes bool // max counts bytes, not characters
}

func (f field) check() error {
	n := len(f.value)
	if f.bytes && n > f.max {
		return Explain(ErrTooLong, "report.bytes", "%s: %d bytes, at most %d", f.name, n, f.max)
	}
	if n > f.max { // else it has no more characters either
		if n = utf8.RuneCountInString(f.value); n > f.max {
			return Explain(ErrTooLong, "report.characters", "%s: %d characters, at most %d", f.name, n, f.max)
		}
	}
	if !utf8.ValidString(f.value) {
		// JSON would put other characters in place of these bytes.
		return Explain(ErrInvalid, "report.encoding", "%s: the text is not UTF-8", f.name)
	}
	return nil
}

func (r *Report) fields() []field {
	text := field{"text", r.Text, MaxText, false}
	if r.Channel == Mail {
		text.max, text.bytes = MaxDecoded, true
	}
	fs := []field{
		text, {"subject", r.Subject, MaxSubject, false}, {"unit", r.Unit, MaxField, false}, {"recorder", r.Recorder, MaxField, false},
		{"name", r.Identity.Name, MaxField, false}, {"contact", r.Identity.Contact, MaxField, false}, {"phone", r.Identity.Phone, MaxField, false},
		{"remark", r.Identity.Remark, MaxRemark, false}, {"headers", r.Identity.Headers, MaxHeaders, true},
	}
	for _, p := range r.Persons {
		fs = append(fs, field{"person", p.Name, MaxField, false}, field{"post", p.Post, MaxField, false})
	}
	return fs
}

// CutName keeps a file's name, or its declared type, as the sender gave it, in
// valid UTF-8 and within MaxFileName. Of a longer one the ending stays, up to
// maxEnding characters after the last dot, for it says what opens the file.
// Whatever else a name holds is for those who show it to escape.
func CutName(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	runes := []rune(name)
	if len(runes) <= MaxFileName {
		return name
	}
	var ending []rune
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		if last := []rune(name[dot:]); len(last) <= 1+maxEnding {
			ending = last
		}
	}
	return string(runes[:MaxFileName-len(ending)]) + string(ending)
}

// maxEnding is more than the endings of names have: .numbers, .properties.
const maxEnding = 16

// Blank reports whether s shows nothing: only white space and characters that
// leave no mark.
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unseen(r) }) < 0
}

// Length counts the characters of s from the first to the last that is seen.
func Length(s string) int { return utf8.RuneCountInString(strings.TrimFunc(s, unseen)) }

// unseen reports whether r leaves no mark: white space, control and format
// characters (zero-width spaces and joiners among them), fillers, variation
// selectors, the empty Braille pattern. Characters that are not assigned yet
// are no such thing: a newer machine shows them.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || r == '\u2800' ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
