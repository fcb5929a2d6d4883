package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// fileChunk is how many rows of a file are sealed, and then staged in one
// transaction, at a time. Memory does not grow with the file beyond it.
const fileChunk = 256

// manyRows is how many headers one transaction places or sweeps.
const manyRows = 16 * fileChunk

// errRow says that a file holds what a file cannot: receipts, attachments.
var errRow = fmt.Errorf("a file holds reports without attachments, of any channel but web: %w", intake.ErrInvalid)

// SubmitAll is the door for a whole file: every report that is accepted goes
// in together after the last was read, or none does. each is told the outcome
// of the i-th report, in order, from one goroutine; when SubmitAll returns an
// error those outcomes are void. A dry run tells the outcomes and writes
// nothing. One file goes in at a time, and a second waits. Errors are those of
// Submit.
func (b *Box) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) (err error) {
	return b.submitFile(ctx, dryRun, func(yield func(submission, error) bool) {
		n := 0
		for r, err := range reports {
			sub := submission{Report: r}
			if n++; err == nil {
				sub.mac = b.meaning(r)
				if err = checkRow(r); err != nil {
					err = fmt.Errorf("report %d: %w", n, err)
				}
			}
			if !yield(sub, err) {
				return
			}
		}
	}, each)
}

func checkRow(r *intake.Report) error {
	if err := r.Check(); err != nil {
		return err
	}
	if r.Channel == intake.Web || r.Files != nil {
		return errRow
	}
	return nil
}

// submitFile is SubmitAll for what comes of checked reports, or calls.
func (b *Box) submitFile(ctx context.Context, dryRun bool, subs iter.Seq2[submission, error], each func(i int, o intake.Outcome)) (err error) {
	f := &incoming{box: b, dryRun: dryRun, each: each, counts: map[tally]int64{}, marks: map[string]intake.Verdict{}}
	if dryRun {
		if err := b.settled(ctx); err != nil { // marks of a failed file are nobody's duplicates
			return err
		}
	} else {
		if err := b.takeFile(ctx); err != nil {
			return err
		}
		defer func() {
			if f.whole { // not after an error, and not after a panic in reports or each
				<-b.file
				return
			}
			err = errors.Join(err, b.dropFile(ctx))
		}()
	}
	f.standing = b.now.Load()
	for sub, err := range subs {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = f.take(ctx, sub)
		}
		if err != nil {
			return err
		}
	}
	if err := f.flush(ctx); err != nil {
		return err
	}
	if !dryRun && f.n > 0 {
		err = b.exclusively(ctx, func() error { return f.enter(ctx) })
	}
	f.whole = err == nil
	return err
}

// takeFile waits for its turn to bring a file in.
func (b *Box) takeFile(ctx context.Context) error {
	select {
	case b.file <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.quit:
		return intake.ErrStopped
	}
	if err := b.settled(ctx); err != nil {
		<-b.file
		return err
	}
	return nil
}

// fileDone waits until no file is on its way in.
func (b *Box) fileDone(ctx context.Context) error {
	if err := b.takeFile(ctx); err != nil {
		return err
	}
	<-b.file
	return nil
}

// dropFile ends a file that failed: what was staged of it goes. If that fails
// too, the writer tries again before anyone else's entry is written.
func (b *Box) dropFile(ctx context.Context) error {
	defer func() { <-b.file }()
	b.unswept.Store(true)
	err := b.settled(context.WithoutCancel(ctx))
	if errors.Is(err, intake.ErrStopped) {
		return nil // the next open sweeps
	}
	return err
}

// incoming is a file on its way in.
type incoming struct {
	box      *Box
	dryRun   bool
	each     func(int, intake.Outcome)
	standing *standing // the schedule that the rows were judged by
	n        int       // reports taken
	whole    bool      // it is in, to its last row
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
func (f *incoming) take(ctx context.Context, sub submission) error {
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
	if sub.call != nil && out.Verdict == intake.Refused {
		sub.mac = nil // nobody counts it, so it need not be known again
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

// note counts an outcome and marks its meaning for the rows that follow. A call
// is no report, so it is in no count of them.
func (f *incoming) note(sub submission, out intake.Outcome, seen bool) {
	day := f.standing.state.Schedule.Day(sub.Arrived)
	switch {
	case sub.call != nil:
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
				if r.parcel, errs[i] = f.box.begin(ctx, f.standing, r.sub); errs[i] == nil {
					errs[i] = f.box.pack(ctx, f.standing, r.sub, &r.parcel)
				}
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
