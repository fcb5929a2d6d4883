package reader_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// Numbers that are nobody's, one for each who calls.
const (
	ann, ben, cora, dan, eve = "13800000101", "13800000102", "13800000103", "13800000104", "13800000105"
	office                   = "02899990000"
)

// clock is a time of day on the first working day of the clock, in Shanghai.
func clock(hour, minute, second int) time.Time {
	return time.Date(2026, 9, 8, hour-8, minute, second, 0, time.UTC)
}

// written submits a row of the ledger: a call that someone wrote down.
func (b *box) written(t testing.TB, at time.Time, phone string) (id string, index int64) {
	t.Helper()
	r := storetest.Call(at, fmt.Sprint("来电 ", at, phone))
	r.Identity.Phone = phone
	id = b.submit(t, r).ID
	index, err := b.Find(t.Context(), id)
	check(t, err)
	return id, index
}

// exchange submits calls as the exchange has them, and returns their indices.
func (b *box) exchange(t testing.TB, calls ...intake.Call) (indices []int64) {
	t.Helper()
	var ids []string
	check(t, b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) {
		for i := range calls {
			calls[i].Meaning = fmt.Appendf(nil, "%v", calls[i])
			if !yield(&calls[i], nil) {
				return
			}
		}
	}, func(_ int, o intake.Outcome) {
		if o.Verdict != intake.Accepted {
			t.Errorf("not accepted: %+v", o)
		}
		ids = append(ids, o.ID)
	}))
	for _, id := range ids {
		index, err := b.Find(t.Context(), id)
		check(t, err)
		indices = append(indices, index)
	}
	return indices
}

func rang(at time.Time, caller string, seconds int) intake.Call {
	return intake.Call{At: at, Caller: caller, Callee: "8001", Seconds: seconds, Answered: true}
}

func calls(t testing.TB, d *reader.Desk) triage.Calls {
	t.Helper()
	out, err := d.Calls(t.Context(), nil)
	check(t, err)
	return out
}

// A morning at the duty desk, as three accounts see it.
func TestCalls(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	member := hire(t, b, d, "member", triage.Member)
	if diff := cmp.Diff(triage.Calls{}, calls(t, d)); diff != "" {
		t.Errorf("an empty box: %s", diff)
	}
	b.written(t, clock(8, 30, 0), ann)
	b.written(t, clock(9, 2, 0), office)    // ben called, and left another number
	b.written(t, clock(9, 40, 0), "1.4E+9") // cora's, damaged
	late, lateAt := b.written(t, clock(8, 31, 0), dan)
	at := b.exchange(t,
		rang(clock(10, 0, 0), eve, 480), // nobody wrote it down
		rang(clock(8, 30, 0), "9"+ann, 60),
		rang(clock(9, 0, 1), ben, 100), rang(clock(9, 40, 5), cora, 30),
		rang(clock(8, 5, 0), dan, 60),  // before the hours, written down as if in them
		rang(clock(8, 10, 0), eve, 60), // before them, and not
		intake.Call{At: clock(10, 10, 0), Caller: eve, Callee: "8001", Seconds: 20},   // not answered
		rang(clock(10, 0, 2), "+86"+eve, 470),                                         // by a second exchange
		intake.Call{At: clock(10, 30, 0), Callee: office, Seconds: 1, Answered: true}, // withheld, to a whole number
	)
	size, err := b.Size(t.Context())
	check(t, err)
	want := triage.Calls{Total: 8, Answered: 7, Matched: 4, Reports: 4, Found: []triage.Call{
		{Index: at[4], At: clock(8, 5, 0), Seconds: 60, Callee: "8001", Tail: "0104", Finding: intake.CallOutsideHours, Report: late, ReportAt: lateAt},
		{Index: at[0], At: clock(10, 0, 0), Seconds: 480, Callee: "8001", Tail: "0105", Finding: intake.CallWithoutRecord},
		{Index: at[8], At: clock(10, 30, 0), Seconds: 1, Callee: "0000", Finding: intake.CallWithoutRecord},
	}}
	for range 2 {
		if diff := cmp.Diff(want, calls(t, d)); diff != "" {
			t.Error(diff)
		}
	}
	// By the day alone, only numbers are compared, and no report is said to be of
	// a call outside the hours.
	missed := func(i int, call intake.Call, tail string) triage.Call {
		return triage.Call{Index: at[i], At: call.At, Seconds: call.Seconds, Callee: "8001", Tail: tail, Finding: intake.CallWithoutRecord}
	}
	want.ByDay, want.Matched = true, 1
	want.Found = slices.Insert(want.Found[1:], 0, missed(2, rang(clock(9, 0, 1), ben, 100), "0102"), missed(3, rang(clock(9, 40, 5), cora, 30), "0103"))
	if diff := cmp.Diff(want, calls(t, keeper)); diff != "" {
		t.Error(diff)
	}
	_, err = member.Calls(t.Context(), nil)
	wants(t, err, intake.ErrForbidden)
	if after, err := b.Size(t.Context()); err != nil || after != size {
		t.Errorf("%d entries, then %d, %v", size, after, err)
	}
	d.Lock()
	_, err = d.Calls(t.Context(), nil)
	wants(t, err, intake.ErrForbidden)
}

// Of the number that was called no more is shown than of the caller's.
func TestCallsShowNoWholeCallee(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	for callee, want := range map[string]string{
		"8001": "8001", "SIP/8001": "SIP/8001", "总机": "总机", "86" + ann: "0101", ann + ".5": "1015", "8001转" + ann: "0101", "101/102/103/104/" + ann: "0101",
	} {
		call := rang(clock(9, 0, 0), "", 60)
		call.Callee = callee
		at := b.exchange(t, call)
		out := calls(t, d)
		i := slices.IndexFunc(out.Found, func(c triage.Call) bool { return c.Index == at[0] })
		if i < 0 || out.Found[i].Callee != want {
			t.Errorf("%q: %+v, want %q", callee, out.Found, want)
		}
	}
}

// What is kept is opened once; what is new, as it comes, whoever's keys it is
// sealed to.
func TestCallsOpensOnce(t *testing.T) {
	b := newBox(t)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	const n = 200
	var list []intake.Call
	for i := range n {
		list = append(list, rang(clock(8, 30, 3*i), fmt.Sprintf("139%08d", i), 2))
	}
	b.exchange(t, list...)
	check(t, b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range n {
			r := storetest.Call(clock(8, 30, 3*i+1), fmt.Sprint("来电 ", i))
			if r.Identity.Phone = fmt.Sprintf("139%08d", i); i%100 != 7 && !yield(r, nil) {
				return
			}
		}
	}, func(int, intake.Outcome) {}))
	sync(t, d)
	opened.Store(0)
	var told [][2]int
	out, err := d.Calls(t.Context(), func(done, total int) { told = append(told, [2]int{done, total}) })
	check(t, err)
	if want := n + n*99/100; int(opened.Swap(0)) != want || out.Total != n || out.Matched != n*99/100 || len(out.Found) != n/100 || out.Unreadable != 0 {
		t.Errorf("%+v", out)
	}
	for i, call := range out.Found {
		if want := fmt.Sprintf("%04d", 100*i+7); call.Tail != want || call.Finding != intake.CallWithoutRecord {
			t.Errorf("%+v, want %s", call, want)
		}
	}
	size, err := b.Size(t.Context())
	check(t, err)
	if last := told[len(told)-1]; len(told) < 2 || last != [2]int{int(size), int(size)} {
		t.Errorf("told %v", told)
	}

	calls(t, d)
	if got := opened.Swap(0); got != 0 {
		t.Errorf("the second time opened %d", got)
	}
	hire(t, b, d, "passing", triage.Member)
	check(t, d.RemoveAccount(t.Context(), "passing")) // a new generation of keys
	b.exchange(t, rang(clock(10, 0, 0), ann, 60), rang(clock(10, 20, 0), ben, 60))
	b.written(t, clock(10, 0, 0), ann)
	opened.Store(0)
	// After it every view is made anew; the reports' identities and calls are not opened again.
	if out = calls(t, d); out.Total != n+2 || out.Matched != n*99/100+1 || len(out.Found) != n/100+1 {
		t.Errorf("%+v", out)
	}
	if got := int(opened.Swap(0)); got != n*99/100+1+3 {
		t.Errorf("opened %d", got)
	}
	again := calls(t, unlock(t, w, leader, phrase))
	if diff := cmp.Diff(out, again); diff != "" {
		t.Error(diff)
	}
}
