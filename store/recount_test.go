package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// A box of an earlier version counts refusals by channel alone; its log has the
// reasons.
func TestOldRefusalsAreCountedByReason(t *testing.T) {
	storetest.CheckInvariants(t, filepath.Join(golden, "box")) // also before it is open again
	b := openGolden(t)
	want := map[intake.Channel]map[intake.Reason]int64{}
	sum := map[intake.Channel]int64{}
	for _, day := range closedDays(t, b) {
		for _, n := range day.Refused {
			if want[n.Channel] == nil {
				want[n.Channel] = map[intake.Reason]int64{}
			}
			want[n.Channel][n.Reason] += n.N
			sum[n.Channel] += n.N
		}
	}
	if len(want) == 0 {
		t.Fatal("the golden box has no refusals")
	}
	early := storetest.Call(b.Clock.Now().Add(-6*time.Hour), "又太早")
	submit(t, b, early)
	want[intake.Hotline][intake.OutsideHours]++
	b.Reopen(t)
	s := status(t, b)
	if diff := cmp.Diff(want, s.RefusedBy); diff != "" {
		t.Error(diff)
	}
	if s.Refused[intake.Hotline] != sum[intake.Hotline]+1 {
		t.Errorf("%d refused, want one more than %v", s.Refused[intake.Hotline], sum)
	}
}

// A box opens also where the counts by reason cannot be written.
func TestOldRefusalsOnAFullDisk(t *testing.T) {
	b := storetest.New(t)
	submit(t, b, storetest.Call(b.Clock.Now().Add(-4*time.Hour), "太早"))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, b.Path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("counts")).Delete([]byte("total/refused/hotline/outside-hours"))
	})
	f := &storetest.Fault{Step: store.StepCommit, Nth: 1}
	b.Open(t, f.Around)
	if s := status(t, b); !f.Fired() || s.Refused[intake.Hotline] != 1 || len(s.RefusedBy) != 0 {
		t.Errorf("status %+v", s)
	}
	b.Reopen(t)
	if n := status(t, b).RefusedBy[intake.Hotline][intake.OutsideHours]; n != 1 {
		t.Errorf("%d refused outside the hours, want 1", n)
	}
}

// The counts of what was turned away follow from the log, so that Check finds
// one that does not.
func TestCheckFindsWrongCounts(t *testing.T) {
	b := storetest.New(t)
	setAside(t, b, aside(b.Clock.Now(), intake.TooLarge, "大"))
	submit(t, b, storetest.Call(b.Clock.Now().Add(-4*time.Hour), "太早"))
	b.Clock.Add(24 * time.Hour)
	closeDays(t, b)
	submit(t, b, storetest.Call(b.Clock.Now().Add(-4*time.Hour), "又太早"))
	for key, found := range map[string]bool{
		"total/quarantined/mail/too-large":    true,
		"total/quarantined/mail/unfit":        true,
		"total/refused/hotline":               true,
		"total/refused/hotline/outside-hours": false, // they add up no more: the next start makes them anew
		"total/refused/mail":                  true,
		"total/accepted/web":                  true,
	} {
		t.Run(strings.ReplaceAll(key, "/", " "), func(t *testing.T) {
			copied := &storetest.Box{Path: copyBox(t, b.Path), Clock: b.Clock}
			change(t, copied.Path, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("counts")).Put([]byte(key), []byte{0, 0, 0, 0, 0, 0, 0, 9})
			})
			copied.Open(t, nil)
			defer copied.Close()
			problems, err := copied.Check(t.Context())
			if err != nil || len(problems) > 0 != found || found && !strings.Contains(problems[0].What, key) {
				t.Errorf("%v, %v", problems, err)
			}
			if n := status(t, copied).RefusedBy[intake.Hotline][intake.OutsideHours]; n != 2 {
				t.Errorf("%d refused outside the hours, want 2", n)
			}
		})
	}
}
