package store_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// meanwhile yields what comes from files, and does something before.
func meanwhile(r *intake.Report, do func()) *intake.Report {
	list := r.Files
	r.Files = func(yield func(intake.File, error) bool) {
		do()
		list(yield)
	}
	return r
}

func TestKeysThatChangeWhileAGroupIsSealed(t *testing.T) {
	b := storetest.New(t)
	next := storetest.NewKeys(t)
	slow := meanwhile(mailed(b.Clock.Now(), "慢"), func() { b.Rekey(t, next) })
	if _, err := b.SubmitGroup(t.Context(), []*intake.Report{slow}, intake.Cursor{}); !errors.Is(err, intake.ErrSchedule) {
		t.Fatalf("a report sealed to keys that are no longer in force: %v", err)
	}
	noBlobs(t, b)
	group := []*intake.Report{mailed(b.Clock.Now(), "慢"), storetest.Call(b.Clock.Now(), "没有附件")}
	outs, err := b.SubmitGroup(t.Context(), group, intake.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outs {
		if _, err := storetest.OpenPart(b.Box, record(t, b, o.ID), 0, next.Team); err != nil {
			t.Error(err)
		}
	}
}

// A report that was refused before the schedule changed is sealed with the rest
// once it is not, and no file is read twice for it.
func TestAScheduleThatChangesWhileAGroupIsSealed(t *testing.T) {
	b := storetest.New(t)
	morning := time.Date(2026, 10, 31, 0, 30, 0, 0, time.UTC) // 08:30 on the day after the last
	b.Clock.Set(morning)
	rules := storetest.Schedule(t).Rules()
	rules.Last = "2026-10-31"
	longer, err := intake.NewSchedule(rules)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	slow := meanwhile(mailed(morning.Add(-24*time.Hour), "昨天的"), func() {
		read++
		if err := b.Reschedule(t.Context(), longer); err != nil {
			t.Error(err)
		}
	})
	outs, err := b.SubmitGroup(t.Context(), []*intake.Report{mailed(morning, "早上的"), slow}, intake.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	if outs[0].Verdict != intake.Accepted || outs[1].Verdict != intake.Accepted || read != 1 {
		t.Errorf("outcomes %+v; read %d times", outs, read)
	}
	if s := status(t, b); s.Refused[intake.Mail] != 0 {
		t.Errorf("status %+v", s)
	}
	blobsLeft(t, b, 2)
}

// A group with a row of a file that is on its way in waits for the file.
func TestAGroupWaitsForAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		done := make(chan error, 1)
		group := func() {
			outs, err := b.SubmitGroup(t.Context(), []*intake.Report{mailed(b.Clock.Now(), "一封信"), storetest.Call(b.Clock.Now(), "台账一行")}, intake.Cursor{})
			if err == nil && (outs[0].Verdict != intake.Accepted || outs[1].Verdict != intake.Duplicate) {
				err = fmt.Errorf("outcomes %+v", outs)
			}
			done <- err
		}
		err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
			for range 300 { // more than are staged together
				if !yield(storetest.Call(b.Clock.Now(), "台账一行"), nil) {
					return
				}
			}
			go group()
			synctest.Wait()
			if len(done) > 0 {
				t.Error("the group did not wait")
			}
		}, func(int, intake.Outcome) {})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
