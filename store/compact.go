package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// compactTx is how many bytes bbolt copies in one transaction.
const compactTx = 64 << 20

// Compact rewrites box.db without the pages that deleted data lies in. It is
// what makes an erasure final: until then the bytes stay in the file. Others
// wait while it runs. A crash leaves the old database and a file named
// box.db.compact, which the next Compact replaces.
func (b *Box) Compact(ctx context.Context) error {
	return b.exclusively(ctx, func() error {
		path := filepath.Join(b.dir, fileDB)
		tmp := path + ".compact"
		if err := os.RemoveAll(tmp); err != nil {
			return err
		}
		if err := copyDB(tmp, b.db); err != nil {
			return errors.Join(fmt.Errorf("compact: %w", noSpace(err)), os.RemoveAll(tmp))
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		err := b.opts.Around.do(StepSwapDatabase, func() error { return moveInto(tmp, path) })
		// Whichever file has the name now is a whole database of this log; the
		// one that is open may have lost its name.
		db, openErr := reopen(b.db, b.dir)
		if openErr != nil {
			return errors.Join(err, openErr)
		}
		b.db = db
		if err != nil {
			return errors.Join(fmt.Errorf("compact: %w", err), os.RemoveAll(tmp))
		}
		return nil
	})
}

func copyDB(path string, src *bbolt.DB) error {
	dst, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	return errors.Join(bbolt.Compact(dst, src, compactTx), dst.Sync(), dst.Close())
}

// reopen closes a database and opens the one that has its name now.
func reopen(db *bbolt.DB, dir string) (*bbolt.DB, error) {
	if err := db.Close(); err != nil {
		return nil, err
	}
	return openDB(dir)
}
