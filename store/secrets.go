package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"dengwen/intake"
	"dengwen/store/merkle"

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

// loadSigner reads log.key and checks that it is the key the log names.
func (b *Box) loadSigner() error {
	path := filepath.Join(b.dir, fileKey)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", path, intake.ErrKey, err)
	}
	signer, err := merkle.ParseSigner(string(bytes.TrimSpace(text)))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if want := b.now.Load().state.Key; signer.Key() != want {
		return fmt.Errorf("%s signs as %s, but the log names %s: %w", path, signer.Key(), want, intake.ErrKey)
	}
	b.signer = signer
	return nil
}

// writeFile makes a small file durable under its final name: a crash leaves
// nothing, or the whole file, or a hidden one that nobody reads.
func writeFile(path string, data []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return noSpace(err) // a disk can be out of inodes
	}
	defer func() {
		if err != nil {
			err = errors.Join(noSpace(err), os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return rename(tmp.Name(), path)
}
