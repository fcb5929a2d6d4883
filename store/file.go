package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"dengwen/intake"
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
// nothing. One file goes in at a time, of reports or of calls, and a second
// waits. Errors are those of Submit, and ErrSchedule when the schedule or the
// keys change while the file is read.
func (b *Box) SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error {
	f := &incoming{box: b, dryRun: dryRun, each: each, noun: "report"}
	return submitFile(ctx, f, reports, func(r *intake.Report) (submission, error) {
		return submission{Report: r, mac: b.meaning(r)}, checkRow(r)
	})
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

// submitFile brings in a file of whatever rows, each of which comes to one
// submission.
func submitFile[R any](ctx context.Context, f *incoming, rows iter.Seq2[R, error], submissionOf func(R) (submission, error)) (err error) {
	b := f.box
	f.counts, f.marks = map[tally]int64{}, map[string]intake.Verdict{}
	if f.dryRun {
		if err := b.settled(ctx); err != nil { // marks of a failed file are nobody's duplicates
			return err
		}
	} else {
		if err := b.takeFile(ctx); err != nil {
			return err
		}
		defer func() {
			if f.whole { // not after an error, and not after a panic in rows or each
				<-b.file
				return
			}
			err = errors.Join(err, b.dropFile(ctx))
		}()
	}
	f.standing = b.now.Load()
	for r, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err // of a row that cannot be read, its reader says which it is
		}
		sub, err := submissionOf(r)
		if err != nil {
			return f.about(f.n, err)
		}
		if err := f.take(ctx, sub); err != nil {
			return err
		}
	}
	if err := f.flush(ctx); err != nil {
		return err
	}
	if !f.dryRun && f.n > 0 {
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
