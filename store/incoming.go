package store

import (
	"context"
	"fmt"
	"sync"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// incoming is a file on its way in.
type incoming struct {
	box      *Box
	dryRun   bool
	each     func(int, intake.Outcome)
	noun     string    // what a row of it is, for errors
	standing *standing // the schedule that the rows were judged by
	n        int       // rows taken
	whole    bool      // it is in, to its last row
	counts   map[tally]int64
	chunk    []row
	marks    map[string]intake.Verdict // meanings of the chunk; of the whole file in a dry run
}

// about says which row an error is about, counted from 1.
func (f *incoming) about(i int, err error) error { return fmt.Errorf("%s %d: %w", f.noun, i+1, err) }

type row struct {
	sub submission
	out intake.Outcome
	parcel
}

// take judges one row; what is accepted waits for its chunk to be sealed.
func (f *incoming) take(ctx context.Context, sub submission) error {
	var out intake.Outcome
	var seen bool
	err := f.box.view(func(tx *bbolt.Tx) (err error) {
		out, err = sub.judge(tx, f.standing.state, f.box.opts.Now())
		seen = known(tx, sub.mac)
		return err
	})
	if err != nil {
		return f.about(f.n, err)
	}
	if mark := f.marks[string(sub.mac)]; sub.mac != nil && mark != "" {
		seen = true
		if out.Verdict == intake.Accepted && mark == intake.Accepted {
			out.Verdict = intake.Duplicate
		}
	}
	if sub.call != nil && out.Verdict == intake.Refused {
		sub.mac = nil // nobody counts it, so that there is no need to know it again
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
			return f.about(f.n-len(f.chunk)+i, err)
		}
	}
	return nil
}
