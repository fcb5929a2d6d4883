package intake_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"dengwen/intake"
)

// Any instant is open or has exactly one reason, the first that holds.
func TestAnyInstantIsOpenOrHasOneReason(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	seen := map[intake.Reason]int{}
	for range 200 {
		r, s := randomRules(t, rng)
		o := newOracle(t, r)
		start := instant(t, r.First+"T00:00:00Z").Add(-48 * time.Hour)
		for range 200 {
			at := start.Add(time.Duration(rng.Int64N(int64(9 * 24 * time.Hour))))
			if rng.IntN(2) == 0 {
				at = at.Truncate(time.Minute).Add(time.Duration(rng.IntN(2)) - 1) // edges
			}
			now := at.Add(time.Duration(rng.Int64N(int64(time.Hour))) - time.Duration(rng.IntN(2))*30*time.Minute)
			ch := intake.Channels()[rng.IntN(len(intake.Channels()))]
			var want intake.Reason
			if all := o.reasons(ch, at, now); len(all) > 0 {
				want = all[0]
			}
			got := s.Admit(ch, at, now)
			if got.Reason != want || got.Open() != (want == "") {
				t.Fatalf("%s %v (now %v): %q, want %q\n%+v", ch, at.In(o.loc), now, got.Reason, want, r)
			}
			if !got.Open() && !got.Next.Equal(s.NextOpening(ch, at)) || got.Open() && !got.Next.IsZero() {
				t.Fatalf("%s %v: next opening %v", ch, at, got.Next)
			}
			seen[want]++
		}
	}
	for _, r := range append(intake.Reasons(), "") {
		if seen[r] == 0 {
			t.Errorf("the test never met %q", r)
		}
	}
}

// Looking at every minute of the period finds the openings that NextOpening
// tells, all of them and no other; each is open and the instant before is not.
// The same look says which days admit something and when the last window ends.
func TestOpeningsAndDays(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		r, s := randomRules(t, rng)
		o := newOracle(t, r)
		from := instant(t, r.First+"T00:00:00Z").Add(-30 * time.Hour)
		to := instant(t, r.Last+"T00:00:00Z").Add(54 * time.Hour)
		ends := map[string]time.Time{}
		for _, ch := range intake.Channels() {
			days := map[string]bool{}
			next := s.NextOpening(ch, from)
			for at := from; at.Before(to); at = at.Add(time.Minute) {
				day := at.In(o.loc).Format("2006-01-02")
				open := o.open(ch, at)
				if opens := open && !o.open(ch, at.Add(-1)); opens != at.Equal(next) {
					t.Fatalf("%s %v: opens %v, but the next opening is %v\n%+v", ch, at.In(o.loc), opens, next, r)
				} else if opens {
					if before := s.NextOpening(ch, at.Add(-1)); !before.Equal(at) {
						t.Fatalf("%s: the next opening an instant before %v is %v", ch, at, before)
					}
					next = s.NextOpening(ch, at)
				}
				days[day] = days[day] || open
				if open && slices.Contains(intake.LiveChannels(), ch) && at.Before(to) {
					if end := at.Add(time.Minute); end.After(ends[day]) {
						ends[day] = end
					}
				}
			}
			if !next.IsZero() {
				t.Fatalf("%s: the opening at %v does not happen\n%+v", ch, next, r)
			}
			for day, want := range days {
				if got := s.AdmitsDay(ch, day); got != want {
					t.Fatalf("%s %s: admits %v, want %v\n%+v", ch, day, got, want, r)
				}
			}
		}
		for d := -2; d < 9; d++ {
			day := instant(t, r.First+"T00:00:00Z").AddDate(0, 0, d).Format("2006-01-02")
			got, ok := s.LastWindowEnd(day)
			if want, any := ends[day]; ok != any || !got.Equal(want) {
				t.Fatalf("%s: last window ends %v %v, want %v %v\n%+v", day, got, ok, want, any, r)
			}
		}
	}
}

// Widens finds the first minute that the next schedule admits and the old one
// did not, and none after until.
func TestWidensByMinute(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	var widened, kept int
	for range 100 {
		place := stretches[rng.IntN(len(stretches))]
		was, old := randomRulesAt(t, rng, place.zone, place.first)
		will, next := randomRulesAt(t, rng, place.zone, place.first)
		if rng.IntN(2) == 0 { // a change that only takes away
			will = was
			if will.Last == will.First {
				continue
			}
			will.Cutoff = instant(t, will.Last+"T00:00:00Z").Format(time.RFC3339)
			will.Channels = nil
			was.Channels, was.Cutoff = nil, ""
			var errOld, errNext error
			old, errOld = intake.NewSchedule(was)
			next, errNext = intake.NewSchedule(will)
			if errOld != nil || errNext != nil {
				continue
			}
		}
		a, b := newOracle(t, was), newOracle(t, will)
		start := instant(t, place.first+"T00:00:00Z").Add(-30 * time.Hour)
		until := start.Add(time.Duration(rng.IntN(8*24*60)) * time.Minute).Add(time.Duration(rng.IntN(2)))
		var wantCh intake.Channel
		var want time.Time
		for at := start; at.Before(until) && wantCh == ""; at = at.Add(time.Minute) {
			for _, ch := range intake.Channels() {
				if b.open(ch, at) && !a.open(ch, at) {
					wantCh, want = ch, at
					break
				}
			}
		}
		ch, at, found := intake.Widens(old, next, until)
		if found != (wantCh != "") || ch != wantCh || !at.Equal(want) {
			t.Fatalf("until %v: %s %v %v, want %s %v\nold %+v\nnext %+v", until, ch, at, found, wantCh, want, was, will)
		}
		if found {
			widened++
		} else {
			kept++
		}
	}
	if widened == 0 || kept == 0 {
		t.Errorf("%d widened, %d not: the test met only one kind", widened, kept)
	}
}
