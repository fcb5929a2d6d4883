package store_test

import (
	"errors"
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
