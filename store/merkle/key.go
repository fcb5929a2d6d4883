package merkle

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"dengwen/intake"
)

// maxOrigin is the longest name of a log, in bytes.
const maxOrigin = 255

// NewKey makes an Ed25519 key for the log called origin and returns both halves
// as note keys: skey signs and is secret, vkey verifies and is for everyone.
// An origin is 1 to 255 bytes of UTF-8 without spaces, control characters or '+'.
func NewKey(origin string) (skey, vkey string, err error) {
	if err := checkOrigin(origin); err != nil {
		return "", "", err
	}
	skey, vkey, err = note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return "", "", fmt.Errorf("key for %q: %w", origin, err)
	}
	return skey, vkey, nil
}

func checkOrigin(origin string) error {
	bad := func(r rune) bool {
		return r == '+' || r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r)
	}
	if origin == "" || len(origin) > maxOrigin || strings.IndexFunc(origin, bad) >= 0 {
		return fmt.Errorf("origin %.64q: %w", origin, intake.ErrInvalid)
	}
	return nil
}

// A Signer signs the checkpoints of one log. The zero Signer signs nothing.
type Signer struct {
	signer note.Signer
	vkey   string
}

// ParseSigner reads a signing key as [NewKey] wrote it. The error wraps
// intake.ErrKey and never repeats the key.
func ParseSigner(skey string) (Signer, error) {
	fail := fmt.Errorf("signing key of the log: %w", intake.ErrKey)
	signer, err := note.NewSigner(skey)
	if err != nil || checkOrigin(signer.Name()) != nil {
		return Signer{}, fail
	}
	// note keeps the public half to itself; it follows from the seed.
	seed, err := keyData(skey, 5)
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return Signer{}, fail
	}
	pub := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), pub)
	if err != nil {
		return Signer{}, fail
	}
	return Signer{signer, vkey}, nil
}

// Origin is the name of the log, empty for the zero Signer.
func (s Signer) Origin() string {
	if s.signer == nil {
		return ""
	}
	return s.signer.Name()
}

// Key is the verifier key that belongs to s, for publishing.
func (s Signer) Key() string { return s.vkey }

// A Verifier opens the checkpoints of one log. The zero Verifier trusts nobody.
type Verifier struct {
	verifier note.Verifier
}

// ParseVerifier reads a verifier key: <origin>+<8 hex digits>+<base64>. Only
// the spelling that [NewKey] writes is taken, so that keys can be compared as
// text. The error wraps intake.ErrKey.
func ParseVerifier(vkey string) (Verifier, error) {
	// The text is not repeated: people give the wrong half now and then.
	fail := func(why string) (Verifier, error) {
		return Verifier{}, fmt.Errorf("verifier key: %s: %w", why, intake.ErrKey)
	}
	if strings.Contains(vkey, "PRIVATE+KEY+") {
		return fail("this is the secret signing key")
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fail("not <name>+<8 hex digits>+<base64>, or a character is wrong")
	}
	if checkOrigin(verifier.Name()) != nil {
		return fail("malformed name of the log")
	}
	pub, err := keyData(vkey, 3)
	if err != nil || len(pub) != 1+ed25519.PublicKeySize {
		return fail("malformed")
	}
	if again, err := note.NewEd25519VerifierKey(verifier.Name(), pub[1:]); err != nil || again != vkey {
		return fail("not in its usual spelling")
	}
	return Verifier{verifier}, nil
}

// keyData decodes the last of a key's fields: an algorithm byte and the key. The
// fields are counted, for base64 has a '+' of its own.
func keyData(key string, fields int) ([]byte, error) {
	parts := strings.SplitN(key, "+", fields)
	return base64.StdEncoding.DecodeString(parts[len(parts)-1])
}

// Origin is the name of the log, empty for the zero Verifier.
func (v Verifier) Origin() string {
	if v.verifier == nil {
		return ""
	}
	return v.verifier.Name()
}
