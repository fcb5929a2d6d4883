package reader

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"dengwen/intake"
	"dengwen/store/seal"

	"golang.org/x/crypto/chacha20poly1305"
)

// A viewKey is what the box keeps, sealed to the team, for the views of one
// generation. Dropping it from the box makes the views unreadable even to the
// team, and a new one is made with each generation.
//
// It is sealed to a public key, so whoever writes to box.db could put one
// there that they know. Views are therefore sealed under a key derived from it
// and from the team's identity together.
type viewKey struct {
	V   int    `json:"v"`
	Key []byte `json:"view_key"` // 32 random bytes
}

const (
	viewKeySize = 32
	viewKeyInfo = "dengwen view key v1" // HKDF (RFC 5869) info
)

// newViewKey draws a view key, sealed to the team.
func newViewKey(team seal.Recipient) ([]byte, error) {
	k := viewKey{V: formatV1, Key: make([]byte, viewKeySize)}
	rand.Read(k.Key)
	b, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	defer clear(b)
	return seal.Seal(b, seal.LeastNote, team)
}

// openViewKey opens the view key with the newest identity of the team.
func openViewKey(sealed []byte, team seal.Identity) (viewSealer, error) {
	fail := func(err error) (viewSealer, error) { return viewSealer{}, fmt.Errorf("view key: %w", err) }
	b, err := seal.Open(sealed, seal.LeastNote, team)
	if err != nil {
		return fail(err)
	}
	defer clear(b)
	k, err := parseViewKey(b)
	if err != nil {
		return fail(err)
	}
	defer clear(k.Key)
	derived, err := hkdf.Key(sha256.New, []byte(team.String()), k.Key, viewKeyInfo, chacha20poly1305.KeySize)
	if err != nil {
		return fail(err)
	}
	defer clear(derived)
	aead, err := chacha20poly1305.NewX(derived)
	if err != nil {
		return fail(err)
	}
	return viewSealer{aead}, nil
}

// parseViewKey reads a view key with its padding. It may be anybody's.
func parseViewKey(b []byte) (k viewKey, err error) {
	if err := decode(bytes.TrimRight(b, " "), &k); err != nil {
		return k, err
	}
	if err := checkVersion("it", k.V); err != nil {
		return k, err
	}
	if len(k.Key) != viewKeySize {
		return k, fmt.Errorf("%d bytes, not %d: %w", len(k.Key), viewKeySize, intake.ErrDamaged)
	}
	return k, nil
}

// A viewSealer seals and opens views. It may be used by several goroutines.
type viewSealer struct{ aead cipher.AEAD }
