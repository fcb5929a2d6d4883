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
// box.db.compact, which the next open removes.
func (b *Box) Compact(ctx context.Context) error {
	return b.exclusively(ctx, func() error {
		path := filepath.Join(b.dir, fileDB)
		tmp := filepath.Join(b.dir, fileCompact)
		if err := os.RemoveAll(tmp); err != nil {
			return err
		}
		if err := copyDB(tmp, b.db); err != nil {
			return errors.Join(fmt.Errorf("compact: %w", noSpace(err)), os.RemoveAll(tmp))
		}
		err := b.opts.Around.do(StepSwapDatabase, func() error { return rename(tmp, path) })
		// Whichever file has the name now is a whole database of this log; the
		// one that is open may have lost its name. Nobody writes in between.
		if err := errors.Join(err, b.reopen()); err != nil {
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
