package store

import (
	"context"
	"fmt"
	"time"

	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// CloseDays closes every day that is over and not closed yet, each with an
// entry that counts what was taken, refused and set aside since the one before,
// and signs a checkpoint of each. A day with hours is over after its last window; a day
// without is closed only if something was recorded, and at its end. It is
// called at every start and whenever a window ends, as often as one likes.
func (b *Box) CloseDays(ctx context.Context) error {
	for {
		var day string
		var size int64
		err := b.update(ctx, func(t *txn) (err error) {
			if day, err = t.dueDay(); err != nil || day == "" {
				return err
			}
			size, err = t.closeDay(day)
			return err
		})
		if err != nil {
			return err
		}
		if day == "" {
			return b.signClosed()
		}
		// A crash here leaves the day closed without its note: signClosed signs
		// it at the next start.
		if _, err := b.sign(size, day); err != nil {
			return err
		}
	}
}

// dueDay is the first day that is to be closed now, or "".
func (t *txn) dueDay() (string, error) {
	day, err := t.firstOpenDay()
	if err != nil {
		return "", err
	}
	written := "" // the day without hours on which something was recorded last
	recorded, err := recordedSince(t.Tx)
	if err != nil {
		return "", err
	}
	if recorded {
		// What was still coming in when its day was closed counts for the day
		// after, so that it comes into a checkpoint also after the last of all.
		written = max(day, string(t.Bucket(bucketMeta).Get(metaDay)))
	}
	for today := t.today(); day <= today; {
		end, hours := t.state.Schedule.LastWindowEnd(day)
		if hours && !t.now.Before(end) || !hours && day == written && day < today {
			return day, nil
		}
		if day, err = nextDay(day); err != nil {
			return "", err
		}
	}
	return "", nil
}

// recordedSince reports whether anything was counted, or any call recorded,
// since the newest closed-day entry. Calls are in no count, and a call record that
// is imported once the inspection is over must come into a checkpoint all the
// same. What else is in no count the staff write, so it is not much to read.
func recordedSince(tx *bbolt.Tx) (bool, error) {
	if since := sinceClosed(tx); len(since.Accepted)+len(since.Refused)+len(since.Quarantined) > 0 {
		return true, nil
	}
	rec, _, err := newestClosed(tx)
	if err != nil {
		return false, err
	}
	size := i64(tx.Bucket(bucketMeta).Get(metaSize))
	for at := rec.Index + 1; at < size; at++ {
		if rec, _, err = readEntry(tx, at); err != nil || rec.Header.Kind == entry.KindCall {
			return err == nil, err
		}
	}
	return false, nil
}

// firstOpenDay is the day after the newest closed one, or the box's first.
func (t *txn) firstOpenDay() (string, error) {
	if last := t.state.LastDay; last != "" {
		return nextDay(last)
	}
	first, _, err := readEntry(t.Tx, 0)
	return first.Header.Date, err
}

func nextDay(day string) (string, error) {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", err
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly), nil
}

// closeDay appends the closed-day entry and returns the size of the log with it.
func (t *txn) closeDay(day string) (int64, error) {
	body := sinceClosed(t.Tx)
	body.At, body.Day = t.stamp(), day
	index, err := t.appendClear(body)
	if err != nil {
		return 0, err
	}
	return index + 1, t.startCounting()
}

// signClosed signs the newest closed day again where its note is missing.
func (b *Box) signClosed() error {
	var size int64
	var day string
	err := b.view(func(tx *bbolt.Tx) error {
		rec, slot, err := newestClosed(tx)
		if err != nil || rec.Header.Kind != entry.KindClosedDay {
			return err
		}
		body, err := entry.DecodeBody(rec.Header.Kind, tx.Bucket(bucketBodies).Get(bodyKey(slot, 0)))
		if err != nil {
			return fmt.Errorf("entry %d: %w", rec.Index, err)
		}
		size, day = rec.Index+1, body.(entry.ClosedDay).Day
		return nil
	})
	if err != nil || day == "" {
		return err
	}
	name, err := b.newestNote(true)
	if err != nil || name >= noteName(size, day) {
		return err
	}
	_, err = b.sign(size, day)
	return err
}

// newestClosed is the newest closed-day entry and the slot of its body; the zero
// record, which has no kind, where no day is closed yet.
func newestClosed(tx *bbolt.Tx) (entry.Record, int64, error) {
	c := tx.Bucket(bucketClear).Cursor()
	for k, _ := c.Last(); k != nil; k, _ = c.Prev() {
		rec, slot, err := readEntry(tx, i64(k))
		if err != nil || rec.Header.Kind == entry.KindClosedDay {
			return rec, slot, err
		}
	}
	return entry.Record{}, 0, nil
}

// NextClosing is when CloseDays will next have something to do: the end of the
// next day with hours. None is the zero time.
func (b *Box) NextClosing(context.Context) (time.Time, error) {
	return b.now.Load().state.Schedule.NextClosing(b.opts.Now()), nil
}
