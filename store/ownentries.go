package store

import (
	"context"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// Export signs a checkpoint of the tree as it is and records, in the entry
// after it, that auditors carry the entries from from on away. It returns the
// note and the size it covers. The record comes before the first byte leaves,
// so an export that fails half way is in the log and none is missing from it.
func (b *Box) Export(ctx context.Context, from int64) (note []byte, size int64, err error) {
	err = b.update(ctx, func(t *txn) error {
		size = t.size()
		root, err := merkle.Root(size, treeReader{t.Tx})
		if err != nil {
			return err
		}
		_, err = t.appendClear(entry.Exported{At: t.stamp(), From: from, Size: size, Root: entry.Hash(root)})
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	note, err = b.sign(size, "")
	return note, size, err
}

// Reschedule puts a schedule in force, if it is not the one that is already.
// Widening backwards in time is refused (ErrWidened): what has been turned
// away cannot be let in by a later rule.
func (b *Box) Reschedule(ctx context.Context, s intake.Schedule) error {
	if b.now.Load().state.Schedule.Equal(s) {
		return nil
	}
	return b.update(ctx, func(t *txn) error {
		if t.state.Schedule.Equal(s) {
			return nil
		}
		_, err := t.appendClear(entry.ScheduleBody{At: t.stamp(), Schedule: s})
		return err
	})
}
