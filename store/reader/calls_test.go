package reader_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	gosync "sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
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
	b.written(t, clock(9, 3, 0), office)    // ben called, and left another number
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

// What is kept is opened once; what is new, as it comes, whoever's keys it is
// sealed to.
func TestCallsOpensOnce(t *testing.T) {
	b := newBox(t)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	const n = 1000
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
	if last := told[len(told)-1]; len(told) < 4 || last != [2]int{int(size), int(size)} {
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

// Damage is counted and stops nothing, a broken disk stops all, and neither is
// a report that is not for the custodian.
func TestCallsDamaged(t *testing.T) {
	b := newBox(t)
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	at := b.exchange(t, rang(clock(9, 0, 0), ann, 60), rang(clock(9, 30, 0), ben, 60), rang(clock(10, 0, 0), cora, 60), rang(clock(10, 30, 0), dan, 60))
	_, who := b.written(t, clock(9, 30, 0), ben)
	_, words := b.written(t, clock(10, 0, 0), cora)
	b.written(t, clock(10, 30, 0), dan)
	about := storetest.Call(clock(9, 0, 30), "组员说情")
	about.AboutTeam, about.Identity.Phone = true, eve
	b.submit(t, about)
	damaged := map[[2]int64]bool{{at[0], 0}: true, {who, 1}: true, {words, 0}: true}
	broken := errors.New("input/output error")
	w.part = func(index int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
		return nil, errors.Join(broken, r.Close())
	}
	_, err := d.Calls(t.Context(), nil)
	wants(t, err, broken)
	w.part = func(index int64, part int, r io.ReadCloser) (io.ReadCloser, error) {
		if damaged[[2]int64{index, int64(part)}] {
			return flipped(r)
		}
		return r, nil
	}
	// Cora's report has its day and her number still.
	want := triage.Calls{Total: 3, Answered: 3, Matched: 2, Reports: 2, Unreadable: 2, AboutTeam: 1, Found: []triage.Call{
		{Index: at[1], At: clock(9, 30, 0), Seconds: 60, Callee: "8001", Tail: "0102", Finding: intake.CallWithoutRecord}}}
	for range 2 {
		if diff := cmp.Diff(want, calls(t, d)); diff != "" {
			t.Error(diff)
		}
	}
	clear(damaged)
	if got := calls(t, unlock(t, w, leader, phrase)); got.Unreadable != 0 || got.Matched != 3 || got.AboutTeam != 1 {
		t.Errorf("%+v", got)
	}
}

// What was stopped goes on where it was; a lock in the middle ends it, and
// leaves nothing.
func TestCallsStops(t *testing.T) {
	b := newBox(t)
	var list []intake.Call
	for i := range 2 * reader.SyncBatch {
		list = append(list, rang(clock(8, 30, 10*i), "", 1))
	}
	b.exchange(t, list...)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	sync(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Calls(ctx, func(int, int) { cancel() })
	wants(t, err, context.Canceled)
	opened.Store(0)
	if got := calls(t, d); got.Total != len(list) || int(opened.Load()) > len(list)-reader.SyncBatch/2 {
		t.Errorf("%d calls, opened %d", got.Total, opened.Load())
	}
	d = unlock(t, w, leader, phrase)
	_, err = d.Calls(t.Context(), func(int, int) { d.Lock() })
	wants(t, err, intake.ErrForbidden)
	if n := d.Held(); n != 0 {
		t.Errorf("a locked desk holds %d calls", n)
	}
	d = unlock(t, w, leader, phrase)
	calls(t, d)
	if n := d.Held(); n != len(list) {
		t.Errorf("holds %d calls", n)
	}
	d.Lock()
	if n := d.Held(); n != 0 {
		t.Errorf("a locked desk holds %d calls", n)
	}
}

// Beside all else that a desk does.
func TestCallsTogether(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	hire(t, b, d, "passing", triage.Member)
	const rounds = 8
	var all gosync.WaitGroup
	for i := range rounds {
		b.exchange(t, rang(clock(9, i, 0), ann, 30))
	}
	for _, desk := range []*reader.Desk{d, d, keeper} {
		all.Go(func() {
			for range rounds {
				out, err := desk.Calls(t.Context(), nil)
				if err != nil || out.Unreadable != 0 || out.AboutTeam != 0 || out.Total < rounds {
					t.Errorf("%+v, %v", out, err)
				}
			}
		})
	}
	all.Go(func() {
		for range rounds {
			if err := d.Sync(t.Context(), nil); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range rounds {
		if i == rounds/2 { // a new generation of keys
			check(t, d.RemoveAccount(t.Context(), "passing"))
		}
		b.exchange(t, rang(clock(10, i, 0), ben, 30))
		b.written(t, clock(10, i, 0), ben)
	}
	all.Wait()
	for _, desk := range []*reader.Desk{d, keeper} {
		if out := calls(t, desk); out.Total != 2*rounds || out.Matched != rounds || out.Reports != rounds || len(out.Found) != rounds {
			t.Errorf("%+v", out)
		}
	}
	desk := unlock(t, b, leader, phrase)
	all.Go(desk.Lock)
	if out, err := desk.Calls(t.Context(), nil); err == nil && out.Matched != rounds {
		t.Errorf("%+v", out)
	} else if err != nil {
		wants(t, err, intake.ErrForbidden)
	}
	all.Wait()
}

// No number lies in the box, or in the views, in any form.
func TestCallsAtRest(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	b.exchange(t, rang(clock(9, 0, 0), ann, 60), rang(clock(9, 30, 0), ben, 60))
	b.written(t, clock(9, 0, 0), ann)
	calls(t, d)
	canaries := map[string]string{"caller": ann, "other caller": ben, "end of one": ben[3:]}
	if found := storetest.FindTraces(t, canaries, b.path); found != nil {
		t.Error(found)
	}
	state, err := b.State(t.Context())
	check(t, err)
	for _, v := range stored(t, b) {
		plain, err := d.OpenedView(state.Origin, v)
		check(t, err)
		if found := storetest.TracesIn("view", plain, canaries); found != nil {
			t.Error(found)
		}
	}
	if found := storetest.TracesIn("view", []byte(entry.NewID()+ann), canaries); found == nil {
		t.Error("the search finds nothing")
	}
}
