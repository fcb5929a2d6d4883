package store

import (
	"bytes"
	"context"
	"iter"

	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// PutViews stores sealed queue rows by the index of their entry. They are the
// reader's; to the box they are bytes, and losing them costs only time.
func (b *Box) PutViews(ctx context.Context, views map[int64][]byte) error {
	return b.update(ctx, func(t *txn) error {
		for index, sealed := range views {
			if err := t.Bucket(bucketViews).Put(u64(index), sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

// Views yields the stored rows from index from on, by index.
func (b *Box) Views(ctx context.Context, from int64) iter.Seq2[entry.View, error] {
	return func(yield func(entry.View, error) bool) {
		for more := true; more; {
			var batch []entry.View
			err := b.view(func(tx *bbolt.Tx) error {
				c := tx.Bucket(bucketViews).Cursor()
				k, v := c.Seek(u64(from))
				for ; k != nil && len(batch) < 16*readAhead; k, v = c.Next() {
					batch = append(batch, entry.View{Index: i64(k), Sealed: bytes.Clone(v)})
					from = i64(k) + 1
				}
				more = k != nil
				return ctx.Err()
			})
			for _, v := range batch {
				if !yield(v, nil) {
					return
				}
			}
			if err != nil {
				yield(entry.View{}, err)
				return
			}
		}
	}
}

// DropViews throws all rows away; the next unlock makes them anew.
func (b *Box) DropViews(ctx context.Context) error {
	return b.update(ctx, func(t *txn) error {
		if err := t.DeleteBucket(bucketViews); err != nil {
			return err
		}
		_, err := t.CreateBucket(bucketViews)
		return err
	})
}
