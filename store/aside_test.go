package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// aside is a mail that goes to quarantine; its text is its whole meaning.
func aside(at time.Time, why intake.Quarantine, text string) intake.Aside {
	return intake.Aside{Channel: intake.Mail, Arrived: at, Why: why, Source: intake.Source{Meaning: []byte(text)}}
}

func setAside(t *testing.T, b *storetest.Box, list ...intake.Aside) {
	t.Helper()
	for _, a := range list {
		if err := b.SetAside(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

func status(t *testing.T, b *storetest.Box) entry.Status {
	t.Helper()
	s, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSetAsideIsCountedOnce(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	if s := status(t, b); s.Quarantined == nil || s.RefusedBy == nil {
		t.Errorf("status %+v", s)
	}
	nowhere := aside(now, intake.Unreadable, "")
	setAside(t, b, aside(now, intake.TooLarge, "大"), aside(now, intake.TooLarge, "大"), aside(now, intake.ManyParts, "大"), nowhere, nowhere)
	b.Reopen(t)
	setAside(t, b, aside(now, intake.TooLarge, "大"), aside(now.Add(-9*time.Hour), intake.TooLarge, "夜里也算"))
	call := aside(now, intake.TooLarge, "大")
	call.Channel = intake.Hotline
	setAside(t, b, call)
	want := map[intake.Channel]map[intake.Quarantine]int64{intake.Mail: {intake.TooLarge: 2, intake.Unreadable: 2}, intake.Hotline: {intake.TooLarge: 1}}
	if diff := cmp.Diff(want, status(t, b).Quarantined); diff != "" {
		t.Error(diff)
	}
	// Its meaning is no report's: it can come in, and be set aside, as before.
	if out := submit(t, b, letter(now, "大")); out.Verdict != intake.Accepted {
		t.Errorf("outcome %+v", out)
	}
	setAside(t, b, aside(now, intake.Unfit, "大"))
	if diff := cmp.Diff(want, status(t, b).Quarantined); diff != "" {
		t.Error(diff)
	}
	// What is forgotten counts again; a report of the same meaning is forgotten too.
	forget(t, b, "uid 1", "大")
	if n := len(dedupe(t, b)); n != 2 { // the one at night, and the call
		t.Errorf("%d keys are left, want 2", n)
	}
	setAside(t, b, aside(now, intake.Unfit, "大"))
	want[intake.Mail][intake.Unfit] = 1
	if diff := cmp.Diff(want, status(t, b).Quarantined); diff != "" {
		t.Error(diff)
	}
}

func TestADayOnWhichOnlySomethingWasSetAsideIsClosed(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)) // the period is over
	closeDays(t, b)
	before := len(closedDays(t, b))
	now := b.Clock.Now()
	setAside(t, b, aside(time.Time{}, intake.Unreadable, "不知何时"), aside(now.Add(72*time.Hour), intake.Unfit, "将来"), aside(now.Add(-240*time.Hour), intake.TooLarge, "早先"),
		aside(now, intake.DeepParts, "一"), aside(now, intake.DeepParts, "二"))
	b.Clock.Add(24 * time.Hour)
	closeDays(t, b)
	closeDays(t, b)
	days := closedDays(t, b)
	if len(days) != before+1 {
		t.Fatalf("%d days closed, want one more than %d", len(days), before)
	}
	mail := func(day string, why intake.Quarantine, n int64) entry.Aside {
		return entry.Aside{Day: day, Channel: intake.Mail, Reason: why, N: n}
	}
	want := entry.ClosedDay{At: b.Clock.Now(), Day: "2026-11-20", Accepted: []entry.Count{}, Refused: []entry.Count{},
		Quarantined: []entry.Aside{mail("2026-11-10", intake.TooLarge, 1), mail("2026-11-20", intake.DeepParts, 2), mail("2026-11-20", intake.Unfit, 1), mail("2026-11-20", intake.Unreadable, 1)}}
	if diff := cmp.Diff(want, days[before]); diff != "" {
		t.Error(diff)
	}
	if got := status(t, b).Quarantined[intake.Mail]; got[intake.DeepParts] != 2 || len(got) != 4 {
		t.Errorf("totals after the closing: %v", got)
	}
}

func TestSetAsideErrors(t *testing.T) {
	b := storetest.New(t)
	good := aside(b.Clock.Now(), intake.TooLarge, "大")
	good.Source.Cursor = intake.Cursor{Name: "mail", Value: []byte("uid 2"), After: []byte("uid 1")}
	telex, why := good, good
	telex.Channel, why.Why = "telex", "boring"
	for name, c := range map[string]struct {
		a    intake.Aside
		want error
	}{"channel": {telex, intake.ErrInvalid}, "reason": {why, intake.ErrInvalid}, "cursor": {good, intake.ErrMoved}} {
		if err := b.SetAside(t.Context(), c.a); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(status(t, b).Quarantined); n != 0 || len(dedupe(t, b)) != 0 {
		t.Errorf("%d channels are counted", n)
	}
	good.Source.Cursor.After = []byte{}
	setAside(t, b, good)
	if at, err := b.Cursor(t.Context(), "mail"); err != nil || string(at) != "uid 2" {
		t.Errorf("cursor %q, %v", at, err)
	}
	end(t, b)
	if err := b.SetAside(t.Context(), aside(b.Clock.Now(), intake.Unfit, "结束以后")); !errors.Is(err, intake.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

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
