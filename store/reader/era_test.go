package reader_test

import (
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// Hours that are cut short after a call came in do not take it out of sight, nor
// does a day that is closed afterwards. What comes in later goes by the new hours.
func TestCallsGoByTheHoursOfTheirEntry(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	b.written(t, clock(8, 50, 0), ann)
	at := b.exchange(t, rang(clock(8, 45, 0), ann, 60), rang(clock(9, 30, 0), eve, 60))
	want := calls(t, d)
	wantByDay := calls(t, keeper)
	if len(want.Found) != 1 || want.Found[0].Index != at[1] || want.Matched != 1 || wantByDay.Matched != 1 {
		t.Fatalf("before: %+v, %+v", want, wantByDay)
	}

	rules := storetest.Schedule(t).Rules()
	rules.Hours.Windows, rules.Hours.Closed = []string{"10:00-18:00"}, []string{"2026-09-08"}
	narrow, err := intake.NewSchedule(rules)
	check(t, err)
	check(t, b.Reschedule(t.Context(), narrow))
	if diff := cmp.Diff(want, calls(t, d)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantByDay, calls(t, keeper)); diff != "" {
		t.Error(diff)
	}
	b.exchange(t, rang(clock(11, 0, 0), ben, 60)) // on a day that is closed by now
	if out := calls(t, d); out.Total != 3 || len(out.Found) != 1 {
		t.Errorf("after: %+v", out)
	}
}
