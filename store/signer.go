package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"dengwen/intake"
	"dengwen/store/merkle"
)

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
