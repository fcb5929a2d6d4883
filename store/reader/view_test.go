package reader_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"

	"github.com/google/go-cmp/cmp"
)

// Whatever is done to the views at rest, the next unlock lists what the log
// says, and the views are right again for the one after.
func TestViewsTampered(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	var reports []int64
	for i := range 6 {
		id := b.web(t, fmt.Sprintf("第 %d 件", i))
		index, err := b.Find(t.Context(), id)
		check(t, err)
		reports = append(reports, index)
		if i%2 == 0 {
			check(t, d.Triage(t.Context(), id, triage.Standing{State: triage.Routed, Route: triage.Verify}, ""))
		}
	}
	sync(t, d)
	want := rows(d)
	whole := stored(t, b)
	at := func(index int64) int {
		return slices.IndexFunc(whole, func(v entry.View) bool { return v.Index == index })
	}
	foreign := newBox(t)
	foreign.web(t, "另一个箱子")
	synced(t, foreign)

	for _, tt := range []struct {
		what   string
		change func(views map[int64][]byte)
		opened int64 // parts that are opened to repair it; all is 9
	}{
		{"nothing", func(map[int64][]byte) {}, 0},
		{"a bit of a row", func(v map[int64][]byte) { v[reports[1]][60] ^= 1 }, 1},
		{"the id of a row", func(v map[int64][]byte) { v[reports[1]][0] ^= 1 }, 1},
		{"a row cut short", func(v map[int64][]byte) { v[reports[1]] = v[reports[1]][:20] }, 1},
		{"two rows exchanged", func(v map[int64][]byte) {
			v[reports[1]], v[reports[3]] = v[reports[3]], v[reports[1]]
		}, 2},
		{"a row in another's place", func(v map[int64][]byte) { v[reports[1]] = v[reports[2]] }, 1},
		{"a bit of a decision", func(v map[int64][]byte) { v[reports[0]+1][60] ^= 1 }, 1},
		{"a row taken away", func(v map[int64][]byte) { delete(v, reports[1]) }, 9},
		{"a decision taken away", func(v map[int64][]byte) { delete(v, reports[0]+1) }, 9},
		{"a row taken away, another one put in", func(v map[int64][]byte) {
			delete(v, reports[1])
			v[1] = []byte("to make the number right")
		}, 9},
		{"the bookmark taken away", func(v map[int64][]byte) { delete(v, 0) }, 9},
		{"a bit of the bookmark", func(v map[int64][]byte) { v[0][60] ^= 1 }, 9},
		{"a row as the bookmark", func(v map[int64][]byte) { v[0] = v[reports[1]] }, 9},
		{"everything taken away", func(v map[int64][]byte) { clear(v) }, 9},
		{"everything of another box", func(v map[int64][]byte) {
			clear(v)
			for _, f := range stored(t, foreign) {
				v[f.Index] = f.Sealed
			}
		}, 9},
		{"a bookmark ahead of the log", func(v map[int64][]byte) {
			state, err := b.State(t.Context())
			check(t, err)
			first, err := d.SealBookmark(state.Origin, entry.NewID(), 1000, int64(len(whole)-1))
			check(t, err)
			v[0] = first
		}, 9},
	} {
		t.Run(tt.what, func(t *testing.T) {
			views := map[int64][]byte{}
			for _, v := range whole {
				views[v.Index] = bytes.Clone(v.Sealed)
			}
			tt.change(views)
			check(t, b.DropViews(t.Context()))
			check(t, b.PutViews(t.Context(), views))
			w, opened := counting(b)
			d := unlock(t, w, leader, phrase)
			sync(t, d)
			if diff := cmp.Diff(want, rows(d)); diff != "" {
				t.Error(diff)
			}
			if n := opened.Swap(0); n != tt.opened {
				t.Errorf("opened %d parts, want %d", n, tt.opened)
			}
			if diff := cmp.Diff(want, rows(synced(t, w))); diff != "" || opened.Load() != 0 {
				t.Errorf("not repaired for good: opened %d parts; %s", opened.Load(), diff)
			}
		})
	}
	if at(0) != 0 || len(whole) != 10 {
		t.Errorf("%d views, bookmark at %d", len(whole), at(0))
	}
}

// Random damage, many times over.
func TestViewsRandomlyDamaged(t *testing.T) {
	b := newBox(t)
	for i := range 20 {
		b.call(t, fmt.Sprint(i))
	}
	want := rows(synced(t, b))
	whole := stored(t, b)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		views := map[int64][]byte{}
		for _, v := range whole {
			switch s := bytes.Clone(v.Sealed); rnd.IntN(8) {
			case 0:
			case 1:
				s[rnd.IntN(len(s))] ^= 1 << rnd.IntN(8)
				views[v.Index] = s
			case 2:
				views[v.Index] = s[:rnd.IntN(len(s))]
			case 3:
				views[v.Index] = whole[rnd.IntN(len(whole))].Sealed
			default:
				views[v.Index] = s
			}
		}
		check(t, b.DropViews(t.Context()))
		check(t, b.PutViews(t.Context(), views))
		if diff := cmp.Diff(want, rows(synced(t, b))); diff != "" {
			t.Fatalf("round %d: %s", round, diff)
		}
	}
}

// Whoever can write to box.db can seal a view key of their own to the team.
// The views made with it are as closed to them as any.
func TestViewKeyForged(t *testing.T) {
	b := newBox(t)
	known := bytes.Repeat([]byte{7}, 32)
	forge := &forgedViewKey{b, func(team seal.Recipient) []byte { return viewKey(t, known, team) }}
	id := b.web(t, "不能让人看见")
	d := unlock(t, forge, leader, phrase)
	sync(t, d)
	if row(t, d, id).Title == "" {
		t.Fatal("no row")
	}
	state, err := b.State(t.Context())
	check(t, err)
	views := stored(t, b)
	if len(views) != 2 {
		t.Fatalf("%d views", len(views))
	}
	for _, v := range views {
		if reader.OpensWith(known, state.Origin, v) {
			t.Errorf("view %d opens with the key that was put there", v.Index)
		}
		if !d.Steal().OpensView(state.Origin, v) {
			t.Errorf("view %d does not open with the desk's key", v.Index)
		}
	}
	// With the true key again, the next unlock makes them anew.
	if got := row(t, synced(t, b), id); got.Title == "" {
		t.Errorf("row %+v", got)
	}
}

// A view tells little by its length, and nothing by its bytes.
func TestViewAtRest(t *testing.T) {
	b := newBox(t)
	b.web(t, "短")
	b.web(t, "关于某某科长在采购中收受供应商财物的情况反映，时间地点人物俱全，请查")
	b.aboutTeam(t, "组员说情")
	sync(t, unlock(t, b, leader, phrase))
	sizes := map[int]int{}
	for _, v := range stored(t, b) {
		sizes[len(v.Sealed)]++
		for _, canary := range []string{"短", "某某", "市水利局", "web", "index"} {
			if bytes.Contains(v.Sealed, []byte(canary)) {
				t.Errorf("view %d holds %q in the clear", v.Index, canary)
			}
		}
	}
	if len(sizes) != 1 {
		t.Errorf("lengths of views: %v", sizes)
	}
}

func TestViewKeyBroken(t *testing.T) {
	b := newBox(t)
	for _, tt := range []struct {
		what   string
		sealed func(team seal.Recipient) []byte
		want   error
	}{
		{"short", func(team seal.Recipient) []byte { return viewKey(t, make([]byte, 31), team) }, intake.ErrDamaged},
		{"long", func(team seal.Recipient) []byte { return viewKey(t, make([]byte, 33), team) }, intake.ErrDamaged},
		{"another version", func(team seal.Recipient) []byte { return sealTo(t, []byte(`{"v":2,"view_key":""}`), team) }, intake.ErrVersion},
		{"not JSON", func(team seal.Recipient) []byte { return sealTo(t, []byte(`x`), team) }, intake.ErrDamaged},
		{"for someone else", func(seal.Recipient) []byte { return viewKey(t, make([]byte, 32), newIdentity(t).Recipient()) }, intake.ErrKey},
		{"not sealed", func(seal.Recipient) []byte { return []byte("view key") }, intake.ErrDamaged},
	} {
		t.Run(tt.what, func(t *testing.T) {
			_, err := reader.Unlock(t.Context(), &forgedViewKey{b, tt.sealed}, leader, phrase)
			wants(t, err, tt.want)
		})
	}
}

// A forgedViewKey is a box in which someone has put another view key.
type forgedViewKey struct {
	*box
	sealed func(team seal.Recipient) []byte
}

func (f *forgedViewKey) ViewKey(ctx context.Context) ([]byte, error) {
	state, err := f.State(ctx)
	if err != nil {
		return nil, err
	}
	team, err := seal.ParseRecipient(state.Keys.Team)
	if err != nil {
		return nil, err
	}
	return f.sealed(team), nil
}

func viewKey(t testing.TB, key []byte, to seal.Recipient) []byte {
	t.Helper()
	b, err := json.Marshal(struct {
		V   int    `json:"v"`
		Key []byte `json:"view_key"`
	}{1, key})
	check(t, err)
	return sealTo(t, b, to)
}
