package mailpoll

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

var comparePlaces = cmp.AllowUnexported(place{}, removal{})

func digest(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// TestCursorFormat holds the format that lies in boxes.
func TestCursorFormat(t *testing.T) {
	p := &place{validity: 7, uid: 40, again: []imap.UID{3, 4, 5, 9}, left: 2, lost: [][]byte{digest(0)},
		pending: []removal{{uid: 39, meaning: digest(0), at: 1789, to: accepted, tried: true}, {uid: 40, to: quarantine}}}
	const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	want := `{"v":1,"uidvalidity":7,"uid":40,"again":[[3,5],[9,9]],"pending":[{"uid":39,"meaning":"` + zeros + `","at":1789},{"uid":40,"to":"quarantine"}],"lost":["` + zeros + `"],"left":2}`
	if diff := cmp.Diff(want, string(p.encode())); diff != "" {
		t.Error(diff)
	}
	got, err := decodePlace(p.encode())
	if err != nil {
		t.Fatal(err)
	}
	p.pending[0].to, p.pending[0].tried = unknown, false // whoever reads it asks the box
	if diff := cmp.Diff(p, got, comparePlaces); diff != "" {
		t.Error(diff)
	}
}

func TestCursorDamaged(t *testing.T) {
	const m = `"meaning":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`
	for value, want := range map[string]error{
		`x`:                                     intake.ErrDamaged,
		`{"v":1,"uid":-1}`:                      intake.ErrDamaged,
		`{"v":2}`:                               intake.ErrVersion,
		`{}`:                                    intake.ErrVersion,
		`{"v":1,"uid":9,"again":[[0,1]]}`:       intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[3,2]]}`:       intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[9,10]]}`:      intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[2,3],[3,4]]}`: intake.ErrDamaged,
		`{"v":1,"uid":4294967295,"again":[[1,4294967295]]}`:                   intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":10,` + m + `}]}`:                    intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":0,` + m + `}]}`:                     intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,` + m + `},{"uid":9,` + m + `}]}`: intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[9,9]],"pending":[{"uid":9,` + m + `}]}`:     intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9}]}`:                               intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,"meaning":"AAAA"}]}`:              intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,` + m + `,"to":"accepted"}]}`:     intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,` + m + `,"to":"quarantine"}]}`:   intake.ErrDamaged,
		`{"v":1,"uid":9,"lost":["AAAA"]}`:                                     intake.ErrDamaged,
		`{"v":1,"uid":9,"left":-1}`:                                           intake.ErrDamaged,
		`{"v":1,"uid":9,"left":1` + strings.Repeat(" ", maxCursor) + `}`:      intake.ErrDamaged,
	} {
		if _, err := decodePlace([]byte(value)); !errors.Is(err, want) {
			t.Errorf("%.80s: %v, want %v", value, err, want)
		}
	}
	if p, err := decodePlace(nil); err != nil || p.uid != 0 {
		t.Errorf("no cursor: %+v, %v", p, err)
	}
}

// TestPlaceProperty: whatever happens to messages in whatever order of a pass,
// every UID up to the place is dealt with, pending, or waits; and going past a
// message leaves the place before it as it was.
func TestPlaceProperty(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		p, open := &place{validity: 1}, map[imap.UID]bool{}
		for range 4 { // passes
			for _, uid := range append(slices.Clone(p.again), p.uid+1, p.uid+2, p.uid+9) {
				before := string(p.encode())
				next := p.with(removal{uid: uid, to: quarantine})
				if string(p.encode()) != before {
					t.Fatalf("seed %d: the place before %d has changed", seed, uid)
				}
				if r.IntN(2) == 0 {
					p.postpone(uid)
					open[uid] = true
				} else {
					p = next
					delete(open, uid)
				}
			}
		}
		for uid := imap.UID(1); uid <= p.uid; uid++ {
			if p.waits(uid) != open[uid] || p.waits(uid) && p.pends(uid) {
				t.Fatalf("seed %d: UID %d", seed, uid)
			}
		}
		again, err := decodePlace(p.encode())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !bytes.Equal(again.encode(), p.encode()) {
			t.Fatalf("seed %d: it is another place once it was stored", seed)
		}
	}
}

// TestRoom: a mailbox that lets go of nothing stops the intake, not the cursor.
func TestRoom(t *testing.T) {
	for _, tt := range []struct {
		at    place
		class string
	}{
		{place{}, ""},
		{place{pending: make([]removal, maxPending-1), again: make([]imap.UID, maxAgain-1)}, ""},
		{place{pending: make([]removal, maxPending)}, classFolder},
		{place{again: make([]imap.UID, maxAgain)}, classFolder},
	} {
		r := round{at: &tt.at}
		if got := class(r.room()); got != tt.class {
			t.Errorf("%d pending, %d waiting: %q, want %q", len(tt.at.pending), len(tt.at.again), got, tt.class)
		}
	}
}

// FuzzCursor: what is read as a place is written as one that is read the same.
func FuzzCursor(f *testing.F) {
	for _, p := range []place{{}, {validity: 1, uid: 9, again: []imap.UID{1, 2, 9}, left: 3}, {uid: 9, pending: []removal{{uid: 8, meaning: digest(1), at: 5}, {uid: 9, to: quarantine}}, lost: [][]byte{digest(2)}}} {
		f.Add(p.encode())
	}
	f.Add([]byte(`{"v":1,"uid":4294967295,"again":[[1,2],[4294967295,4294967295]]}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		p, err := decodePlace(value)
		if err != nil {
			if !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrVersion) {
				t.Fatal(err)
			}
			return
		}
		again, err := decodePlace(p.encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.encode(), again.encode()); diff != "" {
			t.Error(diff)
		}
	})
}
