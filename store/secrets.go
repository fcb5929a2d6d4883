package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// secrets are the random values that a box is made with. They confirm guesses
// and reveal nothing: see dedupe.go and receipt.go.
type secrets struct{ dedupe, salt []byte }

func newSecrets(meta *bbolt.Bucket) error {
	dedupe, salt := make([]byte, 32), make([]byte, 16)
	rand.Read(dedupe)
	rand.Read(salt)
	return errors.Join(meta.Put(metaDedupe, dedupe), meta.Put(metaSalt, salt))
}

func (b *Box) loadSecrets() error {
	return b.view(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		b.secrets = secrets{bytes.Clone(meta.Get(metaDedupe)), bytes.Clone(meta.Get(metaSalt))}
		if len(b.secrets.dedupe) != 32 || len(b.secrets.salt) != 16 {
			return fmt.Errorf("the box's dedupe key or receipt salt is missing: %w", intake.ErrDamaged)
		}
		return nil
	})
}
