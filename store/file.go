package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// fileChunk is how many rows of a file are sealed, and then staged in one
// transaction, at a time. Memory does not grow with the file beyond it.
const fileChunk = 256

// The staged bucket holds one file on its way in, in two buckets.
//
//	rows    slot       → the header of the entry whose bodies have that slot
//	before  keyed hash → what the dedupe bucket held, to be put back
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

// errMixed says that a file's reports are not all of one channel, or carry what
// a file cannot: receipts and attachments.
var errMixed = fmt.Errorf("a file holds reports of one channel other than web, without attachments: %w", intake.ErrInvalid)

// SubmitAll is the door for a whole file: every report that is accepted goes
// in together after the last was read, or none does. each is told the outcome
// of the i-th report, in order, from one goroutine; when SubmitAll returns an
// error those outcomes are void. A dry run tells the outcomes and writes
// nothing. Errors are those of Submit.
func (b *Box) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) (err error) {
	f := &incoming{box: b, dryRun: dryRun, each: each, standing: b.now.Load(), counts: map[tally]int64{}, marks: map[string]intake.Verdict{}}
	defer func() {
		err = errors.Join(err, f.leave(ctx, err != nil))
	}()
	for r, err := range reports {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = f.take(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	if err := f.flush(ctx); err != nil || dryRun || f.n == 0 {
		return err
	}
	return b.exclusively(ctx, func() error { return f.enter(ctx) })
}

// incoming is a file on its way in.
type incoming struct {
	box      *Box
	dryRun   bool
	each     func(int, intake.Outcome)
	standing *standing // the schedule that the rows were judged by
	lane     *sync.RWMutex
	channel  intake.Channel
	n        int // reports taken
	counts   map[tally]int64
	chunk    []row
	marks    map[string]intake.Verdict // meanings of the chunk; of the whole file in a dry run
}

type row struct {
	sub submission
	out intake.Outcome
	parcel
}

// take judges one report; what is accepted waits for its chunk to be sealed.
func (f *incoming) take(ctx context.Context, r *intake.Report) error {
	if err := r.Check(); err != nil {
		return fmt.Errorf("report %d: %w", f.n+1, err)
	}
	if f.lane == nil {
		// Marks of rows still staged would make duplicates of reports that then
		// perhaps never go in: whoever looks for them waits for the file.
		f.channel, f.lane = r.Channel, f.box.lane(r.Channel)
		f.lane.Lock()
		if err := f.box.swept(ctx); err != nil {
			return err
		}
	}
	if r.Channel != f.channel || r.Channel == intake.Web || r.Files != nil {
		return fmt.Errorf("report %d: %w", f.n+1, errMixed)
	}
	sub := submission{Report: r, mac: f.box.meaning(r)}
	var out intake.Outcome
	var seen bool
	err := f.box.view(func(tx *bbolt.Tx) (err error) {
		out, err = sub.judge(tx, f.standing.state, f.box.opts.Now())
		seen = known(tx, sub.mac)
		return err
	})
	if err != nil {
		return fmt.Errorf("report %d: %w", f.n+1, err)
	}
	if mark := f.marks[string(sub.mac)]; sub.mac != nil && mark != "" {
		seen = true
		if out.Verdict == intake.Accepted && mark == intake.Accepted {
			out.Verdict = intake.Duplicate
		}
	}
	if out.Reason != intake.Future {
		f.note(sub, out, seen)
	}
	f.chunk = append(f.chunk, row{sub: sub, out: out})
	f.n++
	if len(f.chunk) == fileChunk {
		return f.flush(ctx)
	}
	return nil
}

// note counts an outcome and marks its meaning for the rows that follow.
func (f *incoming) note(sub submission, out intake.Outcome, seen bool) {
	day := f.standing.state.Schedule.Day(sub.Arrived)
	switch {
	case out.Verdict == intake.Accepted:
		f.counts[accepted(day, sub.Channel)]++
	case out.Verdict == intake.Refused && !seen:
		f.counts[refused(day, sub.Channel, out.Reason)]++
	}
	if sub.mac != nil && out.Verdict != intake.Duplicate {
		f.marks[string(sub.mac)] = out.Verdict
	}
}

// flush seals the chunk on all cores, stages it, and tells its outcomes.
func (f *incoming) flush(ctx context.Context) error {
	if !f.dryRun {
		if err := f.seal(ctx); err != nil {
			return err
		}
		if err := f.box.opts.Around.do(StepStage, func() error { return f.box.update(ctx, f.stage) }); err != nil {
			return err
		}
		clear(f.marks) // the dedupe bucket has them now
	}
	for i, r := range f.chunk {
		f.each(f.n-len(f.chunk)+i, r.out)
	}
	f.chunk = f.chunk[:0]
	return nil
}

func (f *incoming) seal(ctx context.Context) error {
	errs := make([]error, len(f.chunk))
	var wg sync.WaitGroup
	for i := range f.chunk {
		if r := &f.chunk[i]; r.out.Verdict == intake.Accepted {
			wg.Go(func() {
				r.parcel, errs[i] = f.box.pack(ctx, f.standing, r.sub.Report)
				r.out.ID = r.header.ID
			})
		}
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("report %d: %w", f.n-len(f.chunk)+i+1, err)
		}
	}
	return nil
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
	old := t.Bucket(bucketDedupe).Get(mac)
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
	return before.Put(mac, bytes.Clone(old))
}

// enter places the staged headers and finishes the file. The writer is ours
// alone, so the indexes beyond the end of the log are free.
func (f *incoming) enter(ctx context.Context) error {
	if now := f.box.now.Load().state; now.Closed || !now.Schedule.Equal(f.standing.state.Schedule) || now.Keys != f.standing.state.Keys {
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

// placeStaged copies up to a chunk of staged headers, from slot on, to the
// indexes from at on; it returns where to go on.
func (t *txn) placeStaged(at, slot int64) (int64, int64, bool, error) {
	rows := t.Bucket(bucketStaged).Bucket(stagedRows)
	if rows == nil {
		return at, slot, false, nil
	}
	c := rows.Cursor()
	n := 0
	for k, raw := c.Seek(u64(slot)); k != nil; k, raw = c.Next() {
		if n == 16*fileChunk {
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

// leave ends the file: what was staged of a failed one goes. If that fails
// too, the writer tries again before anyone else's entry is written.
func (f *incoming) leave(ctx context.Context, failed bool) error {
	if f.lane == nil {
		return nil
	}
	defer f.lane.Unlock()
	if !failed || f.dryRun {
		return nil
	}
	err := f.box.exclusively(context.WithoutCancel(ctx), func() error {
		err := f.box.sweepRows()
		f.box.unswept.Store(err != nil)
		return err
	})
	if errors.Is(err, intake.ErrClosed) {
		return nil // the next open sweeps
	}
	return err
}

// swept sees to it that a file which failed has left no marks behind: they
// would make duplicates of reports that never went in. The caller holds a lane.
func (b *Box) swept(ctx context.Context) error {
	if !b.unswept.Load() {
		return nil
	}
	return b.exclusively(ctx, func() error { return nil }) // the writer sweeps before it does anything
}

// lane is held by a file, for writing, and by single reports that could be
// duplicates, for reading; one for each channel, since channels do not share
// meanings.
func (b *Box) lane(c intake.Channel) *sync.RWMutex {
	l, _ := b.lanes.LoadOrStore(c, new(sync.RWMutex))
	return l.(*sync.RWMutex)
}
