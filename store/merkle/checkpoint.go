package merkle

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"dengwen/intake"
)

// maxNote is the most that Open looks at, in bytes.
const maxNote = 64 << 10

// A Checkpoint commits to the first Size entries of the log called Origin.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
}

// check refuses what no log can hold.
func (c Checkpoint) check() error {
	if err := checkOrigin(c.Origin); err != nil {
		return err
	}
	if c.Size < 0 || c.Size > MaxSize {
		return fmt.Errorf("size %d: %w", c.Size, intake.ErrInvalid)
	}
	if c.Size == 0 && c.Root != emptyRoot() {
		return fmt.Errorf("root of an empty log: %w", intake.ErrInvalid)
	}
	return nil
}

func emptyRoot() Hash {
	var r Roller
	return r.Root()
}

func (c Checkpoint) text() string {
	return string(log.Checkpoint{Origin: c.Origin, Size: uint64(c.Size), Hash: c.Root[:]}.Marshal())
}

// Sign writes c as a signed note. It refuses a checkpoint of another log, and
// one that no log can have.
func (s Signer) Sign(c Checkpoint) ([]byte, error) {
	if c.Origin != s.Origin() {
		return nil, fmt.Errorf("sign checkpoint of %.64q with the key of %q: %w", c.Origin, s.Origin(), intake.ErrKey)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	b, err := note.Sign(&note.Note{Text: c.text()}, s.signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return b, nil
}

// Open verifies a signed note of at most 64 KiB and returns the checkpoint in
// it. The note must be, byte for byte, what the log's own key would have
// written: no other signature, no extension line, nothing after the end. The
// error wraps intake.ErrProof; that of the zero Verifier intake.ErrUnanchored.
func (v Verifier) Open(signed []byte) (Checkpoint, error) {
	if v.verifier == nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", intake.ErrUnanchored)
	}
	fail := func(why any) (Checkpoint, error) {
		return Checkpoint{}, fmt.Errorf("checkpoint of %s: %v: %w", v.Origin(), why, intake.ErrProof)
	}
	if len(signed) > maxNote {
		return fail("longer than 64 KiB")
	}
	parsed, rest, n, err := log.ParseCheckpoint(signed, v.Origin(), v.verifier)
	if err != nil {
		return fail(err)
	}
	switch {
	case len(rest) != 0:
		return fail("it has extension lines")
	case len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0:
		return fail("it has another signature")
	case len(parsed.Hash) != len(Hash{}):
		return fail("its root is not a SHA-256 hash")
	}
	// A size above int64 becomes negative here, and is refused as that.
	c := Checkpoint{Origin: parsed.Origin, Size: int64(parsed.Size), Root: Hash(parsed.Hash)}
	if err := c.check(); err != nil {
		return fail(err)
	}
	again, err := c.rewrite(n.Sigs[0])
	if err != nil {
		return fail(err)
	}
	if !bytes.Equal(again, signed) {
		return fail("it is not in its usual spelling")
	}
	return c, nil
}

// OpenUnder opens a note by one of the keys that a log has had, oldest first.
// Their order decides nothing, since a note names the one key that opens it; but
// where none does, the error is the newest key's, or wraps intake.ErrProof if
// there is no key. A key that cannot be read opens nothing.
func OpenUnder(signed []byte, vkeys ...string) (c Checkpoint, err error) {
	err = fmt.Errorf("checkpoint: the log names no key: %w", intake.ErrProof)
	for _, vkey := range vkeys {
		var v Verifier
		if v, err = ParseVerifier(vkey); err != nil {
			continue
		}
		if c, err = v.Open(signed); err == nil {
			return c, nil
		}
	}
	return Checkpoint{}, err
}

// rewrite gives the one spelling of the note that says c and carries sig.
func (c Checkpoint) rewrite(sig note.Signature) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil {
		return nil, err
	}
	sig.Base64 = base64.StdEncoding.EncodeToString(raw)
	return note.Sign(&note.Note{Text: c.text(), Sigs: []note.Signature{sig}})
}
