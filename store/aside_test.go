package store_test

import (
	"errors"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
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

// What is set aside and what is refused share no keys: each counts, whichever of
// them a message was first.
func TestSetAsideAndRefusedAreCountedApart(t *testing.T) {
	b := storetest.New(t)
	now := b.Clock.Now()
	setAside(t, b, aside(now, intake.ManyParts, "一"))
	for range 2 {
		submit(t, b, letter(now.Add(-4*time.Hour), "一"))
		submit(t, b, letter(now.Add(-4*time.Hour), "二"))
	}
	setAside(t, b, aside(now, intake.ManyParts, "二"))
	if s := status(t, b); s.Refused[intake.Mail] != 2 || s.Quarantined[intake.Mail][intake.ManyParts] != 2 {
		t.Errorf("status %+v", s)
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
