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
	if err := checkCursor(t.Tx, c); err != nil {
		return err
	}
	return t.Bucket(bucketCursors).Put([]byte(c.Name), c.Value)
}

// checkCursor refuses a cursor that somebody else has moved.
func checkCursor(tx *bbolt.Tx, c intake.Cursor) error {
	if c.Name != "" && c.After != nil && !bytes.Equal(c.After, tx.Bucket(bucketCursors).Get([]byte(c.Name))) {
		return fmt.Errorf("cursor %s: %w", c.Name, intake.ErrMoved)
	}
	return nil
}

// Cursor is the place that an adapter stored last, or nil.
func (b *Box) Cursor(_ context.Context, name string) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value = append(value, tx.Bucket(bucketCursors).Get([]byte(name))...)
		return nil
	})
	return value, err
}
