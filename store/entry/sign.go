package entry

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"

	"dengwen/intake"
)

// Message returns what a staff signature covers: the format, the origin of the
// log, and the header without its sig. The origin keeps a signature of one box
// from counting in another.
func (h Header) Message(origin string) []byte {
	h.Sig = ""
	b := append([]byte("dengwen entry v1\n"), origin...)
	return h.append(append(b, '\n'))
}

// Sign sets Sig. By must be set before, for the signature covers it.
func (h *Header) Sign(origin string, key ed25519.PrivateKey) {
	h.Sig = base64.StdEncoding.EncodeToString(ed25519.Sign(key, h.Message(origin)))
}

// VerifySig checks Sig against the account's public key. The error wraps
// intake.ErrProof.
func (h Header) VerifySig(origin string, pub ed25519.PublicKey) error {
	sig, ok := decode64(h.Sig, ed25519.SignatureSize)
	if !ok || len(pub) != ed25519.PublicKeySize || !ed25519.Verify(pub, h.Message(origin), sig) {
		return fmt.Errorf("signature of %q: %w", h.By, intake.ErrProof)
	}
	return nil
}
