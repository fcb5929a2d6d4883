package entry

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"dengwen/intake"
)

// A Hash is a SHA-256 sum. Its text, in JSON too, is 64 lower-case hex digits.
type Hash [sha256.Size]byte

// HashOf returns the hash of b.
func HashOf(b []byte) Hash { return sha256.Sum256(b) }

// ParseHash reads the text of a hash. Upper-case digits are refused, for a
// hash has one spelling.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) || !lowerHex(s) {
		return Hash{}, fmt.Errorf("hash: not %d lower-case hex digits: %w", 2*len(h), intake.ErrDamaged)
	}
	hex.Decode(h[:], []byte(s)) // cannot fail: the digits are counted and checked
	return h, nil
}

// String returns the hash as 64 lower-case hex digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler as ParseHash.
func (h *Hash) UnmarshalText(text []byte) error {
	p, err := ParseHash(string(text))
	if err != nil {
		return err
	}
	*h = p
	return nil
}

// idBytes is the size of an entry id: 128 random bits never meet twice.
const idBytes = 16

// NewID returns a fresh entry id, 32 lower-case hex digits. Ids are random so
// that they tell neither order nor time.
func NewID() string {
	var b [idBytes]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// ValidID reports whether s has the form of an entry id.
func ValidID(s string) bool { return len(s) == 2*idBytes && lowerHex(s) }

func lowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
