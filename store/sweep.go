package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// sweepRows removes what a crash or a failed file left in the database: staged
// rows and headers beyond the end of the log. Each stride can be repeated, so
// a crash while sweeping only means that the next open goes on.
func (b *Box) sweepRows() error {
	for {
		var left bool
		err := b.read(func(tx *bbolt.Tx) error {
			left = tx.Bucket(bucketStaged).Bucket(stagedRows) != nil || tx.Bucket(bucketStaged).Bucket(stagedBefore) != nil
			return nil
		})
		if err != nil || !left {
			return err
		}
		if err := b.alone(StepSweep, (*txn).sweepChunk); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
}

// sweepChunk undoes a bounded number of staged rows and marks; the last call
// drops their buckets.
func (t *txn) sweepChunk() error {
	staged := t.Bucket(bucketStaged)
	if rows := staged.Bucket(stagedRows); rows != nil {
		done, err := eachDeleted(rows, func(slot, raw []byte) error { return t.unstage(i64(slot), raw) })
		if err != nil || !done {
			return err
		}
	}
	if before := staged.Bucket(stagedBefore); before != nil {
		done, err := eachDeleted(before, t.unmark)
		if err != nil || !done {
			return err
		}
	}
	if err := t.cutBeyond(); err != nil {
		return err
	}
	return t.dropStaged()
}

// unstage removes a staged row's bodies and whatever of its header was placed.
func (t *txn) unstage(slot int64, raw []byte) error {
	h, err := entry.DecodeHeader(raw)
	if err != nil {
		return err
	}
	for i := range h.Parts {
		if err := t.Bucket(bucketBodies).Delete(bodyKey(slot, i)); err != nil {
			return err
		}
	}
	id, err := idKey(h.ID)
	if err != nil {
		return err
	}
	return t.Bucket(bucketIDs).Delete(id)
}

// cutBeyond removes headers and tree hashes beyond the end of the log.
func (t *txn) cutBeyond() error {
	size := t.size()
	for bucket, from := range map[string]int64{string(bucketEntries): size, string(bucketTree): merkle.StoredIndex(size)} {
		b := t.Bucket([]byte(bucket))
		c := b.Cursor()
		for k, _ := c.Seek(u64(from)); k != nil; k, _ = c.Seek(u64(from)) {
			if err := b.Delete(bytes.Clone(k)); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachDeleted calls fn for up to a few thousand pairs of a bucket and deletes
// them; it reports whether the bucket is empty now.
func eachDeleted(b *bbolt.Bucket, fn func(k, v []byte) error) (done bool, err error) {
	var keys [][]byte
	c := b.Cursor()
	for k, v := c.First(); k != nil && len(keys) < manyRows; k, v = c.Next() {
		if err := fn(k, v); err != nil {
			return false, err
		}
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	k, _ := b.Cursor().First()
	return k == nil, nil
}

// sweepBlobs settles what lies in incoming: sealed files of entries that were
// committed lose their second name, all others go. Only for a box that nobody
// submits to yet.
func (b *Box) sweepBlobs() error {
	dir := filepath.Join(b.dir, dirBlobs, dirIncoming)
	names, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	var errs error
	var sums []entry.Hash
	for _, name := range names {
		sum, err := entry.ParseHash(name.Name())
		switch {
		case err == nil:
			sums = append(sums, sum)
		case strings.HasPrefix(name.Name(), newBlob):
			errs = errors.Join(errs, os.Remove(filepath.Join(dir, name.Name())))
		}
	}
	if len(sums) == 0 {
		return errs
	}
	return errors.Join(errs, b.settleSums(sums))
}
