package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// TestEraseReplyTellsTheDayOnly: what is in clear says no hour that the entries
// before it do not say.
func TestEraseReplyTellsTheDayOnly(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "一", "二", "三", "四")
	erase := func(i int) time.Time {
		t.Helper()
		if err := b.EraseReply(t.Context(), out.Receipt, ids[i]); err != nil {
			t.Fatal(err)
		}
		_, bodies := erasedEntries(t, b)
		return bodies[len(bodies)-1].At
	}
	b.Clock.Set(time.Date(2026, 9, 9, 13, 46, 58, 7, time.UTC)) // 21:46 in Shanghai, after hours
	midnight := time.Date(2026, 9, 8, 16, 0, 0, 0, time.UTC)
	for i := range 2 {
		if at := erase(i); !at.Equal(midnight) {
			t.Errorf("it says %s", at)
		}
		b.Clock.Add(time.Minute)
	}
	// Instants never go back: after the box's own entry of today it is that one's.
	if _, _, err := b.Export(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	exported := b.Clock.Now()
	b.Clock.Add(17 * time.Minute)
	if at := erase(2); !at.Equal(exported) {
		t.Errorf("it says %s, the entry before it %s", at, exported)
	}
	// A clock that was set back: not even to the day of the log.
	b.Clock.Add(-24 * time.Hour)
	if err := b.EraseReply(t.Context(), out.Receipt, ids[3]); !errors.Is(err, intake.ErrClock) {
		t.Errorf("a day back: %v", err)
	}
	b.Clock.Add(24*time.Hour - 30*time.Minute)
	if err := b.EraseReply(t.Context(), out.Receipt, ids[3]); !errors.Is(err, intake.ErrClock) {
		t.Errorf("half an hour back: %v", err)
	}
	if th := thread(t, b, out); len(th.Replies) != 1 {
		t.Errorf("thread %+v", th)
	}
}

func TestStartOfDay(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"Asia/Shanghai", "2026-09-08T03:00:00Z", "2026-09-07T16:00:00Z"},
		{"Asia/Shanghai", "2026-09-07T16:00:00Z", "2026-09-07T16:00:00Z"},
		{"Asia/Shanghai", "2026-09-07T15:59:59.999999999Z", "2026-09-06T16:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04T15:00:00Z", "2018-11-04T03:00:00Z"}, // midnight was skipped
		{"America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z"}, // 23:30 for the second time
		{"America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z"},    // midnight came twice
		{"Asia/Beirut", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z"},       // skipped
		{"Asia/Kathmandu", "2026-09-08T03:00:00Z", "2026-09-07T18:15:00Z"},
	} {
		day := c.want[:10]
		s, err := intake.NewSchedule(intake.Rules{Timezone: c.zone, First: "2018-01-01", Last: day})
		if err != nil {
			s, err = intake.NewSchedule(intake.Rules{Timezone: c.zone, First: day, Last: day})
		}
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		got := store.StartOfDay(s, at)
		if got.Format(time.RFC3339Nano) != c.want || s.Day(got) != s.Day(at) {
			t.Errorf("%s in %s: %s, want %s", c.at, c.zone, got.Format(time.RFC3339Nano), c.want)
		}
	}
}

// TestEraseReplyAnyTime: outside the hours, after the last day, and after the
// end.
func TestEraseReplyAnyTime(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "一", "二", "三")
	for i, at := range []time.Time{
		time.Date(2026, 9, 8, 18, 30, 0, 0, time.UTC), time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC), time.Date(2026, 12, 2, 3, 0, 0, 0, time.UTC),
	} {
		b.Clock.Set(at)
		closeDays(t, b)
		if i == 2 {
			end := b.Signed(t, entry.ClosedBody{At: at})
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			change(t, b.Path, func(tx *bbolt.Tx) error { return store.Force(tx, end.Header, end.Bodies[0]) })
			b.Open(t, nil)
			if _, err := b.Submit(t.Context(), storetest.Web(at, "太晚")); !errors.Is(err, intake.ErrClosed) {
				t.Fatalf("the inspection goes on: %v", err)
			}
		}
		if err := b.EraseReply(t.Context(), out.Receipt, ids[i]); err != nil {
			t.Errorf("at %s: %v", at, err)
		}
	}
	if th := thread(t, b, out); len(th.Replies) != 0 || th.State != intake.Replied {
		t.Errorf("thread %+v", th)
	}
}

// TestEraseReplyWhileOthersWrite: everybody deletes at once what is there, while
// staff write, days are closed, and the box checks itself.
func TestEraseReplyWhileOthersWrite(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, slices.Repeat([]string{"一", "二", "三"}, 4)...)
	var wg sync.WaitGroup
	for i, id := range slices.Concat(ids, ids) {
		wg.Go(func() {
			if err := b.EraseReply(t.Context(), out.Receipt, id); err != nil {
				t.Error(i, err)
			}
		})
	}
	for range 3 {
		wg.Go(func() { b.Act(t, entry.KindNoted, out.ID, entry.Inner{Note: &entry.Note{Text: "批注"}}) })
		wg.Go(func() {
			if err := b.CloseDays(t.Context()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if problems, err := b.Check(t.Context()); err != nil || len(problems) > 0 {
				t.Errorf("problems %v, %v", problems, err)
			}
		})
	}
	wg.Wait()
	if _, bodies := erasedEntries(t, b); len(bodies) != len(ids) {
		t.Errorf("%d replies, %d erased entries", len(ids), len(bodies))
	}
	if th := thread(t, b, out); len(th.Replies) != 0 {
		t.Errorf("thread %+v", th)
	}
}
