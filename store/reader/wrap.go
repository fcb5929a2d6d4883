package reader

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/store/seal"
)

// formatV1 is the version of everything that this package keeps in a box.
const formatV1 = 1

// maxWrap bounds an account's wrap, in bytes: room for a hundred generations.
const maxWrap = 1 << 20

// A wrap is what the box keeps under an account's name, as canonical JSON.
type wrap struct {
	V int `json:"v"`
	// Secret is the account's own keys, wrapped by its passphrase.
	Secret []byte `json:"secret"`
	// Keyring holds one ring for each generation, oldest first, each sealed to
	// the account's recipient.
	Keyring [][]byte `json:"keyring"`
}

func (w wrap) encode() ([]byte, error) {
	b, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	if len(b) > maxWrap {
		return nil, fmt.Errorf("wrap of %d bytes: %w", len(b), intake.ErrTooLong)
	}
	return b, nil
}

func decodeWrap(b []byte) (w wrap, err error) {
	if len(b) > maxWrap {
		return w, fmt.Errorf("wrap of %d bytes: %w", len(b), intake.ErrDamaged)
	}
	if err := decode(b, &w); err != nil {
		return wrap{}, fmt.Errorf("wrap: %w", err)
	}
	return w, checkVersion("wrap", w.V)
}

// A secret is an account's own keys.
type secret struct {
	V        int    `json:"v"`
	Identity string `json:"identity"`
	Seed     []byte `json:"seed"` // of the Ed25519 signing key
	Anchor   anchor `json:"anchor"`
}

// A person is an account's own keys, ready for use.
type person struct {
	identity seal.Identity
	signing  ed25519.PrivateKey
	anchor   anchor // the log that they are for
}

func newPerson() (person, error) {
	id, err := seal.NewIdentity()
	if err != nil {
		return person{}, err
	}
	_, key, err := ed25519.GenerateKey(nil)
	return person{identity: id, signing: key}, err
}

// key is the public half of the signing key as an account entry has it.
func (p person) key() string {
	return base64.StdEncoding.EncodeToString(p.signing.Public().(ed25519.PublicKey))
}

// lock wraps the keys by a passphrase. It takes about a second.
func (p person) lock(passphrase string) ([]byte, error) {
	b, err := json.Marshal(secret{formatV1, p.identity.String(), p.signing.Seed(), p.anchor})
	if err != nil {
		return nil, err
	}
	defer clear(b)
	return seal.WrapPassphrase(b, passphrase)
}

// unlockPerson opens what lock made.
func unlockPerson(sealed []byte, passphrase string) (person, error) {
	b, err := seal.UnwrapPassphrase(sealed, passphrase)
	if err != nil {
		return person{}, err
	}
	defer clear(b)
	return parsePerson(b)
}

func parsePerson(b []byte) (person, error) {
	var s secret
	if err := decode(b, &s); err != nil {
		return person{}, fmt.Errorf("account's keys: %w", err)
	}
	defer clear(s.Seed)
	if err := checkVersion("account's keys", s.V); err != nil {
		return person{}, err
	}
	id, err := seal.ParseIdentity(s.Identity)
	if err != nil || len(s.Seed) != ed25519.SeedSize {
		return person{}, fmt.Errorf("account's keys: %w", intake.ErrDamaged)
	}
	return person{id, ed25519.NewKeyFromSeed(s.Seed), s.Anchor}, nil
}

func checkVersion(what string, v int) error {
	if v != formatV1 {
		return fmt.Errorf("%s: version %d, this program reads %d: %w", what, v, formatV1, intake.ErrVersion)
	}
	return nil
}

// decode reads JSON that is exactly what encoding v again gives. Errors wrap
// intake.ErrDamaged and never quote what was read: it may be a key.
func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var again []byte
	if err == nil {
		again, err = json.Marshal(v)
		defer clear(again)
	}
	if err == nil && !bytes.Equal(again, b) {
		err = errors.New("not canonical")
	}
	if err != nil {
		return fmt.Errorf("not the JSON that is kept here: %w", intake.ErrDamaged)
	}
	return nil
}
