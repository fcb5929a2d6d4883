package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// EraseReply deletes a reply for the holder of a receipt: the part that the
// code opens. The team's own copy stays, and so does everything that the
// headers say: that there was a reply, on which day, by which account, of about
// what length. An erased entry records the deletion. Thread lists the reply no
// more; the report's progress stays what it was.
//
// A reply that is gone already is success, and nothing is written. It is
// possible whenever the box is open: outside the hours, after the last day, and
// after the end of the inspection, for no rule of the log stands against it.
//
// What this does not do at once: the sealed bytes lie in free pages of box.db
// until they are written over or Compact has run, and in every backup and
// export made before. There they open with the code, which nothing but the
// holder keeps, and with the team's and the archive's keys, which read the copy
// anyway.
//
// Errors: ErrMistyped for a code that is none, before anything is looked up;
// ErrNotFound for one that no report has, and for a reply that is not one to
// this report; ErrForbidden for a reply of which the team has no copy (boxes of
// before there was one): to delete it would destroy the only record of what
// the team has said; ErrClock; ErrFull; ErrStopped.
func (b *Box) EraseReply(ctx context.Context, code, reply string) error {
	row, err := b.openReceipt(ctx, code)
	if err != nil {
		return err
	}
	// First without writing: a transaction that changes nothing still touches
	// the file, whose time would tell that somebody with a receipt was here.
	err = b.view(func(tx *bbolt.Tx) error {
		_, _, err := erasable(tx, row.ID, reply)
		return err
	})
	if err == nil {
		err = b.update(ctx, func(t *txn) error { return t.eraseReply(row.ID, reply) })
	}
	if errors.Is(err, errGone) {
		return nil
	}
	return err
}

// errGone says that a reply has no body any more.
var errGone = fmt.Errorf("the reply was deleted before: %w", intake.ErrNotFound)

// erasable finds a reply to the report and the slot of its bodies, if it may be
// deleted. A body that is not there is gone, whoever took it: whether the log
// says so is Check's to judge.
func erasable(tx *bbolt.Tx, report, reply string) (entry.Record, int64, error) {
	none := fmt.Errorf("a reply to this report: %w", intake.ErrNotFound)
	if !entry.ValidID(reply) {
		return entry.Record{}, 0, none
	}
	at, err := find(tx, reply)
	if err != nil {
		return entry.Record{}, 0, none
	}
	rec, slot, err := readEntry(tx, at)
	if err != nil {
		return rec, 0, err
	}
	if rec.Header.Kind != entry.KindReplied || rec.Header.Ref != report {
		return rec, 0, none
	}
	bodies := tx.Bucket(bucketBodies)
	if bodies.Get(bodyKey(slot, entry.ReplyPart)) == nil {
		return rec, 0, errGone
	}
	if !rec.Header.KeepsReply() || bodies.Get(bodyKey(slot, entry.KeptPart)) == nil {
		return rec, 0, intake.Explain(intake.ErrForbidden, "erase.only",
			"this reply cannot be deleted: the team has no copy of it, and the record of what it has told you would be gone")
	}
	return rec, slot, nil
}

// eraseReply takes the body out and says so in the log. Both are in one
// transaction: a crash leaves the reply with no word about it, or the word and
// no reply. Two callers who delete the same reply stand in one order here, and
// the second finds it gone.
func (t *txn) eraseReply(report, reply string) error {
	rec, slot, err := erasable(t.Tx, report, reply)
	if err != nil {
		return err
	}
	if err := t.Bucket(bucketBodies).Delete(bodyKey(slot, entry.ReplyPart)); err != nil {
		return err
	}
	_, err = t.appendClear(entry.Erased{At: t.dayStamp(), Entry: reply, Parts: []entry.Hash{rec.Header.Parts[entry.ReplyPart].SHA256}})
	return err
}

// dayStamp is the instant written where the hour is nobody's business. The
// other clear entries are the operator's doing, or the box's; this one is the
// holder's, and its hour would help to tell who sat at a screen then. So it is
// the beginning of the day, or the newest instant in the log, since instants
// never go back there: it says no more than the header's date and the entry's
// place do. That newest instant is not of a later day than today unless the
// clock was set back, and then append refuses the entry (ErrClock).
func (t *txn) dayStamp() time.Time {
	start := startOfDay(t.state.Schedule, t.now)
	if last := t.state.Last.At; last.After(start) {
		return last
	}
	return start
}

// startOfDay is the first midnight of the day of an instant, or, where the
// clocks skip midnight on that day, what they skip to.
func startOfDay(s intake.Schedule, at time.Time) time.Time {
	local := at.In(s.Location())
	start := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, s.Location())
	if s.Day(start) != s.Day(at) {
		_, start = start.ZoneBounds()
	}
	return start.UTC()
}
