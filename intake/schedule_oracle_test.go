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
