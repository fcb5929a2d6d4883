package export_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
)

// clock is an instant of the test's inspection.
func clock(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateTime, text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// told accepts a report of the ledger.
func (l *testLog) told(at time.Time, phone string) int64 {
	l.t.Helper()
	return l.accept(intake.Hotline, entry.Report{Arrived: at, Text: "来电"}, intake.Identity{Phone: phone})
}

// rang appends an answered call of a minute.
func (l *testLog) rang(at time.Time, caller string) int64 {
	l.t.Helper()
	return l.heard(entry.Call{At: at, Caller: caller, Callee: "8001", Seconds: 60, Answered: true})
}

// calls opens an export and reads its calls.
func (l *testLog) calls(b []byte) ([]export.Call, export.Opened) {
	l.t.Helper()
	dir, sum := open(l.t, b, l.archive)
	list := lines[export.Call](l.t, dir, "calls.jsonl")
	calls := 0
	for _, c := range list {
		if !c.Again {
			calls++
		}
	}
	if sum.Calls != calls {
		l.t.Errorf("%d calls, %d lines of calls", sum.Calls, calls)
	}
	return list, sum
}

// findings leaves of calls what came of the comparison.
func findings(list []export.Call) map[int64]export.Call {
	m := map[int64]export.Call{}
	for _, c := range list {
		m[c.Index] = export.Call{Record: c.Record, RecordIndex: c.RecordIndex, Finding: c.Finding, Inside: c.Inside, Erased: c.Erased, Again: c.Again}
	}
	return m
}

// Reports may be before or after the call that they tell of, and what admits a
// call is the schedule at its own entry: the last one was inside the hours when
// its report was taken.
func TestOpenCalls(t *testing.T) {
	l := newLog(t)
	nine := clock(t, "2026-09-07 09:00:00")
	at := func(hours float64) time.Time { return nine.Add(time.Duration(hours * float64(time.Hour))) }
	l.at = clock(t, "2026-09-08 09:00:00")

	early := l.rang(nine, "0100-5550101")
	first := l.told(nine, "0100-5550101")
	team := l.accept(intake.Hotline, entry.Report{Arrived: at(3), Text: "来电", AboutTeam: true}, intake.Identity{Phone: "0100-5550102"})
	about := l.rang(at(3), "0100-5550102")
	l.accept(intake.Web, entry.Report{Arrived: at(6), Text: "网页"}, intake.Identity{Phone: "0100-5550103"})
	unheard := l.rang(at(6), "0100-5550103")
	missed := l.heard(entry.Call{At: at(7), Caller: "0100-5550103", Callee: "8001"})
	night := l.rang(at(12), "0100-5550103")
	gone := l.rang(at(6), "0100-5550104")
	last := l.told(at(8.75), "0100-5550105")
	rules := l.schedule().Rules()
	rules.Hours.Windows = []string{"08:30-17:00"}
	s, err := intake.NewSchedule(rules)
	l.must(err)
	l.clear(entry.ScheduleBody{At: l.at, Schedule: s})
	outside := l.rang(at(8.75), "0100-5550105")
	l.erase(gone, 0)

	b := l.export(nil)
	sound(t, b, export.Options{Key: l.key()})
	list, sum := l.calls(b)
	id := func(i int64) string { return l.headers[i].ID }
	want := map[int64]export.Call{
		early:   {Inside: true, Record: id(first), RecordIndex: first},
		about:   {Inside: true, Record: id(team), RecordIndex: team},
		unheard: {Inside: true, Finding: "call without a record"},
		missed:  {Inside: true},
		night:   {},
		gone:    {Erased: []string{"call.age"}},
		outside: {Record: id(last), RecordIndex: last, Finding: "record of a call outside the hours"},
	}
	if diff := cmp.Diff(want, findings(list)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(export.Opened{Records: 4, Calls: 7, WithoutRecord: 1, OutsideHours: 1}, sum,
		cmpopts.IgnoreFields(export.Opened{}, "Origin", "Entries", "Problems")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]export.Call{
		{ID: id(missed), Index: missed, Day: "2026-09-07", At: at(7), Caller: "0100-5550103", Callee: "8001", Inside: true},
		{ID: id(night), Index: night, Day: "2026-09-07", At: at(12), Caller: "0100-5550103", Callee: "8001", Seconds: 60, Answered: true},
		{ID: id(gone), Index: gone, Day: "2026-09-07", Erased: []string{"call.age"}},
	}, list[3:6]); diff != "" {
		t.Error(diff)
	}
}

// Calls of earlier exports are not there, and of reports in them only the day
// is known.
func TestOpenCallsSince(t *testing.T) {
	l := newLog(t)
	monday, tuesday := clock(t, "2026-09-07 09:00:00"), clock(t, "2026-09-08 09:00:00")
	l.at = clock(t, "2026-09-09 09:00:00")
	l.told(monday, "0100-5550101")
	l.accept(intake.Web, entry.Report{Arrived: tuesday, Text: "网页"}, intake.Identity{})
	l.rang(monday, "0100-5550199")
	note := l.checkpoint(int64(len(l.headers)))
	known := l.told(monday.Add(4*time.Hour), "0100-5550102")
	calls := []int64{
		l.rang(monday, "0100-5550101"), l.rang(monday.Add(4*time.Hour), "0100-5550102"), l.rang(tuesday, "0100-5550103"),
		l.heard(entry.Call{At: monday, Caller: "0100-5550104"}), l.rang(monday.Add(12*time.Hour), "0100-5550105"),
	}
	b := l.export(note)
	sound(t, b, export.Options{Key: l.key(), Since: note})
	list, sum := l.calls(b)
	if diff := cmp.Diff(map[int64]export.Call{
		calls[0]: {Inside: true, Finding: "record may be in an earlier export"},
		calls[1]: {Inside: true, Record: l.headers[known].ID, RecordIndex: known},
		calls[2]: {Inside: true, Finding: "call without a record"},
		calls[3]: {Inside: true},
		calls[4]: {},
	}, findings(list)); diff != "" {
		t.Error(diff)
	}
	if sum.Calls != 5 || sum.WithoutRecord != 1 || sum.Unsure != 1 || sum.OutsideHours != 0 {
		t.Errorf("%+v", sum)
	}
}

// A report that was erased may be the one: what is left of it is compared, and
// where it tells of no call nobody is blamed on its day.
func TestOpenCallsOfErasedReports(t *testing.T) {
	const number, other = "0100-5550101", "0100-5550102"
	for _, c := range []struct {
		name          string
		erase         []int
		phone, caller string
		finding       intake.CallFinding
		others        intake.CallFinding // of another call of the day
	}{
		{"nothing", nil, number, number, "", intake.CallWithoutRecord},
		{"the report", []int{0}, number, number, "", intake.CallWithoutRecord},
		{"the report, of another number", []int{0}, other, number, export.ErasedRecord, export.ErasedRecord},
		{"the report, without a number", []int{0}, "", number, export.ErasedRecord, export.ErasedRecord},
		{"the report, both without a number", []int{0}, "", "", export.ErasedRecord, export.ErasedRecord},
		{"both", []int{0, 1}, number, number, export.ErasedRecord, export.ErasedRecord},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t)
			at := clock(t, "2026-09-07 09:00:00")
			l.at = clock(t, "2026-09-09 09:00:00")
			report := l.told(at, c.phone)
			call := l.rang(at, c.caller)
			same, next := l.rang(at.Add(8*time.Hour), "0100-5550103"), l.rang(at.Add(24*time.Hour), "0100-5550103")
			if c.erase != nil {
				l.erase(report, c.erase...)
			}
			list, sum := l.calls(l.export(nil))
			want := export.Call{Inside: true, Finding: c.finding}
			if c.finding == "" {
				want.Record, want.RecordIndex = l.headers[report].ID, report
			}
			if diff := cmp.Diff(map[int64]export.Call{call: want, same: {Inside: true, Finding: c.others}, next: {Inside: true, Finding: intake.CallWithoutRecord}}, findings(list)); diff != "" {
				t.Error(diff)
			}
			unsure := 0
			for _, f := range []intake.CallFinding{c.finding, c.others} {
				if f == "record may have been erased" {
					unsure++
				}
			}
			if sum.Unsure != unsure || sum.Unsure+sum.WithoutRecord+sum.OutsideHours > sum.Calls {
				t.Errorf("%+v", sum)
			}
		})
	}
}
