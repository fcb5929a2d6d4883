package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

func (b *Box) incomingPath(sum entry.Hash) string {
	return filepath.Join(b.dir, dirBlobs, dirIncoming, sum.String())
}

// syncBlobs makes finished files durable under the names that they have. It does
// so with many at once, which costs a disk little more than one.
func (b *Box) syncBlobs(blobs []*blob) error {
	errs := make([]error, len(blobs))
	sideBySide(len(blobs), syncedTogether, func(i int) {
		if f := blobs[i]; f.file != nil {
			errs[i] = b.opts.Around.do(StepBlobSync, f.file.Sync)
			if errs[i] == nil {
				errs[i] = f.close()
			}
		}
	})
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("sealed file: %w", noSpace(err))
	}
	return nil
}

// placeBlobs syncs finished files and gives them the two names that their hashes
// give them. However many there are, each of the two directories is synced once.
func (b *Box) placeBlobs(blobs []*blob) error {
	if len(blobs) == 0 {
		return nil
	}
	if err := b.syncBlobs(blobs); err != nil {
		return err
	}
	if err := b.linkBlobs(blobs); err != nil {
		return fmt.Errorf("sealed file: %w", noSpace(err))
	}
	return nil
}

func (b *Box) linkBlobs(blobs []*blob) error {
	for _, f := range blobs {
		if err := os.Rename(f.path, b.incomingPath(f.part.SHA256)); err != nil {
			return err
		}
	}
	// A crash before this is done leaves each file in incoming, under one name or
	// the other. From here on no name in blobs is without the one in incoming.
	if err := syncDir(filepath.Join(b.dir, dirBlobs, dirIncoming)); err != nil {
		return err
	}
	for _, f := range blobs {
		err := b.opts.Around.do(StepBlobLink, func() error { return os.Link(b.incomingPath(f.part.SHA256), b.blobPath(f.part.SHA256)) })
		if err != nil {
			return fmt.Errorf("the file system must have hard links: %w", err)
		}
	}
	return syncDir(filepath.Join(b.dir, dirBlobs)) // a crash after it leaves both names of all
}

// settleBlobs decides, after a transaction ended one way or the other, whether
// each file stays: it does when an entry in the log names it. What cannot be
// settled now is settled by the sweep when the box is opened.
func (b *Box) settleBlobs(blobs []*blob) {
	if len(blobs) == 0 {
		return
	}
	sums := make([]entry.Hash, len(blobs))
	var errs error
	for i, f := range blobs {
		sums[i] = f.part.SHA256
		errs = errors.Join(errs, f.close(), discard(f.path)) // of one that was not synced, or not placed
	}
	if err := errors.Join(errs, b.settleSums(sums)); err != nil {
		b.opts.Log.Warn("a sealed file in incoming is left to the next start", "error", err)
	}
}

// settleSums settles the placed files of these hashes.
func (b *Box) settleSums(sums []entry.Hash) error {
	var gone []entry.Hash
	err := b.view(func(tx *bbolt.Tx) error {
		for _, sum := range sums {
			if tx.Bucket(bucketBlobs).Get(sum[:]) == nil {
				gone = append(gone, sum)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// First the names that readers use: a crash in between leaves those that the
	// sweep looks at. One that stays because of an error keeps both.
	var errs error
	stuck := map[entry.Hash]bool{}
	for _, sum := range gone {
		if err := b.opts.Around.do(StepBlobUnlink, func() error { return discard(b.blobPath(sum)) }); err != nil {
			errs, stuck[sum] = errors.Join(errs, err), true
		}
	}
	if len(gone) > 0 {
		if err := syncDir(filepath.Join(b.dir, dirBlobs)); err != nil {
			return errors.Join(errs, err)
		}
	}
	for _, sum := range sums {
		if !stuck[sum] {
			errs = errors.Join(errs, b.opts.Around.do(StepBlobUnlink, func() error { return discard(b.incomingPath(sum)) }))
		}
	}
	return errs
}
