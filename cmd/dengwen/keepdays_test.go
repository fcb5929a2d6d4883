package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// closedDays lists the days that a box has closed, and the instants at which.
func closedDays(t *testing.T, b *store.Box) (days []string) {
	t.Helper()
	ctx := t.Context()
	size, err := b.Size(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(ctx, 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindClosedDay {
			continue
		}
		body, err := storetest.ReadPart(b, rec.Index, 0)
		if err != nil {
			t.Fatal(err)
		}
		closed, err := entry.DecodeBody(entry.KindClosedDay, body)
		if err != nil {
			t.Fatal(err)
		}
		days = append(days, closed.(entry.ClosedDay).Day+" at "+closed.When().Format("01-02 15:04:05"))
	}
	return days
}

// TestKeepDays runs the keeper on a real box through three days, on one of
// which the wall clock is put forward by half a day while it waits.
func TestKeepDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set atomic.Int64 // by how much the wall clock was put forward
		now := func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
		box := yearBox(t, now)
		ctx, stop := context.WithCancel(t.Context())
		kept := make(chan struct{})
		go func() {
			defer close(kept)
			keepDays(ctx, box, now, slog.New(slog.DiscardHandler), new(atomic.Bool))
		}()
		synctest.Wait()
		<-time.After(18 * time.Hour) // 2000-01-01 18:00
		synctest.Wait()
		if diff := cmp.Diff([]string{"2000-01-01 at 01-01 18:00:00"}, closedDays(t, box)); diff != "" {
			t.Error(diff)
		}
		<-time.After(12 * time.Hour) // 01-02 06:00
		synctest.Wait()
		set.Store(int64(13 * time.Hour)) // it is 01-02 19:00 now
		<-time.After(lookAgain)
		synctest.Wait()
		if days := closedDays(t, box); len(days) != 2 || days[1][:10] != "2000-01-02" {
			t.Errorf("an hour after the clock was set: %v", days)
		}
		<-time.After(23 * time.Hour)
		synctest.Wait()
		if days := closedDays(t, box); len(days) != 3 {
			t.Errorf("on the third day: %v", days)
		}
		stop()
		<-kept
		if err := box.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// yearBox is a box of the year 2000, which is when a bubble's clock begins.
func yearBox(t *testing.T, now func() time.Time) *store.Box {
	t.Helper()
	schedule, err := intake.NewSchedule(intake.Rules{Timezone: "UTC", First: "2000-01-01", Last: "2000-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	founding := storetest.Founding(t, storetest.NewKeys(t))
	founding.Schedule = schedule
	dir, options := filepath.Join(t.TempDir(), "box"), store.Options{Now: now}
	if err := store.Create(dir, founding, options); err != nil {
		t.Fatal(err)
	}
	b, err := store.Open(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
