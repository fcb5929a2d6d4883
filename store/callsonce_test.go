package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// Calls are known again in one chunk, in the next, in another file, and after a
// start; those without a meaning are not.
func TestACallIsOneRecord(t *testing.T) {
	b := storetest.New(t)
	call := func(i int) *intake.Call {
		return storetest.Record(b.Clock.Now().Add(-time.Duration(i)*time.Second), "13900017391")
	}
	var calls []*intake.Call
	for i := range 300 { // more than a chunk
		calls = append(calls, call(i%260))
	}
	calls = append(calls, call(259))
	import300 := func(dry bool) (verdicts [2]int) {
		t.Helper()
		err := b.SubmitCalls(t.Context(), dry, storetest.Records(nil, calls...), func(i int, o intake.Outcome) {
			switch o.Verdict {
			case intake.Accepted:
				verdicts[0]++
			case intake.Duplicate:
				verdicts[1]++
			default:
				t.Errorf("call %d: %+v", i, o)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return verdicts
	}
	for i, want := range [][2]int{{260, 41}, {260, 41}, {0, 301}, {0, 301}} {
		if i == 3 {
			b.Reopen(t)
		}
		if got := import300(i == 0); got != want {
			t.Errorf("import %d: %v accepted and duplicate, want %v", i, got, want)
		}
	}
	overlapping := b.TakeCalls(t, call(259), call(260))
	if overlapping[0].Verdict != intake.Duplicate || overlapping[0].ID == "" || overlapping[1].Verdict != intake.Accepted {
		t.Errorf("%+v", overlapping)
	}
	nameless := call(0)
	nameless.Meaning = nil
	for _, out := range b.TakeCalls(t, nameless, nameless) {
		if out.Verdict != intake.Accepted {
			t.Errorf("%+v", out)
		}
	}
	if s := status(t, b); s.Entries != 4+261+2 || s.Accepted[intake.Hotline]+s.Refused[intake.Hotline] != 0 {
		t.Errorf("status %+v", s)
	}
}

// A call and a row of the ledger are two things, also where their meanings are
// the same bytes: neither is the other's duplicate, nor waits for it, nor is
// forgotten with it.
func TestACallIsNoRow(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	call := func(i int) *intake.Call {
		c := storetest.Record(now, "13900017391")
		c.Meaning = fmt.Append(nil, i)
		return c
	}
	row := func(i int) *intake.Report { return storetest.Call(now, fmt.Sprint(i)) }
	submit(t, b, row(0))
	err := b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) {
		for i := range 300 { // the first chunk is staged
			if !yield(call(i), nil) {
				return
			}
		}
		// Who waited for the file here would have it wait for itself.
		soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if out, err := b.Submit(soon, row(1)); err != nil || out.Verdict != intake.Accepted {
			t.Errorf("a row beside a staged call: %+v, %v", out, err)
		}
		if err := b.Forget(soon, intake.Hotline, meanings("1", "2"), intake.Cursor{}); err != nil {
			t.Error(err)
		}
		yield(call(2), nil)
	}, func(i int, o intake.Outcome) {
		if (i == 300) != (o.Verdict == intake.Duplicate) {
			t.Errorf("call %d: %+v", i, o)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Forget(t.Context(), intake.Hotline, meanings("3"), intake.Cursor{}); err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]intake.Verdict{0: intake.Duplicate, 1: intake.Accepted, 2: intake.Accepted, 3: intake.Accepted} { // 1 is forgotten
		if out := submit(t, b, row(i)); out.Verdict != want {
			t.Errorf("row %d: %+v, want %s", i, out, want)
		}
		if out := b.TakeCalls(t, call(i))[0]; out.Verdict != intake.Duplicate {
			t.Errorf("call %d: %+v", i, out)
		}
	}
	if s := status(t, b); s.Accepted[intake.Hotline] != 5 {
		t.Errorf("status %+v", s)
	}
}
