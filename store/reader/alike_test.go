package reader_test

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// alike is what a report's row names, by id.
func alike(t testing.TB, d *reader.Desk, id string) (list []string) {
	t.Helper()
	for _, a := range row(t, d, id).Alike {
		list = append(list, a.ID)
	}
	return list
}

// A row that was corrected is a report of its own, and each points to the
// other, in the queue and where it is read, without opening anything more.
func TestAlike(t *testing.T) {
	b := newBox(t)
	w, opened := counting(b)
	d := unlock(t, w, leader, phrase)
	first := b.call(t, "反映某处招标围标")
	b.web(t, "反映某处招标围标")
	b.clock.Add(time.Hour)
	later := b.call(t, "另一件事情") // no more than that
	sync(t, d)
	if got := alike(t, d, first); got != nil {
		t.Errorf("alone, and like %v", got)
	}
	// The same start with other words; other words and the same start; a start
	// that was corrected.
	corrected := b.submit(t, storetest.Call(storetest.Start, "反映某处招标围标，证人某某")).ID
	moved := storetest.Call(storetest.Start.Add(time.Minute), "反映某处招标围标")
	moved.Source.Meaning = []byte("moved")
	again := b.submit(t, moved).ID
	sync(t, d)
	opened.Store(0)
	want := map[string][]string{first: {corrected, again}, corrected: {first}, again: {first}, later: nil}
	for _, desk := range []*reader.Desk{d, synced(t, w)} {
		for id, others := range want {
			if diff := cmp.Diff(others, alike(t, desk, id)); diff != "" {
				t.Error(diff)
			}
		}
	}
	if n := opened.Load(); n != 0 {
		t.Errorf("opened %d parts", n)
	}
	c, err := d.Read(t.Context(), first)
	check(t, err)
	if diff := cmp.Diff(row(t, d, first).Alike, c.Alike); diff != "" || len(c.Alike) != 2 {
		t.Error(diff)
	}
	index, err := b.Find(t.Context(), corrected)
	check(t, err)
	if diff := cmp.Diff(triage.Alike{Index: index, ID: corrected}, c.Alike[0]); diff != "" {
		t.Error(diff)
	}
	for _, v := range stored(t, b) {
		state, err := b.State(t.Context())
		check(t, err)
		plain, err := d.OpenedView(state.Origin, v)
		check(t, err)
		if others := v.Index != index && storetest.TracesIn("view", plain, map[string]string{"id": corrected}) != nil; others {
			t.Errorf("view %d names another report: it will not be true for long", v.Index)
		}
	}
	d.Lock()
	if page, _ := d.List("", "", 0, 10); page != nil {
		t.Error("a locked desk has rows")
	}
}

// Of many, the oldest are named; a view that was lost and comes back late is
// in its place.
func TestAlikeMany(t *testing.T) {
	b := newBox(t)
	var all []string
	for i := range 9 {
		all = append(all, b.call(t, fmt.Sprint("来电 ", i)))
	}
	want := func(d *reader.Desk) {
		t.Helper()
		for i, id := range all {
			others := slices.Delete(slices.Clone(all), i, i+1)[:triage.MaxAlike]
			if diff := cmp.Diff(others, alike(t, d, id)); diff != "" {
				t.Errorf("report %d: %s", i, diff)
			}
		}
	}
	d := synced(t, b)
	want(d)
	views := map[int64][]byte{}
	for _, id := range all[:3] {
		index, err := b.Find(t.Context(), id)
		check(t, err)
		views[index] = []byte("damaged")
	}
	check(t, b.PutViews(t.Context(), views))
	w := &watched{Box: b}
	d = unlock(t, w, leader, phrase)
	size, err := b.Size(t.Context())
	check(t, err)
	check(t, d.Load(t.Context(), size)) // what the first Sync does before it repairs
	for _, id := range all[3:] {
		if got := alike(t, d, id); len(got) != 5 || got[0] == all[0] {
			t.Errorf("before the repair: %v", got)
		}
	}
	sync(t, d)
	want(d)
	// After a new generation of keys every row is taken in again.
	check(t, d.AddAccount(t.Context(), "passing", []triage.Role{triage.Member}, other))
	check(t, d.RemoveAccount(t.Context(), "passing"))
	sync(t, d)
	want(d)
	want(synced(t, b))
	// One that was whole and is damaged by the next time is named no more.
	index, err := b.Find(t.Context(), all[0])
	check(t, err)
	w.part = func(i int64, _ int, r io.ReadCloser) (io.ReadCloser, error) {
		if i == index {
			return flipped(r)
		}
		return r, nil
	}
	check(t, d.AddAccount(t.Context(), "passing-too", []triage.Role{triage.Member}, other))
	check(t, d.RemoveAccount(t.Context(), "passing-too"))
	wants(t, d.Sync(t.Context(), nil), intake.ErrDamaged)
	if got := alike(t, d, all[1]); slices.Contains(got, all[0]) || len(got) == 0 {
		t.Errorf("names %v", got)
	}
}

// Listing names what is alike from what is known by heart; see BenchmarkList.
func BenchmarkListAlike(b *testing.B) {
	at := newBox(b)
	d := unlock(b, at, leader, phrase)
	state, err := at.State(b.Context())
	check(b, err)
	views := map[int64][]byte{}
	for i := range listed {
		index := int64(i + 4)
		views[index], err = d.SealRow(state.Origin, triage.Row{Index: index, ID: entry.NewID(), Channel: intake.Hotline, Day: "2026-09-08",
			Arrived: storetest.Start, Unit: "市水利局", Title: "来电反映某处招标围标"})
		check(b, err)
	}
	size := int64(listed + 4)
	views[0], err = d.SealBookmark(state.Origin, record(b, at, 0).Header.ID, size, listed)
	check(b, err)
	check(b, at.PutViews(b.Context(), views))
	check(b, d.Load(b.Context(), size))
	for b.Loop() {
		if page, _ := d.List(triage.New, intake.Hotline, 1000, 50); len(page) != 50 || len(page[0].Alike) != triage.MaxAlike {
			b.Fatal(len(page))
		}
	}
}
