package store

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"

	"go.etcd.io/bbolt"
)

// maxReply bounds a sealed reply that is opened for a receipt's holder.
const maxReply = 1 << 20

// Thread is what the holder of a receipt reads: how far the report has come,
// and the replies, which the code alone opens here. Errors: ErrMistyped for a
// code that is none, before anything is looked up; ErrNotFound.
func (b *Box) Thread(ctx context.Context, code string) (t intake.Thread, err error) {
	row, err := b.openReceipt(ctx, code)
	if err != nil {
		return t, err
	}
	identity, err := seal.ParseIdentity(row.Identity)
	if err != nil {
		return t, fmt.Errorf("receipt row: %w", err)
	}
	index, err := b.Find(ctx, row.ID)
	if err != nil {
		return t, err
	}
	about, err := b.About(ctx, row.ID)
	if err != nil {
		return t, err
	}
	t.State, t.AboutTeam = intake.Received, row.AboutTeam
	// Later is said only where later helps. Anything else that is wrong, a tree or
	// a checkpoint that was changed, would be wrong every day: then whoever asks
	// for the proof is told so, instead of being put off for ever.
	_, _, _, uncovered := b.covering(index)
	t.Provable = !errors.Is(uncovered, intake.ErrEarly)
	err = b.view(func(tx *bbolt.Tx) error {
		rec, _, err := readEntry(tx, index)
		if err != nil {
			return err
		}
		t.Day = rec.Header.Date
		for _, at := range about {
			if err := b.follow(tx, at, identity, &t); err != nil {
				return err
			}
		}
		return nil
	})
	return t, err
}

// follow takes one entry about the report into the thread.
func (b *Box) follow(tx *bbolt.Tx, at int64, identity seal.Identity, t *intake.Thread) error {
	rec, slot, err := readEntry(tx, at)
	if err != nil {
		return err
	}
	switch rec.Header.Kind {
	case entry.KindAdded:
		t.Added++
	case entry.KindRead:
		if t.State == intake.Received {
			t.State = intake.Seen
		}
	case entry.KindTriaged, entry.KindNoted, entry.KindHandover:
		if t.State != intake.Replied {
			t.State = intake.InHand
		}
	case entry.KindReplied:
		t.State = intake.Replied
		text, err := b.openReply(tx, rec, slot, identity)
		if err != nil {
			// Deleted by the holder, or sealed to somebody else by whoever wrote it:
			// the others are still the holder's to read. Nothing is logged, not even
			// once: a line would say that the holder of a receipt was here just now.
			return nil
		}
		t.Replies = append(t.Replies, intake.Reply{ID: rec.Header.ID, Day: rec.Header.Date, Text: text})
	}
	return nil
}

func (b *Box) openReply(tx *bbolt.Tx, rec entry.Record, slot int64, identity seal.Identity) (string, error) {
	sealed := tx.Bucket(bucketBodies).Get(bodyKey(slot, entry.ReplyPart))
	if sealed == nil {
		return "", intake.ErrNotFound
	}
	plain, err := seal.Open(sealed, maxReply, identity)
	if err != nil {
		return "", err
	}
	in, err := entry.DecodeInner(plain)
	if err != nil {
		return "", err
	}
	return in.Reply.Text, in.Match(rec.Header, b.now.Load().state.OriginOf(rec.Index))
}
