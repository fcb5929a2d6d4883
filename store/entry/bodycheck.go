package entry

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dengwen/intake"
)

// Limits of the texts in clear bodies, in bytes.
const (
	maxOrigin    = 255
	maxKey       = 512
	maxRecipient = 4096 // a hybrid recipient has about 2,000
)

func (b Created) check() error { return checkOrigin(b.Origin, b.Key) }

func (b ScheduleBody) check() error {
	if b.Schedule.IsZero() {
		return errors.New("no schedule")
	}
	return nil
}

func (b KeysBody) check() error {
	if b.Generation < 1 {
		return fmt.Errorf("generation %d", b.Generation)
	}
	for _, r := range []struct{ name, text string }{
		{"team", b.Team}, {"custodian", b.Custodian}, {"archive", b.Archive}, {"office", b.Office},
	} {
		if !validRecipient(r.text) {
			return fmt.Errorf("%s is not an age1pq1… recipient", r.name)
		}
	}
	// A team key that opened the identities, or the reports about the team,
	// would undo what the parts are kept apart for.
	if b.Team == b.Custodian || b.Team == b.Archive || b.Team == b.Office {
		return errors.New("the team's key is also another's")
	}
	// Nor may the team's custodian open reports about the team.
	if b.Custodian == b.Office {
		return errors.New("the custodian's key is also the office's")
	}
	return nil
}

func (b AccountBody) check() error {
	if !ValidAccount(b.Account) {
		return fmt.Errorf("account %.64q", b.Account)
	}
	for i, r := range b.Roles {
		if len(r) > 32 || !word(r) {
			return fmt.Errorf("role %.64q", r)
		}
		if i > 0 && b.Roles[i-1] >= r {
			return errors.New("roles are not sorted")
		}
	}
	if _, err := b.PublicKey(); err != nil {
		return err
	}
	if !validRecipient(b.Recipient) {
		return errors.New("recipient is not an age1pq1… recipient")
	}
	return nil
}

// PublicKey returns the key that the account's signatures verify with. The
// error wraps intake.ErrInvalid.
func (b AccountBody) PublicKey() (ed25519.PublicKey, error) {
	k, ok := decode64(b.Key, ed25519.PublicKeySize)
	if !ok {
		return nil, fmt.Errorf("key of %.64q is not %d bytes in base64: %w", b.Account, ed25519.PublicKeySize, intake.ErrInvalid)
	}
	return k, nil
}

// Has reports whether the account has a role.
func (b AccountBody) Has(role string) bool { return slices.Contains(b.Roles, role) }

func (b Exported) check() error {
	if b.From < 0 || b.Size < b.From {
		return fmt.Errorf("range %d to %d", b.From, b.Size)
	}
	return nil
}

func (b Erased) check() error {
	if !ValidID(b.Entry) {
		return fmt.Errorf("entry %.64q is not an id", b.Entry)
	}
	if len(b.Parts) == 0 || len(b.Parts) > MaxParts {
		return fmt.Errorf("%d parts", len(b.Parts))
	}
	return nil
}

func (b Restored) check() error {
	if b.Size < 1 {
		return fmt.Errorf("size %d", b.Size)
	}
	if b.Was == b.Origin {
		return errors.New("the new origin is the old one")
	}
	return checkOrigin(b.Origin, b.Key)
}

func (ClosedBody) check() error { return nil }

// checkOrigin checks the name of a log and the form of its verifier key:
// name+hash+key, as in golang.org/x/mod/sumdb/note, which says what a name
// may be. The key itself is checked where it is used.
func checkOrigin(origin, key string) error {
	if origin == "" || len(origin) > maxOrigin || !utf8.ValidString(origin) ||
		strings.ContainsFunc(origin, func(r rune) bool { return r == '+' || unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fmt.Errorf("origin %.64q", origin)
	}
	rest, ok := strings.CutPrefix(key, origin+"+")
	if !ok || rest == "" || len(key) > maxKey || strings.ContainsFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("key %.64q is not a verifier key of origin %.64q", key, origin)
	}
	return nil
}

// validRecipient checks the form of a hybrid post-quantum age recipient. The
// sealing package checks the rest when it uses one.
func validRecipient(s string) bool {
	data, ok := strings.CutPrefix(s, "age1pq1")
	return ok && data != "" && len(s) <= maxRecipient &&
		!strings.ContainsFunc(data, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
