package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// roundTheClock is a box that takes reports at every hour of every day.
func roundTheClock(t *testing.T) *storetest.Box {
	t.Helper()
	b := &storetest.Box{Path: filepath.Join(t.TempDir(), "box"), Clock: storetest.NewClock(), Keys: storetest.NewKeys(t)}
	f := storetest.Founding(t, b.Keys)
	var err error
	f.Schedule, err = intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30",
		Hours: intake.Hours{Windows: []string{"0:00-24:00"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Create(b.Path, f, store.Options{Now: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	b.Open(t, nil)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		storetest.CheckInvariants(t, b.Path) // the log's rules among them
	})
	return b
}

// Whatever a clock does between a request and its entry, the entry is dated as
// the log's rules have it, or it is not made.
func TestWebIsDatedTodayOrYesterday(t *testing.T) {
	b := roundTheClock(t)
	midnight := time.Date(2026, 9, 19, 16, 0, 0, 0, time.UTC) // in Shanghai
	receipt := submit(t, b, storetest.Web(b.Clock.Now(), "一")).Receipt
	for _, tt := range []struct {
		arrived time.Duration // after midnight
		now     time.Duration
		date    string // "" is ErrClock
	}{
		{-time.Second, -time.Second, "2026-09-19"},
		{-time.Second, 10 * time.Minute, "2026-09-19"}, // still being sent
		{0, 0, "2026-09-20"},
		{1500 * time.Millisecond, time.Second, "2026-09-20"}, // the clock was set back a little
		{-24*time.Hour - time.Second, time.Hour, ""},         // the machine slept over a whole day
		{-24 * time.Hour, 23 * time.Hour, "2026-09-19"},
		{-24 * time.Hour, 24 * time.Hour, ""},
		{48*time.Hour + time.Second, 48*time.Hour - time.Second, ""}, // set back over midnight
	} {
		b.Clock.Set(midnight.Add(tt.now))
		// Something is recorded on every day, as the rules look at that.
		b.Act(t, entry.KindNoted, record(t, b, submitCall(t, b, fmt.Sprint(tt)).ID).Header.ID, entry.Inner{Note: &entry.Note{Text: "记"}})
		at := midnight.Add(tt.arrived)
		for what, send := range map[string]func() (intake.Outcome, error){
			"report":   func() (intake.Outcome, error) { return b.Submit(t.Context(), storetest.Web(at, "网上")) },
			"addition": func() (intake.Outcome, error) { return b.Add(t.Context(), receipt, storetest.Addition(at, "补充")) },
		} {
			out, err := send()
			switch {
			case tt.date == "":
				if !errors.Is(err, intake.ErrClock) {
					t.Errorf("%+v: a %s: %+v, %v; want ErrClock", tt, what, out, err)
				}
			case err != nil || out.Verdict != intake.Accepted:
				t.Errorf("%+v: a %s: %+v, %v", tt, what, out, err)
			default:
				if got := record(t, b, out.ID).Header.Date; got != tt.date {
					t.Errorf("%+v: a %s is dated %s", tt, what, got)
				}
			}
		}
	}
}

func submitCall(t *testing.T, b *storetest.Box, text string) intake.Outcome {
	t.Helper()
	return submit(t, b, storetest.Call(b.Clock.Now(), text))
}

// Any order of arrivals, additions, staff entries and closed days leaves a log
// that entry.Checker accepts, with the right counts; CheckInvariants looks.
func TestAnyOrderOfAdditionsObeysTheRules(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	b := roundTheClock(t)
	var held []intake.Outcome
	added := map[string]int{}
	for range 250 {
		b.Clock.Add(time.Duration(rng.IntN(90)) * time.Minute)
		at := b.Clock.Now().Add(time.Duration(rng.IntN(60*60)-45*60) * time.Minute) // up to 45 hours before, 15 after
		switch n := rng.IntN(8); {
		case n < 2 || len(held) == 0:
			if out, err := b.Submit(t.Context(), storetest.Web(at, "网上")); err == nil && out.Verdict == intake.Accepted {
				held = append(held, out)
			} else if err != nil && !errors.Is(err, intake.ErrClock) {
				t.Fatal(err)
			}
		case n < 6:
			to := held[rng.IntN(len(held))]
			out, err := b.Add(t.Context(), to.Receipt, storetest.Addition(at, "补充"))
			if err == nil && out.Verdict == intake.Accepted {
				added[to.Receipt]++
			} else if err != nil && !errors.Is(err, intake.ErrClock) {
				t.Fatal(err)
			}
		case n < 7:
			b.Act(t, entry.KindNoted, held[rng.IntN(len(held))].ID, entry.Inner{Note: &entry.Note{Text: "记"}})
		default:
			closeDays(t, b)
		}
	}
	total := 0
	for _, to := range held {
		if thread, err := b.Thread(t.Context(), to.Receipt); err != nil || thread.Added != added[to.Receipt] {
			t.Errorf("thread %+v, %v; want %d added", thread, err, added[to.Receipt])
		}
		total += added[to.Receipt]
	}
	if s, err := b.Status(t.Context()); err != nil || int(s.Accepted[intake.Web]) != len(held) || len(held) == 0 || total == 0 {
		t.Errorf("status %+v, %v; %d reports, %d additions", s, err, len(held), total)
	}
}
