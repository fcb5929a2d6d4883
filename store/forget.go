package store

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
)

// Forget drops the dedupe keys of these meanings, as Source.Meaning has them,
// of reports of one channel, accepted or refused, and of messages of it that
// were set aside; and it stores the cursor, if that has a name. One transaction does both. A meaning that the box does not
// know is fine. What is forgotten counts as new when it comes again, so a
// poller forgets a mail only once it is sure that the mailbox has it no more.
//
// A meaning that is also a row of a file on its way in waits to see whether
// the file goes in, and is dropped after it. Errors: ErrInvalid for a channel
// that is none; ErrMoved for a cursor that somebody else has moved; ErrFull;
// ErrStopped. Then nothing is forgotten.
func (b *Box) Forget(ctx context.Context, ch intake.Channel, meanings [][]byte, cursor intake.Cursor) error {
	if !ch.Valid() {
		return fmt.Errorf("forget: channel %q: %w", ch, intake.ErrInvalid)
	}
	var macs [][]byte
	for _, m := range meanings {
		if len(m) > 0 { // of nothing there are no keys
			macs = append(macs, b.meaning(&intake.Report{Channel: ch, Source: intake.Source{Meaning: m}}), b.asideMeaning(ch, m))
		}
	}
	for {
		// A crash before this is on disk leaves the keys and the old cursor: the
		// caller makes sure of the removal again, and forgets again.
		err := b.update(ctx, func(t *txn) error { return t.forget(macs, cursor) })
		if !errors.Is(err, errPending) {
			return err
		}
		if err := b.fileDone(ctx); err != nil {
			return err
		}
	}
}

// forget drops keys and stores the cursor, or does nothing at all while one of
// the keys is a mark of the file on its way in. If that file fails, its sweep
// would put back what was forgotten; if it goes in, the rest of it must still
// find the mark.
func (t *txn) forget(macs [][]byte, cursor intake.Cursor) error {
	for _, mac := range macs {
		if staged(t.Tx, mac) {
			return errPending
		}
		if err := t.Bucket(bucketDedupe).Delete(mac); err != nil {
			return err
		}
	}
	return t.keepCursor(cursor)
}
