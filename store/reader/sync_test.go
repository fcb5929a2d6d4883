package reader_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// counting watches how many sealed parts are opened.
func counting(b *box) (*watched, *atomic.Int64) {
	var n atomic.Int64
	return &watched{Box: b, part: func(index int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
		for rec, err := range b.Entries(context.Background(), index, index+1) {
			if err != nil {
				return nil, err
			}
			if !rec.Header.Kind.Clear() {
				n.Add(1)
			}
		}
		return r, nil
	}}, &n
}

func TestList(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	check(t, d.Sync(t.Context(), nil))
	if page, total := d.List("", "", 0, 10); page != nil || total != 0 {
		t.Errorf("an empty box lists %v of %d", page, total)
	}
	r := storetest.Web(b.clock.Now(), "第一行\n第二行\u202e")
	r.Marks = []intake.Mark{intake.MarkPhoneDamaged}
	first := b.submit(t, r).ID
	b.clock.Add(time.Minute)
	var want []string
	for i := range 5 {
		want = append(want, b.call(t, fmt.Sprintf("来电 %d", i)))
	}
	sync(t, d)

	index, err := b.Find(t.Context(), first)
	check(t, err)
	diff := cmp.Diff(triage.Row{Index: index, ID: first, Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New},
		Arrived: storetest.Start, Unit: "市水利局", Category: intake.Integrity, Title: "第一行 第二行", Marks: r.Marks}, row(t, d, first))
	if diff != "" {
		t.Error(diff)
	}
	slices.Reverse(want)
	if diff := cmp.Diff(append(slices.Clone(want), first), ids(d)); diff != "" {
		t.Errorf("not newest first: %s", diff)
	}
	check(t, d.Triage(t.Context(), want[1], triage.Standing{State: triage.Done}, ""))
	for _, tt := range []struct {
		what          string
		state         triage.State
		channel       intake.Channel
		offset, limit int
		want          []string
		total         int
	}{
		{"a channel", "", intake.Hotline, 0, 10, want, 5},
		{"another", "", intake.Web, 0, 10, []string{first}, 1},
		{"an empty one", "", intake.Mail, 0, 10, nil, 0},
		{"a state", triage.Done, "", 0, 10, want[1:2], 1},
		{"both", triage.New, intake.Hotline, 1, 2, want[2:4], 4},
		{"a page", "", intake.Hotline, 2, 2, want[2:4], 5},
		{"the last page", "", intake.Hotline, 4, 2, want[4:], 5},
		{"beyond", "", intake.Hotline, 6, 2, nil, 5},
		{"nothing", "", intake.Hotline, 0, 0, nil, 5},
	} {
		t.Run(tt.what, func(t *testing.T) {
			page, total := d.List(tt.state, tt.channel, tt.offset, tt.limit)
			var got []string
			for _, r := range page {
				got = append(got, r.ID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || total != tt.total {
				t.Errorf("total %d, want %d; %s", total, tt.total, diff)
			}
		})
	}
}

// A report is opened for the queue once, whichever desk does it.
func TestSyncOpensOnce(t *testing.T) {
	b := newBox(t)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	b.ledger(t, reader.SyncBatch+10)
	sync(t, d)
	if n := opened.Swap(0); n != reader.SyncBatch+10 {
		t.Errorf("the first sync opened %d parts", n)
	}
	for range 3 {
		sync(t, d)
		d.List("", "", 0, 100)
	}
	if n := opened.Swap(0); n != 0 {
		t.Errorf("syncing again and listing opened %d parts", n)
	}
	again := unlock(t, w, leader, phrase)
	sync(t, again)
	if n := opened.Swap(0); n != 0 {
		t.Errorf("the next unlock opened %d parts", n)
	}
	if diff := cmp.Diff(rows(d), rows(again)); diff != "" {
		t.Errorf("the next unlock lists something else: %s", diff)
	}
	id := b.call(t, "one more")
	check(t, d.Triage(t.Context(), id, triage.Standing{State: triage.Done}, ""))
	opened.Store(0)
	sync(t, again)
	if n := opened.Swap(0); n != 2 || row(t, again, id).State != triage.Done {
		t.Errorf("a report and a decision opened %d parts, row %+v", n, row(t, again, id))
	}
	sync(t, d)
	if diff := cmp.Diff(rows(again), rows(d)); diff != "" {
		t.Error(diff)
	}
}

func TestSyncTellsProgress(t *testing.T) {
	b := newBox(t)
	b.ledger(t, reader.SyncBatch+10)
	size, err := b.Size(t.Context())
	check(t, err)
	d := unlock(t, b, leader, phrase)
	follow := func(want int) (calls int) {
		t.Helper()
		last := -1
		check(t, d.Sync(t.Context(), func(done, total int) {
			if done <= last || done > total || total != want {
				t.Errorf("%d of %d after %d, want %d in all", done, total, last, want)
			}
			last = done
			calls++
		}))
		if last != want {
			t.Errorf("ended at %d of %d", last, want)
		}
		return calls
	}
	if n := follow(int(size)); n != 2 {
		t.Errorf("told %d times", n)
	}
	if n := follow(0); n != 1 {
		t.Errorf("with nothing to do, told %d times", n)
	}
	// reindex
	want := rows(d)
	check(t, b.DropViews(t.Context()))
	d = unlock(t, b, leader, phrase)
	if n := follow(int(size)); n != 2 {
		t.Errorf("after reindex, told %d times", n)
	}
	if diff := cmp.Diff(want, rows(d)); diff != "" {
		t.Error(diff)
	}
}

// An interrupted sync goes on where it was.
func TestSyncStops(t *testing.T) {
	b := newBox(t)
	b.ledger(t, 3*reader.SyncBatch/2)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	ctx, cancel := context.WithCancel(t.Context())
	wants(t, d.Sync(ctx, func(done, total int) { cancel() }), context.Canceled)
	first := opened.Swap(0)
	d = unlock(t, w, leader, phrase)
	sync(t, d)
	if n := opened.Load(); n > 3*reader.SyncBatch/2-200 || len(ids(d)) != 3*reader.SyncBatch/2 {
		t.Errorf("opened %d, then %d; %d rows", first, n, len(ids(d)))
	}
	// Locking stops it too, and leaves nothing in memory.
	check(t, b.DropViews(t.Context()))
	d = unlock(t, b, leader, phrase)
	wants(t, d.Sync(t.Context(), func(done, total int) { d.Lock() }), intake.ErrForbidden)
	if n := len(ids(d)); n != 0 {
		t.Errorf("a locked desk has %d rows", n)
	}
	// So does a disk that cannot be read, without a wrong row.
	broken := errors.New("input/output error")
	check(t, b.DropViews(t.Context()))
	w.part = nil
	d = unlock(t, w, leader, phrase)
	w.part = func(int64, int, io.ReadCloser) (io.ReadCloser, error) { return nil, broken }
	wants(t, d.Sync(t.Context(), nil), broken)
	if n := len(ids(d)); n != 0 {
		t.Errorf("%d rows from a broken disk", n)
	}
}

// What a sync had still to repair when it was stopped, the next one repairs.
func TestSyncRepairStops(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "要修的")
	synced(t, b)
	index, err := b.Find(t.Context(), id)
	check(t, err)
	check(t, b.PutViews(t.Context(), map[int64][]byte{index: []byte("damaged")}))
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	broken := errors.New("input/output error")
	w.part = func(int64, int, io.ReadCloser) (io.ReadCloser, error) { return nil, broken }
	for range 2 {
		wants(t, d.Sync(t.Context(), nil), broken)
	}
	w.part = nil
	sync(t, d)
	if got := row(t, d, id).Title; got != "要修的" {
		t.Errorf("title %q", got)
	}
}

func TestSyncAboutTeam(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	about := b.aboutTeam(t, "组长收礼")
	about2 := b.web(t, "另一件")
	sync(t, d)
	index, err := b.Find(t.Context(), about)
	check(t, err)
	diff := cmp.Diff(triage.Row{Index: index, ID: about, Channel: intake.Web, Day: "2026-09-08", Standing: triage.Standing{State: triage.New}, AboutTeam: true}, row(t, d, about))
	if diff != "" {
		t.Errorf("the row says more than that it exists: %s", diff)
	}
	if row(t, d, about2).AboutTeam {
		t.Error("another report is taken for one about the team")
	}
}

// A damaged report stays in the queue, is named, and comes back when it is
// whole again.
func TestSyncDamaged(t *testing.T) {
	b := newBox(t)
	good, bad := b.web(t, "完好"), b.web(t, "损坏")
	index, err := b.Find(t.Context(), bad)
	check(t, err)
	w := &watched{Box: b, part: func(i int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
		if i == index {
			return flipped(r)
		}
		return r, nil
	}}
	d := unlock(t, w, leader, phrase)
	err = d.Sync(t.Context(), nil)
	wants(t, err, intake.ErrDamaged)
	if !strings.Contains(err.Error(), fmt.Sprintf("entry %d", index)) {
		t.Errorf("the error does not name entry %d: %v", index, err)
	}
	if r := row(t, d, bad); !r.Unreadable || r.Title != "" || r.AboutTeam || r.Channel != intake.Web || r.State != triage.New {
		t.Errorf("row %+v", r)
	}
	if r := row(t, d, good); r.Title != "完好" || r.Unreadable {
		t.Error("the other report is not there")
	}
	wants(t, unlock(t, w, leader, phrase).Sync(t.Context(), nil), intake.ErrDamaged)
	d = unlock(t, b, leader, phrase)
	sync(t, d)
	if r := row(t, d, bad); r.Title != "损坏" || r.Unreadable {
		t.Errorf("row %+v", row(t, d, bad))
	}
}

// Two desks that sync the same box at once give one queue.
func TestSyncTogether(t *testing.T) {
	b := newBox(t)
	b.ledger(t, reader.SyncBatch+20)
	desks := make([]*reader.Desk, 2)
	done := make(chan error)
	for i := range desks {
		desks[i] = unlock(t, b, leader, phrase)
		go func() { done <- desks[i].Sync(t.Context(), nil) }()
	}
	for range desks {
		check(t, <-done)
	}
	want := rows(synced(t, b))
	if len(want) != reader.SyncBatch+20 {
		t.Errorf("%d rows", len(want))
	}
	for _, d := range desks {
		if diff := cmp.Diff(want, rows(d)); diff != "" {
			t.Error(diff)
		}
	}
}

// synced unlocks the first account and syncs.
func synced(t testing.TB, b reader.Box) *reader.Desk {
	t.Helper()
	d := unlock(t, b, leader, phrase)
	sync(t, d)
	return d
}

// stored returns all views in the box.
func stored(t testing.TB, b reader.Box) []entry.View {
	t.Helper()
	var list []entry.View
	for v, err := range b.Views(t.Context(), 0) {
		check(t, err)
		list = append(list, v)
	}
	return list
}
