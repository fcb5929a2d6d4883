package reader_test

import (
	"context"
	"errors"
	"io"
	gosync "sync"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

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
	for i := range 3 * reader.SyncBatch / 2 {
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
	d.TakeCalls(3) // by who was a moment late
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
