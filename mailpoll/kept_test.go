package mailpoll

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

// TestWaited: the day that mail was put into the folder on does not count, and
// neither does the one that is not over; days are those of UTC.
func TestWaited(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	for _, tt := range []struct {
		day  string
		days int
		now  time.Time
		want bool
	}{
		{"2026-09-08", 0, time.Date(2026, 9, 8, 0, 0, 0, 0, time.UTC), true},
		{"2026-09-08", 0, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), true}, // a clock that was set back
		{"2026-09-08", 1, time.Date(2026, 9, 8, 23, 59, 59, 0, time.UTC), false},
		{"2026-09-08", 1, time.Date(2026, 9, 9, 23, 59, 59, 999, time.UTC), false},
		{"2026-09-08", 1, time.Date(2026, 9, 10, 0, 0, 0, 0, time.UTC), true},
		{"2026-09-08", 1, time.Date(2026, 9, 10, 7, 59, 59, 0, shanghai), false},
		{"2026-09-08", 1, time.Date(2026, 9, 10, 8, 0, 0, 0, shanghai), true},
		{"2026-09-08", 7, time.Date(2026, 9, 15, 23, 59, 59, 0, time.UTC), false},
		{"2026-09-08", 7, time.Date(2026, 9, 16, 0, 0, 0, 0, time.UTC), true},
		{"2026-02-28", 1, time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC), false},
		{"2026-02-28", 1, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), true},
		{"2027-12-31", 30, time.Date(2028, 1, 31, 0, 0, 0, 0, time.UTC), true},
		{"2027-12-31", 30, time.Date(2028, 1, 30, 23, 0, 0, 0, time.UTC), false},
		{"2026-09-08", 7, time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), false},
	} {
		if got := waited(tt.day, tt.now, tt.days); got != tt.want {
			t.Errorf("put there on %s, %d days, at %s: %t", tt.day, tt.days, tt.now, got)
		}
	}
}

// A keeping is what kept should be: the day of each UID.
type keeping map[imap.UID]string

func (m keeping) check(t *testing.T, seed uint64, k kept) {
	t.Helper()
	if k.count() != len(m) {
		t.Fatalf("seed %d: %d wait, want %d", seed, k.count(), len(m))
	}
	for _, now := range []time.Time{time.Date(2026, 9, 10, 12, 0, 0, 0, time.UTC), time.Date(2026, 9, 14, 0, 0, 0, 0, time.UTC)} {
		for days := range 5 {
			var want []imap.UID
			for uid, day := range m {
				if waited(day, now, days) {
					want = append(want, uid)
				}
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, k.due(now, days).uids()); diff != "" {
				t.Fatalf("seed %d: due after %d days: %s", seed, days, diff)
			}
		}
	}
	for uid := range m {
		if !k.has(uid) {
			t.Fatalf("seed %d: it has not %d", seed, uid)
		}
	}
	got, err := decodePlace((&place{kept: k}).encode())
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if len(m) > 0 {
		if diff := cmp.Diff(k, got.kept, comparePlaces); diff != "" {
			t.Fatalf("seed %d: once it was stored: %s", seed, diff)
		}
	}
}

// TestKeptProperty: whatever is put into the folder and taken out of it, in
// whatever order and by however mixed a set, kept has the rest, by the day; it
// stays so when it is stored; and a copy is not changed with it.
func TestKeptProperty(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 5))
		var k kept
		m, folder, validity, top := keeping{}, "已收", uint32(1), imap.UID(1)
		if seed%3 == 0 {
			top = 1<<32 - 200 // up to the last UID that there can be
		}
		for range 12 {
			before := k.clone()
			was := (&place{kept: before}).encode()
			switch r.IntN(5) {
			case 0, 1, 2: // a server numbers upwards, but the day may be an earlier one: the clock was set back
				day, set := time.Date(2026, 9, 7+r.IntN(6), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), imap.UIDSet{}
				for range 1 + r.IntN(15) {
					if top+2 < top {
						break
					}
					top += imap.UID(1 + r.IntN(2))
					set.AddNum(top)
					m[top] = day
				}
				if len(set) > 0 {
					k.add(folder, validity, day, set)
				}
			case 3:
				gone := imap.UIDSet{}
				for uid := range m {
					if r.IntN(3) == 0 {
						gone.AddNum(uid)
						delete(m, uid)
					}
				}
				gone.AddNum(1<<32 - 1) // what it never had, and
				k = k.without(gone)
				delete(m, 1<<32-1)
			case 4:
				if r.IntN(4) == 0 { // made anew, or another one
					folder, validity = []string{"已收", "Accepted"}[r.IntN(2)], validity+1
					m, top = keeping{5: "2026-09-09"}, 5
					k.add(folder, validity, "2026-09-09", imap.UIDSetNum(5))
				}
			}
			if string((&place{kept: before}).encode()) != string(was) {
				t.Fatalf("seed %d: a copy has changed", seed)
			}
			m.check(t, seed, k)
		}
	}
}

// TestTold: COPYUID is believed only when it is about nothing but what was
// asked, one to one, and tells of which folder.
func TestTold(t *testing.T) {
	uids := []imap.UID{3, 4, 9}
	set := func(pairs ...imap.UID) (s imap.UIDSet) {
		for i := 0; i < len(pairs); i += 2 {
			s = append(s, imap.UIDRange{Start: pairs[i], Stop: pairs[i+1]})
		}
		return s
	}
	for name, tt := range map[string]struct {
		source, into imap.UIDSet
		validity     uint32
		want         bool
	}{
		"all":                 {set(3, 4, 9, 9), set(70, 72), 5, true},
		"some":                {set(4, 4), set(70, 70), 5, true},
		"nothing":             {nil, nil, 5, false},
		"more":                {set(3, 4, 9, 10), set(70, 73), 5, false},
		"others":              {set(10, 12), set(70, 72), 5, false},
		"fewer there":         {set(3, 4, 9, 9), set(70, 71), 5, false},
		"more there":          {set(3, 4, 9, 9), set(70, 73), 5, false},
		"four billion":        {set(3, 4, 9, 9), set(1, 1<<32-1), 5, false},
		"all of the world":    {set(1, 1<<32-1), set(1, 1<<32-1), 5, false},
		"backwards":           {set(3, 4, 9, 9), set(72, 70), 5, false},
		"without UIDVALIDITY": {set(3, 4, 9, 9), set(70, 72), 0, false},
	} {
		got := told(uids, tt.source, tt.into, tt.validity)
		want := moved{}
		if tt.want {
			want = moved{told: tt.source, into: tt.into, validity: tt.validity}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(moved{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
