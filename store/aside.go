package store

import (
	"context"
	"fmt"

	"dengwen/intake"
)

// SetAside counts a message that its adapter puts in quarantine: by day of
// arrival, channel and reason, once per Source.Meaning. An arrival that nobody
// knows, or that is still to come by the box's clock, counts for today. In the
// same transaction it stores Source.Cursor. Of the message itself nothing is
// stored but the keyed hash of its meaning.
//
// Errors: ErrInvalid for a channel or a reason that is none; ErrClosed once the
// inspection is over; ErrMoved for a cursor that somebody else has moved;
// ErrFull; ErrStopped. Then nothing is counted.
func (b *Box) SetAside(ctx context.Context, a intake.Aside) error {
	if !a.Channel.Valid() {
		return fmt.Errorf("set aside: channel %q: %w", a.Channel, intake.ErrInvalid)
	}
	if !a.Why.Valid() {
		return fmt.Errorf("set aside: reason %q: %w", a.Why, intake.ErrInvalid)
	}
	mac := b.asideMeaning(a.Channel, a.Source.Meaning)
	// A crash leaves the mark, the counts and the cursor, or none of them.
	return b.update(ctx, func(t *txn) error {
		if t.state.Closed {
			return intake.ErrClosed
		}
		if !known(t.Tx, mac) {
			if err := t.setAside(a, mac); err != nil {
				return err
			}
		}
		return t.keepCursor(a.Source.Cursor)
	})
}

func (t *txn) setAside(a intake.Aside, mac []byte) error {
	if mac != nil {
		if err := t.Bucket(bucketDedupe).Put(mac, []byte{markAside}); err != nil {
			return err
		}
	}
	at := a.Arrived
	if at.IsZero() || at.After(t.now) {
		at = t.now // a day that is to come could not be closed
	}
	return t.count(quarantined(t.state.Schedule.Day(at), a.Channel, a.Why), 1)
}
