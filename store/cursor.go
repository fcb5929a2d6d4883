package store

import (
	"bytes"
	"context"
	"fmt"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// keepCursor stores an adapter's place in the transaction of what it has read.
func (t *txn) keepCursor(c intake.Cursor) error {
	if c.Name == "" {
		return nil
	}
	if c.After != nil && !bytes.Equal(c.After, t.Bucket(bucketCursors).Get([]byte(c.Name))) {
		return fmt.Errorf("cursor %s: %w", c.Name, intake.ErrMoved)
	}
	return t.Bucket(bucketCursors).Put([]byte(c.Name), c.Value)
}

// Cursor is the place that an adapter stored last, or nil.
func (b *Box) Cursor(_ context.Context, name string) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value = append(value, tx.Bucket(bucketCursors).Get([]byte(name))...)
		return nil
	})
	return value, err
}
