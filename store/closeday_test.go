package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// closedDays reads the closed-day entries of a box.
func closedDays(t *testing.T, b *storetest.Box) (days []entry.ClosedDay) {
	t.Helper()
	size, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range b.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindClosedDay {
			continue
		}
		raw, err := storetest.ReadPart(b.Box, rec.Index, 0)
		if err != nil {
			t.Fatal(err)
		}
		body, err := entry.DecodeBody(rec.Header.Kind, raw)
		if err != nil {
			t.Fatal(err)
		}
		days = append(days, body.(entry.ClosedDay))
	}
	return days
}

func closeDays(t *testing.T, b *storetest.Box) {
	t.Helper()
	if err := b.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestADayIsClosedAfterItsLastWindow(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, storetest.Web(b.Clock.Now(), "今天的"))
	submit(t, b, storetest.Call(b.Clock.Now().Add(-24*time.Hour), "昨天打来的"))
	submit(t, b, storetest.Call(b.Clock.Now().Add(-4*time.Hour), "太早"))
	closeDays(t, b)
	if days := closedDays(t, b); len(days) != 0 {
		t.Fatalf("closed before the last window ended: %+v", days)
	}
	end := time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)
	if next, err := b.NextClosing(t.Context()); err != nil || !next.Equal(end) {
		t.Errorf("next closing %s, %v; want %s", next, err, end)
	}
	b.Clock.Set(end)
	b.Reopen(t) // counts survive
	closeDays(t, b)
	closeDays(t, b)
	want := []entry.ClosedDay{{At: end, Day: "2026-09-08",
		Accepted: []entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}, {Day: "2026-09-08", Channel: intake.Web, N: 1}},
		Refused:  []entry.Count{{Day: "2026-09-08", Channel: intake.Hotline, Reason: intake.OutsideHours, N: 1}}}}
	if diff := cmp.Diff(want, closedDays(t, b)); diff != "" {
		t.Error(diff)
	}
	note, err := b.PublicCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := openNote(t, b, note); c.Size != 7 {
		t.Errorf("the public checkpoint covers %d entries, want 7", c.Size)
	}
}

func TestMissedDaysAreClosedAtTheNextStart(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, storetest.Web(b.Clock.Now(), "停机之前"))
	b.Clock.Set(time.Date(2026, 9, 11, 1, 0, 0, 0, time.UTC))
	closeDays(t, b)
	var got []string
	for _, d := range closedDays(t, b) {
		got = append(got, d.Day)
	}
	if diff := cmp.Diff([]string{"2026-09-08", "2026-09-09", "2026-09-10"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDaysAfterThePeriodAreClosedOnlyWithSomethingToCount(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC))
	closeDays(t, b)
	before := len(closedDays(t, b))
	submit(t, b, storetest.Call(time.Date(2026, 10, 30, 3, 0, 0, 0, time.UTC), "补录的电话"))
	closeDays(t, b)
	if n := len(closedDays(t, b)); n != before {
		t.Fatalf("%d days closed, want %d: the day is not over", n, before)
	}
	b.Clock.Add(24 * time.Hour)
	closeDays(t, b)
	days := closedDays(t, b)
	if last := days[len(days)-1]; len(days) != before+1 || last.Day != "2026-11-20" || last.Accepted[0].Day != "2026-10-30" {
		t.Errorf("closed days %+v", days[before:])
	}
}

// What was still being sent at the very last closing comes into a checkpoint all
// the same, once the next day is over.
func TestALateReportOfTheLastDayIsClosedToo(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 10, 30, 9, 59, 0, 0, time.UTC))
	began := b.Clock.Now()
	b.Clock.Add(2 * time.Minute) // 18:01
	closeDays(t, b)
	before := len(closedDays(t, b))
	out := submit(t, b, storetest.Web(began, "十八点还在传"))
	for range 2 {
		closeDays(t, b)
		if n := len(closedDays(t, b)); n != before {
			t.Fatalf("%d days closed at %s, want %d", n, b.Clock.Now(), before)
		}
		b.Clock.Set(time.Date(2026, 10, 31, 15, 59, 59, 0, time.UTC)) // 23:59:59
	}
	b.Clock.Add(time.Second)
	closeDays(t, b)
	days := closedDays(t, b)
	if last := days[len(days)-1]; len(days) != before+1 || last.Day != "2026-10-31" || len(last.Accepted) != 1 || last.Accepted[0].Day != "2026-10-30" {
		t.Errorf("closed days %+v", days[before:])
	}
	if _, err := b.Proof(t.Context(), out.Receipt); err != nil {
		t.Error("no proof:", err)
	}
	b.Clock.Add(48 * time.Hour)
	closeDays(t, b)
	if n := len(closedDays(t, b)); n != before+1 {
		t.Errorf("%d days closed, though nothing came", n)
	}
}

func TestAMissingNoteIsSignedAgain(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	name := filepath.Join(b.Path, "checkpoints", "000000000005-2026-09-08")
	first, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	b.Reopen(t)
	closeDays(t, b)
	again, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(first), string(again)); diff != "" {
		t.Error(diff)
	}
}

func openNote(t *testing.T, b *storetest.Box, note []byte) merkle.Checkpoint {
	t.Helper()
	state, err := b.State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	v, err := merkle.ParseVerifier(state.Key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := v.Open(note)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
