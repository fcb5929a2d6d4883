package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// The staged bucket holds the one file on its way in, in two buckets.
//
//	rows    slot       → the header of the entry whose bodies have that slot
//	before  keyed hash → what the dedupe bucket held, to be put back, or a zero
//
// A file goes in by three strides, so that it is in whole or not at all while
// others go on submitting:
//
//	stage   chunk by chunk, bodies and dedupe marks are written where they
//	        belong and headers here; a crash leaves them to the sweep
//	place   alone with the writer, headers are copied to their indexes beyond
//	        the end of the log; a crash leaves them to the sweep
//	finish  one transaction moves the end of the log, adds the counts and drops
//	        the two buckets; a crash leaves the file in, or it to the sweep
var (
	stagedRows   = []byte("rows")
	stagedBefore = []byte("before")
)

// noMark stands in the before bucket for a meaning that was not known.
const noMark = 0

// errPending says that a meaning is that of a row in a file which may yet fail.
var errPending = errors.New("a file with this row is on its way in")

// staged reports whether a meaning was marked by the file on its way in.
func staged(tx *bbolt.Tx, mac []byte) bool {
	before := tx.Bucket(bucketStaged).Bucket(stagedBefore)
	return before != nil && mac != nil && before.Get(mac) != nil
}

// stage writes the sealed chunk outside of the log.
func (f *incoming) stage(t *txn) error {
	rows, err := t.Bucket(bucketStaged).CreateBucketIfNotExists(stagedRows)
	if err != nil {
		return err
	}
	for _, r := range f.chunk {
		if err := t.stageMark(r.sub.mac, r.out); err != nil {
			return err
		}
		if r.out.Verdict != intake.Accepted {
			continue
		}
		slot, err := t.putBodies(r.bodies)
		if err != nil {
			return err
		}
		if err := rows.Put(u64(slot), r.header.Encode()); err != nil {
			return err
		}
	}
	return nil
}

// stageMark writes a row's dedupe mark and keeps what was there before.
func (t *txn) stageMark(mac []byte, out intake.Outcome) error {
	if mac == nil || out.Verdict == intake.Duplicate || out.Reason == intake.Future {
		return nil
	}
	before, err := t.Bucket(bucketStaged).CreateBucketIfNotExists(stagedBefore)
	if err != nil {
		return err
	}
	old := bytes.Clone(t.Bucket(bucketDedupe).Get(mac))
	if out.Verdict == intake.Refused {
		if old != nil {
			return nil
		}
		err = t.rememberRefused(mac)
	} else {
		err = t.remember(mac, out.ID)
	}
	if err != nil || before.Get(mac) != nil {
		return err
	}
	if old == nil {
		old = []byte{noMark}
	}
	return before.Put(mac, old)
}

// unmark puts back what stageMark found.
func (t *txn) unmark(mac, before []byte) error {
	if before[0] == noMark {
		return t.Bucket(bucketDedupe).Delete(mac)
	}
	return t.Bucket(bucketDedupe).Put(bytes.Clone(mac), bytes.Clone(before))
}

// enter places the staged headers and finishes the file. The writer is ours
// alone, so the indexes beyond the end of the log are free.
func (f *incoming) enter(ctx context.Context) error {
	now, then := f.box.now.Load().state, f.standing.state
	if now.Closed || !now.Schedule.Equal(then.Schedule) || now.Keys != then.Keys {
		return fmt.Errorf("the schedule or the keys changed while the file was read; import it again: %w", intake.ErrSchedule)
	}
	var end, slot int64
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := f.box.alone(StepPlace, func(t *txn) (err error) {
			end = max(end, t.size())
			if err := t.checkClock(end); err != nil {
				return err
			}
			end, slot, more, err = t.placeStaged(end, slot)
			return err
		})
		if err != nil {
			return err
		}
	}
	return f.box.alone(StepFinish, func(t *txn) error {
		for what, n := range f.counts {
			if err := t.count(what, n); err != nil {
				return err
			}
		}
		if err := t.dropStaged(); err != nil {
			return err
		}
		return t.setSize(end)
	})
}

// placeStaged copies a bounded number of staged headers, from slot on, to the
// indexes from at on; it returns where to go on.
func (t *txn) placeStaged(at, slot int64) (nextAt, nextSlot int64, more bool, err error) {
	rows := t.Bucket(bucketStaged).Bucket(stagedRows)
	if rows == nil {
		return at, slot, false, nil
	}
	c := rows.Cursor()
	n := 0
	for k, raw := c.Seek(u64(slot)); k != nil; k, raw = c.Next() {
		if n == manyRows {
			return at, i64(k), true, nil
		}
		h, err := entry.DecodeHeader(raw)
		if err != nil {
			return at, slot, false, err
		}
		if err := t.place(at, i64(k), h, bytes.Clone(raw)); err != nil {
			return at, slot, false, err
		}
		at, n = at+1, n+1
	}
	return at, slot, false, nil
}

// dropStaged forgets that a file was on its way in.
func (t *txn) dropStaged() error {
	staged := t.Bucket(bucketStaged)
	for _, name := range [][]byte{stagedRows, stagedBefore} {
		if staged.Bucket(name) == nil {
			continue
		}
		if err := staged.DeleteBucket(name); err != nil {
			return err
		}
	}
	return nil
}
