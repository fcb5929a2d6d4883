package public

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"
)

// stampTime is how long a form may lie open: whoever began to write in the
// morning, or the evening before, must not lose a day's work.
const stampTime = 24 * time.Hour

var (
	// errStale says that a form lay open for too long, or was given out before
	// the server began anew.
	errStale = errors.New("the form is too old")
	// errForeign says that a form was not sent by a page of this site.
	errForeign = errors.New("the form was sent by another site")
)

// A stamp is a hidden field of each form that is given out, other in each. By
// it one form that is sent twice is told from two that say the same (once.go).
// It is encrypted, so that it tells nobody when the form was opened, under a key
// that is in no file and goes with the process.
type stamps struct{ seal cipher.AEAD }

func newStamps() stamps {
	var key [32]byte
	rand.Read(key[:])
	return stamps{sealer(key)}
}

// sealer seals under a key that is in memory only.
func sealer(key [32]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err == nil {
		if seal, err := cipher.NewGCM(block); err == nil {
			return seal
		}
	}
	panic(err) // a key of 32 bytes is always one
}

// mint makes the stamp of a form that is given out now.
func (s stamps) mint() string {
	nonce := make([]byte, s.seal.NonceSize())
	rand.Read(nonce)
	at := binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()))
	return base64.RawURLEncoding.EncodeToString(s.seal.Seal(nonce, nonce, at, nil))
}

// check tells whether a stamp is one of ours and still good. Error: errStale.
func (s stamps) check(stamp string) error {
	b, err := base64.RawURLEncoding.Strict().DecodeString(stamp)
	if err != nil || len(b) < s.seal.NonceSize() {
		return errStale
	}
	at, err := s.seal.Open(nil, b[:s.seal.NonceSize()], b[s.seal.NonceSize():], nil)
	if err != nil || time.Since(time.Unix(int64(binary.BigEndian.Uint64(at)), 0)) > stampTime {
		return errStale
	}
	return nil
}
