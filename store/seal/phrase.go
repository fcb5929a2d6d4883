package seal

import (
	"crypto/rand"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"dengwen/intake"
)

// A generated passphrase is five groups of four characters out of sixteen, 80
// bits. The sixteen are told apart by eye (no 0 o, 1 l i, 2 z, 5 s, 8 b, 6 g)
// and by ear, read out letter by letter over a telephone.
const (
	phraseAlphabet = "23456789cfkmrwxy"
	phraseGroups   = 5
	phraseGroup    = 4
	phraseLength   = phraseGroups * phraseGroup
)

// Bounds of a passphrase that someone chose, in characters.
const (
	minPhrase = 12
	maxPhrase = 1000
)

// NewPassphrase draws a passphrase of 80 bits, such as
// "7c4k-m29x-8rwy-53fc-k6m2". Capitals, other spacing and full-width
// characters do not matter when it is typed again.
func NewPassphrase() string {
	b := make([]byte, phraseLength)
	rand.Read(b)
	for i := range b {
		// Sixteen divides 256, so every character is as likely as any other.
		b[i] = phraseAlphabet[b[i]%byte(len(phraseAlphabet))]
	}
	return group(string(b))
}

func group(s string) string {
	groups := make([]string, 0, phraseGroups)
	for i := 0; i < len(s); i += phraseGroup {
		groups = append(groups, s[i:i+phraseGroup])
	}
	return strings.Join(groups, "-")
}

// CheckPassphrase says what is wrong with a passphrase that someone chose: it
// needs 12 to 1,000 characters, five different ones among them, and none that
// cannot be typed again surely (control characters, white space at either end).
// The error wraps intake.ErrInvalid or, over the limit, intake.ErrTooLong.
func CheckPassphrase(s string) error {
	fail := func(why string, err error) error { return fmt.Errorf("passphrase: %s: %w", why, err) }
	n := utf8.RuneCountInString(s)
	switch {
	case n < minPhrase:
		return fail(fmt.Sprintf("%d characters, at least %d", n, minPhrase), intake.ErrInvalid)
	case n > maxPhrase:
		return fail(fmt.Sprintf("%d characters, at most %d", n, maxPhrase), intake.ErrTooLong)
	case !utf8.ValidString(s):
		return fail("not UTF-8", intake.ErrInvalid)
	case strings.ContainsFunc(s, unicode.IsControl):
		return fail("it has control characters", intake.ErrInvalid)
	case strings.TrimSpace(s) != s:
		return fail("it begins or ends with white space", intake.ErrInvalid)
	}
	different := map[rune]bool{}
	for _, r := range s {
		different[r] = true
	}
	if len(different) < 5 {
		return fail("nearly all characters are the same", intake.ErrInvalid)
	}
	return nil
}

// canonical gives a generated passphrase its usual form however it was typed:
// in capitals, full-width, with other separators or none. Any other passphrase
// stays as it is.
func canonical(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '！' && r <= '～' {
			r -= '！' - '!' // full-width forms stand in ASCII's order
		}
		switch r = unicode.ToLower(r); {
		case unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf):
			// Separators of any kind, and what pasting brings along unseen.
		case r < utf8.RuneSelf && strings.ContainsRune(phraseAlphabet, r):
			b.WriteRune(r)
		default:
			return s
		}
	}
	if b.Len() != phraseLength {
		return s
	}
	return group(b.String())
}
