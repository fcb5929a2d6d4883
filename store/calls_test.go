package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestCallsAreTheCustodiansAndTheArchives(t *testing.T) {
	b := storetest.New(t)
	c := &intake.Call{At: b.Clock.Now().Add(-time.Minute), Caller: "13900017391", Callee: "8001", Seconds: 95, Answered: true}
	rec := record(t, b, b.TakeCalls(t, c)[0].ID)
	h := rec.Header
	if h.Kind != entry.KindCall || h.Channel != intake.Hotline || h.Date != "2026-09-08" || h.Ref != "" || h.By != "" || len(h.Parts) != 1 || h.Parts[0].Role != entry.RoleCall {
		t.Errorf("header %+v", h)
	}
	want := &entry.Call{At: c.At, Caller: c.Caller, Callee: c.Callee, Seconds: c.Seconds, Answered: true}
	for who, key := range map[string]seal.Identity{"custodian": b.Keys.Custodian, "archive": b.Keys.Archive} {
		in, err := storetest.OpenPart(b.Box, rec, 0, key)
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		if diff := cmp.Diff(want, in.Call); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
	for who, key := range map[string]seal.Identity{"team": b.Keys.Team, "office": b.Keys.Office} {
		if _, err := storetest.OpenPart(b.Box, rec, 0, key); !errors.Is(err, intake.ErrKey) {
			t.Errorf("opened by the %s's key: %v", who, err)
		}
	}
}

// No size tells whether the exchange has a number, nor how long it is.
func TestCallsLookAlike(t *testing.T) {
	b := storetest.New(t)
	var calls []*intake.Call
	for i, number := range []string{"", "1", "13900017391", "sip:13900017391@pbx.example.invalid", strings.Repeat("𠮷", intake.MaxField), strings.Repeat("\x01", intake.MaxField)} {
		c := storetest.Record(b.Clock.Now().Add(-time.Duration(i)*time.Second), number)
		c.Callee = number
		calls = append(calls, c)
	}
	calls = append(calls, &intake.Call{At: b.Clock.Now().Add(-time.Duration(1)), Seconds: 1 << 30, Answered: true})
	sizes := map[int64]int{}
	for _, out := range b.TakeCalls(t, calls...) {
		sizes[record(t, b, out.ID).Header.Parts[0].Size]++
	}
	if len(sizes) != 1 {
		t.Errorf("sizes, and how many calls have them: %v", sizes)
	}
}

// TestWhichCallsAreKept: the inspection counts, its hours do not. What is
// refused leaves nothing behind, and a dry run says the same and leaves nothing
// at all.
func TestWhichCallsAreKept(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 10, 3, 3, 0, 0, 0, time.UTC))
	s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-30", Cutoff: "2026-09-29T12:00:00+08:00",
		Hours: intake.Hours{Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Reschedule(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		at   string // in Shanghai
		want intake.Reason
	}{
		{"2026-09-06 23:59:59", intake.BeforePeriod},
		{"2026-09-07 00:00:00", ""},
		{"2026-09-07 08:29:59", ""},
		{"2026-09-07 10:00:00", ""},
		{"2026-09-07 18:00:00", ""},
		{"2026-09-12 10:00:00", ""}, // a Saturday, closed
		{"2026-09-29 11:59:59", ""},
		{"2026-09-29 12:00:00", intake.AfterCutoff},
		{"2026-09-30 23:59:59", intake.AfterCutoff},
		{"2026-10-01 00:00:00", intake.AfterPeriod},
		{"2026-10-03 11:00:01", intake.Future},
	}
	var calls []*intake.Call
	var want []intake.Outcome
	for i, tt := range tests {
		at, err := time.ParseInLocation(time.DateTime, tt.at, s.Location())
		if err != nil {
			t.Fatal(err)
		}
		c := storetest.Record(at, "13900017391")
		c.Answered = i%2 == 0
		calls = append(calls, c)
		out := intake.Outcome{Verdict: intake.Accepted}
		if tt.want != "" {
			out = intake.Outcome{Verdict: intake.Refused, Reason: tt.want, Next: s.NextOpening(intake.Hotline, at)}
		}
		want = append(want, out)
	}
	before := status(t, b)
	accepted := 0
	for _, dry := range []bool{true, false} {
		var outs []intake.Outcome
		if err := b.SubmitCalls(t.Context(), dry, storetest.Records(nil, calls...), func(_ int, o intake.Outcome) {
			if o.ID != "" {
				accepted++
			}
			o.ID = ""
			outs = append(outs, o)
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, outs); diff != "" {
			t.Errorf("dry %v: %s", dry, diff)
		}
		if n := len(dedupe(t, b)); n != accepted {
			t.Errorf("dry %v: %d keys for %d calls", dry, n, accepted)
		}
		now := status(t, b)
		now.Entries -= int64(accepted)
		if diff := cmp.Diff(before, now); diff != "" {
			t.Errorf("dry %v: %s", dry, diff)
		}
	}
	if accepted != 6 {
		t.Errorf("%d accepted", accepted)
	}
}

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
		// One that waited for the file would wait for itself, for ever.
		if out := submit(t, b, row(1)); out.Verdict != intake.Accepted {
			t.Errorf("a row beside a staged call: %+v", out)
		}
		if err := b.Forget(t.Context(), intake.Hotline, meanings("1", "2"), intake.Cursor{}); err != nil {
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
