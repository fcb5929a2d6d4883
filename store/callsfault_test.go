package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// A callFile is a call record that is imported again until it is in.
type callFile struct {
	b    *storetest.Box
	torn error // what its reader ends with, or nil
}

// Most calls of a callFile repeat the one before, since it is the writing that is
// on trial and not the sealing.
const (
	fileCalls = 700
	callSame  = 175 // so that each of the three chunks has a call of its own
)

func (f callFile) submit(t *testing.T) error {
	calls := make([]*intake.Call, fileCalls)
	for i := range calls {
		calls[i] = storetest.Record(storetest.Start.Add(-time.Duration(i-i%callSame)*time.Second), fmt.Sprint(i-i%callSame))
	}
	return f.b.SubmitCalls(t.Context(), false, storetest.Records(f.torn, calls...), func(int, intake.Outcome) {})
}

// in is how many calls the log has. It may be all or none.
func (f callFile) in(t *testing.T) int {
	t.Helper()
	size, err := f.b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	callers := map[string]bool{}
	for rec, err := range f.b.Entries(t.Context(), 4, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindCall {
			continue
		}
		in, err := storetest.OpenPart(f.b.Box, rec, 0, f.b.Keys.Custodian)
		if err != nil {
			t.Fatal(err)
		}
		if callers[in.Call.Caller] {
			t.Errorf("the call of %s is in twice", in.Call.Caller)
		}
		callers[in.Call.Caller] = true
	}
	if n := len(callers); n != 0 && n != fileCalls/callSame {
		t.Errorf("%d calls of a record of %d are in", n, fileCalls/callSame)
	}
	return len(callers)
}

// TestCallFaults fails each step of bringing a call record of several chunks in,
// or of taking back what was staged of a torn one, before and after it takes
// effect. The record is in or it is not, as its officer was told; others submit as
// before; and importing it again, with or without a start in between, brings it
// in once.
func TestCallFaults(t *testing.T) {
	for _, step := range []store.Step{store.StepStage, store.StepPlace, store.StepFinish, store.StepCommit, store.StepSweep} {
		for _, after := range []bool{false, true} {
			for nth, reached := 1, true; reached; nth++ {
				t.Run(fmt.Sprintf("%s/after=%v/%d", step, after, nth), func(t *testing.T) {
					fault := &storetest.Fault{Step: step, After: after, Nth: nth}
					f := callFile{b: storetest.NewAround(t, fault.Around)}
					if step == store.StepSweep {
						f.torn = errTorn
					}
					err := f.submit(t)
					if reached = fault.Fired(); !reached {
						if nth == 1 || !errors.Is(err, f.torn) {
							t.Errorf("without a fault: %v", err)
						}
						return
					}
					f.check(t, err)
					f.torn = nil
					if nth%2 == 0 {
						f.b.Reopen(t)
					}
					for range 2 { // the second time, all are duplicates
						if err := f.submit(t); err != nil {
							t.Errorf("again: %v", err)
						}
						if f.in(t) == 0 {
							t.Error("imported again, and not in")
						}
					}
				})
			}
		}
	}
}

// check compares what the log has with what its officer was told.
func (f callFile) check(t *testing.T, err error) {
	t.Helper()
	n := f.in(t)
	switch {
	case err == nil && n == 0:
		t.Error("acknowledged, and lost")
	case err != nil && !errors.Is(err, storetest.ErrFault) && !errors.Is(err, errTorn):
		t.Errorf("an error that the fault does not explain: %v", err)
	case f.torn != nil && n != 0:
		t.Error("a torn record is in")
	}
	if out := submit(t, f.b, storetest.Web(f.b.Clock.Now(), "以后照常")); out.Verdict != intake.Accepted {
		t.Errorf("%+v", out)
	}
	if s := status(t, f.b); s.Entries != int64(4+n+1) || s.Accepted[intake.Hotline] != 0 {
		t.Errorf("status %+v, and %d calls", s, n)
	}
}
