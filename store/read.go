package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// readAhead is how many entries one read transaction fetches; the caller works
// on them outside of it, so that a slow reader holds nothing up.
const readAhead = 256

// Size is the number of entries in the log.
func (b *Box) Size(context.Context) (n int64, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		n = i64(tx.Bucket(bucketMeta).Get(metaSize))
		return nil
	})
	return n, err
}

// Entries yields the entries from index from up to, but not including, to.
// An entry beyond the end of the log yields ErrNotFound.
func (b *Box) Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error] {
	return func(yield func(entry.Record, error) bool) {
		for at := from; at < to; {
			var batch []entry.Record
			err := b.view(func(tx *bbolt.Tx) error {
				for ; at < to && len(batch) < readAhead; at++ {
					rec, _, err := readEntry(tx, at)
					if err != nil {
						return err
					}
					batch = append(batch, rec)
				}
				return ctx.Err()
			})
			for _, rec := range batch {
				if !yield(rec, nil) {
					return
				}
			}
			if err != nil {
				yield(entry.Record{}, err)
				return
			}
		}
	}
}

// Part opens the stored bytes of an entry's part: ciphertext, or clear JSON.
// A part that was erased or is missing gives ErrNotFound.
func (b *Box) Part(_ context.Context, index int64, part int) (io.ReadCloser, error) {
	var out io.ReadCloser
	err := b.view(func(tx *bbolt.Tx) error {
		rec, slot, err := readEntry(tx, index)
		if err != nil {
			return err
		}
		if part < 0 || part >= len(rec.Header.Parts) {
			return fmt.Errorf("entry %d has no part %d: %w", index, part, intake.ErrNotFound)
		}
		p := rec.Header.Parts[part]
		if p.Role.Blob() {
			f, err := os.Open(b.blobPath(p.SHA256))
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("entry %d, part %d (%s): its file is missing from blobs: %w", index, part, p.Role, intake.ErrNotFound)
			}
			out = f
			return err
		}
		body := tx.Bucket(bucketBodies).Get(bodyKey(slot, part))
		if body == nil {
			return fmt.Errorf("entry %d, part %d (%s): its body is missing: %w", index, part, p.Role, intake.ErrNotFound)
		}
		out = io.NopCloser(bytes.NewReader(bytes.Clone(body)))
		return nil
	})
	return out, err
}

// Find is the index of the entry with this id.
func (b *Box) Find(_ context.Context, id string) (index int64, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		index, err = find(tx, id)
		return err
	})
	return index, err
}

func find(tx *bbolt.Tx, id string) (int64, error) {
	key, err := idKey(id)
	if err != nil {
		return 0, err
	}
	v := tx.Bucket(bucketIDs).Get(key)
	if v == nil || i64(v) >= i64(tx.Bucket(bucketMeta).Get(metaSize)) {
		return 0, fmt.Errorf("entry %s: %w", id, intake.ErrNotFound)
	}
	return i64(v), nil
}

// About lists the entries that are about the entry with this id, oldest first.
func (b *Box) About(_ context.Context, id string) (found []int64, err error) {
	ref, err := idKey(id)
	if err != nil {
		return nil, err
	}
	err = b.view(func(tx *bbolt.Tx) error {
		size := i64(tx.Bucket(bucketMeta).Get(metaSize))
		c := tx.Bucket(bucketAbout).Cursor()
		for k, _ := c.Seek(ref); bytes.HasPrefix(k, ref); k, _ = c.Next() {
			if n := i64(k[len(ref):]); n < size {
				found = append(found, n)
			}
		}
		return nil
	})
	return found, err
}

// readEntry reads the entry at index and the slot of its bodies. What is
// stored beyond the end of the log is not part of it.
func readEntry(tx *bbolt.Tx, index int64) (entry.Record, int64, error) {
	v := tx.Bucket(bucketEntries).Get(u64(index))
	if len(v) < 8 || index < 0 || index >= i64(tx.Bucket(bucketMeta).Get(metaSize)) {
		return entry.Record{}, 0, fmt.Errorf("entry %d: %w", index, intake.ErrNotFound)
	}
	raw := bytes.Clone(v[8:])
	h, err := entry.DecodeHeader(raw)
	if err != nil {
		return entry.Record{}, 0, fmt.Errorf("entry %d: %w", index, err)
	}
	return entry.Record{Index: index, Header: h, Raw: raw}, i64(v), nil
}

// blobPath is where a sealed file is kept.
func (b *Box) blobPath(sum entry.Hash) string {
	return filepath.Join(b.dir, dirBlobs, sum.String())
}
