package mailpoll

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

var comparePlaces = cmp.AllowUnexported(place{}, removal{}, doubt{}, kept{}, keptDay{})

func digest(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// TestCursorFormat holds the format that lies in boxes.
func TestCursorFormat(t *testing.T) {
	p := &place{validity: 7, uid: 40, again: []imap.UID{3, 4, 5, 9}, doubts: []doubt{{7, 2, 20703}}, rescan: true, lost: [][]byte{digest(0)},
		pending: []removal{{uid: 39, meaning: digest(0), at: 1789, to: accepted, tried: true}, {uid: 40, meaning: digest(0), to: quarantine}},
		kept:    kept{"已收", 3, []keptDay{{"2026-09-07", imap.UIDSet{{Start: 1, Stop: 50}}}, {"2026-09-08", imap.UIDSet{{Start: 51, Stop: 51}, {Start: 60, Stop: 61}}}}},
		astray:  []removal{{meaning: digest(0), at: 1788, times: 2}}}
	const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	want := `{"v":1,"owner":"","account":"","folders":"","uidvalidity":7,"uid":40,"again":[[3,5],[9,9]],"doubts":[[7,2,20703]],"pending":[{"uid":39,"meaning":"` + zeros + `","at":1789},{"uid":40,"meaning":"` + zeros + `","to":"quarantine"}],"rescan":true,"lost":["` + zeros + `"],` +
		`"kept":{"folder":"已收","uidvalidity":3,"days":[{"day":"2026-09-07","uids":[[1,50]]},{"day":"2026-09-08","uids":[[51,51],[60,61]]}]},"astray":[{"meaning":"` + zeros + `","at":1788,"times":2}]}`
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
		`{"v":1,"uid":4294967295,"again":[[1,4294967295]]}`:                                       intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":10,` + m + `}]}`:                                        intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":0,` + m + `}]}`:                                         intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,` + m + `},{"uid":9,` + m + `}]}`:                     intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[9,9]],"pending":[{"uid":9,` + m + `}]}`:                         intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9}]}`:                                                   intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,"meaning":"AAAA"}]}`:                                  intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,` + m + `,"to":"accepted"}]}`:                         intake.ErrDamaged,
		`{"v":1,"uid":9,"pending":[{"uid":9,"to":"quarantine"}]}`:                                 intake.ErrDamaged,
		`{"v":1,"uid":9,"again":[[9,9]],"doubts":[[9,1]]}`:                                        intake.ErrDamaged,
		`{"v":1,"uid":9,"doubts":[[9,4]]}`:                                                        intake.ErrDamaged,
		`{"v":1,"uid":9,"doubts":[[9,1],[9,1]]}`:                                                  intake.ErrDamaged,
		`{"v":1,"uid":9,"doubts":[[9,1]],"pending":[{"uid":9,` + m + `}]}`:                        intake.ErrDamaged,
		`{"v":1,"uid":9,"astray":[{"uid":9,` + m + `}]}`:                                          intake.ErrDamaged,
		`{"v":1,"uid":9,"astray":[{"at":9}]}`:                                                     intake.ErrDamaged,
		`{"v":1,"astray":[{` + m + `,"times":3}]}`:                                                intake.ErrDamaged,
		`{"v":1,"kept":{"days":[{"day":"yesterday","uids":[[1,1]]}]}}`:                            intake.ErrDamaged,
		`{"v":1,"kept":{"days":[{"day":"2026-09-07","uids":[[2,1]]}]}}`:                           intake.ErrDamaged,
		`{"v":1,"kept":{"days":[{"day":"2026-09-07","uids":[[1,4294967295]]}]}}`:                  intake.ErrDamaged,
		`{"v":1,"kept":{"days":[{"day":"2026-09-07","uids":[]},{"day":"2026-09-07","uids":[]}]}}`: intake.ErrDamaged,
		`{"v":1,"uid":9,"lost":["AAAA"]}`:                                                         intake.ErrDamaged,
		`{"v":1,"uid":9` + strings.Repeat(" ", maxCursor) + `}`:                                   intake.ErrDamaged,
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
				next := p.clone()
				next.remove(removal{uid: uid, meaning: digest(byte(uid)), to: quarantine})
				if string(p.encode()) != before {
					t.Fatalf("seed %d: the place before %d has changed", seed, uid)
				}
				switch r.IntN(3) {
				case 0:
					p.postpone(uid)
					open[uid] = true
				case 1:
					p.suspect(uid, time.Unix(0, 0), r.IntN(2) == 0)
					open[uid] = false
					if !p.in(uid) || p.waits(uid) {
						t.Fatalf("seed %d: UID %d is not in doubt", seed, uid)
					}
					p.advance(uid)
				default:
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
		at      place
		trouble intake.Trouble
	}{
		{place{}, ""},
		{place{pending: make([]removal, maxPending-perFetch), again: make([]imap.UID, maxAgain-perFetch)}, ""},
		{place{pending: make([]removal, maxPending-perFetch+1)}, intake.TooMuchStuck},
		{place{again: make([]imap.UID, maxAgain-perFetch+1)}, intake.TooMuchStuck},
	} {
		r := round{at: &tt.at}
		if got := trouble(r.room()); got != tt.trouble {
			t.Errorf("%d pending, %d waiting: %q, want %q", len(tt.at.pending), len(tt.at.again), got, tt.trouble)
		}
	}
}

// FuzzCursor: what is read as a place is written as one that is read the same.
func FuzzCursor(f *testing.F) {
	for _, p := range []place{{}, {validity: 1, uid: 9, again: []imap.UID{1, 2, 9}, doubts: []doubt{{3, 1, 5}}, kept: kept{"", 4, []keptDay{{"2026-09-07", imap.UIDSet{{Start: 1, Stop: 9}}}}}}, {uid: 9, pending: []removal{{uid: 8, meaning: digest(1), at: 5}, {uid: 9, meaning: digest(3), to: quarantine}}, astray: []removal{{meaning: digest(4)}}, lost: [][]byte{digest(2)}}} {
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
