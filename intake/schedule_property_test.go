package intake_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
)

// oracle judges an instant by the words of the design alone: it asks the
// standard library what the clock on the wall shows and compares strings. It
// shares nothing with the schedule's own arithmetic.
type oracle struct {
	intake.Rules
	loc    *time.Location
	cutoff time.Time
}

func newOracle(t testing.TB, r intake.Rules) oracle {
	o := oracle{Rules: r}
	var err error
	if o.loc, err = time.LoadLocation(r.Timezone); err != nil {
		t.Fatal(err)
	}
	if r.Cutoff != "" {
		o.cutoff = instant(t, r.Cutoff)
	}
	return o
}

func (o oracle) hours(ch intake.Channel) intake.Hours {
	h := o.Hours
	for _, c := range o.Channels {
		if c.Channel != ch {
			continue
		}
		if c.Windows != nil {
			h.Windows = c.Windows
		}
		if c.Weekdays != nil {
			h.Weekdays = c.Weekdays
		}
		if c.Open != nil {
			h.Open = c.Open
		}
		if c.Closed != nil {
			h.Closed = c.Closed
		}
	}
	return h
}

// reasons are all that hold, not just the first.
func (o oracle) reasons(ch intake.Channel, at, now time.Time) []intake.Reason {
	var out []intake.Reason
	wall := at.In(o.loc)
	day, clock, weekday := wall.Format("2006-01-02"), wall.Format("15:04"), strings.ToLower(wall.Format("Mon"))
	h := o.hours(ch)
	add := func(r intake.Reason, holds bool) {
		if holds {
			out = append(out, r)
		}
	}
	inWindow := slices.ContainsFunc(h.Windows, func(w string) bool { return w[:5] <= clock && clock < w[6:] })
	works := slices.Contains(h.Open, day) || slices.Contains(h.Weekdays, weekday) && !slices.Contains(h.Closed, day)
	add(intake.OutsideHours, !inWindow)
	add(intake.ClosedDay, !works)
	add(intake.AfterCutoff, !o.cutoff.IsZero() && !at.Before(o.cutoff))
	add(intake.AfterPeriod, day > o.Last)
	add(intake.BeforePeriod, day < o.First)
	add(intake.Future, at.After(now))
	slices.Reverse(out)
	return out
}

func (o oracle) open(ch intake.Channel, at time.Time) bool { return len(o.reasons(ch, at, at)) == 0 }

// stretches are zones and days around what makes a wall clock difficult.
var stretches = []struct{ zone, first string }{
	{"Asia/Shanghai", "2026-09-28"},
	{"Asia/Shanghai", "1986-05-01"},       // daylight saving begins
	{"Asia/Shanghai", "1991-09-12"},       // and ends for good
	{"America/New_York", "2026-03-06"},    // 02:00 to 03:00 is skipped
	{"America/New_York", "2026-10-30"},    // 01:00 to 02:00 comes twice
	{"Australia/Lord_Howe", "2026-10-02"}, // half an hour is skipped
	{"Australia/Lord_Howe", "2026-04-03"}, // half an hour comes twice
	{"America/Sao_Paulo", "2018-11-02"},   // a day begins at 01:00
	{"America/Sao_Paulo", "2018-02-16"},   // an evening's last hour comes twice
	{"America/St_Johns", "2006-10-27"},    // a minute of Sunday comes before Saturday's last hour again
	{"Pacific/Apia", "2011-12-28"},        // the 30th is skipped
	{"Asia/Kathmandu", "2026-09-07"},
	{"UTC", "1969-12-29"},
}

// randomRules draws rules around one of the stretches, of at most five days so
// that tests can look at every minute; the same seed gives the same rules.
func randomRules(t testing.TB, rng *rand.Rand) (intake.Rules, intake.Schedule) {
	place := stretches[rng.IntN(len(stretches))]
	return randomRulesAt(t, rng, place.zone, place.first)
}

func randomRulesAt(t testing.TB, rng *rand.Rand, zone, around string) (intake.Rules, intake.Schedule) {
	start := instant(t, around+"T00:00:00Z")
	day := func(i int) string { return start.AddDate(0, 0, i).Format("2006-01-02") }
	for {
		from := rng.IntN(2)
		to := from + rng.IntN(4)
		r := intake.Rules{Timezone: zone, First: day(from), Last: day(to), Hours: randomHours(rng, day, from, to, true)}
		if rng.IntN(3) == 0 {
			r.Cutoff = start.Add(time.Duration(rng.IntN(6*24*60)) * time.Minute).Format(time.RFC3339)
		}
		for _, ch := range intake.Channels() {
			if rng.IntN(3) == 0 {
				r.Channels = append(r.Channels, intake.ChannelHours{Channel: ch, Hours: randomHours(rng, day, from, to, false)})
			}
		}
		if s, err := intake.NewSchedule(r); err == nil {
			return r, s
		}
	}
}

func randomHours(rng *rand.Rand, day func(int) string, from, to int, all bool) intake.Hours {
	var h intake.Hours
	given := func() bool { return all || rng.IntN(2) == 0 }
	if given() {
		cuts := []int{0, 24 * 60}[:rng.IntN(3)] // so that midnight is often an edge
		for len(cuts) < 2 || len(cuts) < 6 && rng.IntN(2) == 0 {
			if c := rng.IntN(24*60 + 1); !slices.Contains(cuts, c) {
				cuts = append(cuts, c)
			}
		}
		slices.Sort(cuts)
		for i := 0; i+1 < len(cuts); i++ {
			if i%2 == 0 || rng.IntN(3) == 0 { // now and then adjacent to the one before
				h.Windows = append(h.Windows, fmt.Sprintf("%02d:%02d-%02d:%02d", cuts[i]/60, cuts[i]%60, cuts[i+1]/60, cuts[i+1]%60))
			}
		}
	}
	if given() {
		h.Weekdays = []string{}
		for _, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			if rng.IntN(3) > 0 {
				h.Weekdays = append(h.Weekdays, name)
			}
		}
	}
	if given() {
		h.Open, h.Closed = []string{}, []string{}
		for i := from; i <= to; i++ {
			switch rng.IntN(5) {
			case 0:
				h.Open = append(h.Open, day(i))
			case 1:
				h.Closed = append(h.Closed, day(i))
			}
		}
	}
	return h
}

// Any instant is open or has exactly one reason, the first that holds.
func TestAnyInstantIsOpenOrHasOneReason(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	seen := map[intake.Reason]int{}
	for range 300 {
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
	for range 120 {
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
	for range 150 {
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
