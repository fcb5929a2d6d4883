package store_test

import (
	"errors"
	"iter"
	"strconv"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// TestAFileThatCouldNotBeSwept: rows of a file that failed, and could not even
// be taken back at once, are not duplicates of anything.
func TestAFileThatCouldNotBeSwept(t *testing.T) {
	again := func(b *storetest.Box) map[string]func() intake.Outcome {
		return map[string]func() intake.Outcome{
			"a file": func() (out intake.Outcome) {
				err := b.SubmitAll(t.Context(), false, rows(b, 1, nil), func(_ int, o intake.Outcome) { out = o })
				if err != nil {
					t.Error(err)
				}
				return out
			},
			"a dry run": func() (out intake.Outcome) {
				if err := b.SubmitAll(t.Context(), true, rows(b, 1, nil), func(_ int, o intake.Outcome) { out = o }); err != nil {
					t.Error(err)
				}
				return out
			},
			"a call": func() intake.Outcome { return submit(t, b, storetest.Call(b.Clock.Now(), "0")) },
		}
	}
	for what := range again(nil) {
		f := &storetest.Fault{Step: store.StepSweep, Nth: 1}
		b := storetest.NewAround(t, f.Around)
		err := b.SubmitAll(t.Context(), false, rows(b, 300, errTorn), func(int, intake.Outcome) {})
		if !errors.Is(err, errTorn) || !errors.Is(err, storetest.ErrFault) {
			t.Fatalf("error %v", err)
		}
		if out := again(b)[what](); out.Verdict != intake.Accepted {
			t.Errorf("%s: %+v", what, out)
		}
	}
}

func rows(b *storetest.Box, n int, end error) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for i := range n {
			if !yield(storetest.Call(b.Clock.Now(), strconv.Itoa(i)), nil) {
				return
			}
		}
		if end != nil {
			yield(nil, end)
		}
	}
}
