package seal

import (
	"fmt"
	"log/slog"
	"strings"

	"filippo.io/age"

	"dengwen/intake"
)

// The beginnings of age keys. Bech32 puts a 1 between the kind and the data.
const (
	hybridRecipient = "age1pq1"
	hybridIdentity  = "AGE-SECRET-KEY-PQ-1"
	anySecret       = "AGE-SECRET-KEY-"
)

// A Recipient is a public key that parts and files are sealed to. It may be
// used by several goroutines. The zero Recipient is refused.
type Recipient struct {
	key  *age.HybridRecipient
	text string
}

// ParseRecipient reads an age1pq1… recipient, about 2,000 characters. The
// error wraps intake.ErrKey.
func ParseRecipient(s string) (Recipient, error) {
	fail := func(why string) (Recipient, error) { return Recipient{}, fmt.Errorf("%s: %w", why, intake.ErrKey) }
	switch {
	case strings.HasPrefix(strings.ToUpper(s), anySecret):
		// Never repeat it: errors are shown and kept.
		return fail("this is a secret key, not a recipient: it does not belong on this machine")
	case !strings.HasPrefix(s, "age1"):
		return fail("not an age recipient (age1pq1…)")
	case !strings.HasPrefix(s, hybridRecipient):
		return fail(fmt.Sprintf("%.12s… is not post-quantum: make one with age-keygen -pq", s))
	}
	key, err := age.ParseHybridRecipient(s)
	if err != nil {
		return fail(fmt.Sprintf("%.16s… is not a whole recipient: a character is wrong or missing", s))
	}
	return Recipient{key, key.String()}, nil
}

// String is the recipient as text, age1pq1….
func (r Recipient) String() string { return r.text }

// An Identity is a secret key that opens what was sealed to its Recipient. It
// may be used by several goroutines. The zero Identity opens nothing.
type Identity struct {
	key *age.HybridIdentity
}

// NewIdentity draws a new secret key.
func NewIdentity() (Identity, error) {
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		return Identity{}, fmt.Errorf("new identity: %w", err)
	}
	return Identity{key}, nil
}

// ParseIdentity reads an AGE-SECRET-KEY-PQ-1… line; white space around it is
// ignored, for identities are sealed as padded parts. The error wraps
// intake.ErrKey and never repeats the key.
func ParseIdentity(s string) (Identity, error) {
	fail := func(why string) (Identity, error) { return Identity{}, fmt.Errorf("%s: %w", why, intake.ErrKey) }
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "age1"):
		return fail("this is a public recipient, not the secret key")
	case !strings.HasPrefix(s, anySecret):
		return fail("not an age secret key (" + hybridIdentity + "…)")
	case !strings.HasPrefix(s, hybridIdentity):
		return fail("the secret key is not post-quantum: make one with age-keygen -pq")
	}
	key, err := age.ParseHybridIdentity(s)
	if err != nil {
		return fail("not a whole secret key: a character is wrong or missing")
	}
	return Identity{key}, nil
}

// String is the secret key as text. It is for key files and wraps only.
func (i Identity) String() string {
	if i.key == nil {
		return ""
	}
	return i.key.String()
}

// Recipient is the public half of i.
func (i Identity) Recipient() Recipient {
	if i.key == nil {
		return Recipient{}
	}
	r := i.key.Recipient()
	return Recipient{r, r.String()}
}

// LogValue keeps secret keys out of logs.
func (Identity) LogValue() slog.Value { return slog.StringValue("(secret key)") }
