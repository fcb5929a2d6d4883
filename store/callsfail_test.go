package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// nothing checks that a call record left neither entries nor marks.
func nothing(t *testing.T, b *storetest.Box, entries int64) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != entries {
		t.Errorf("%d entries, %v; want %d", n, err, entries)
	}
	if n := len(dedupe(t, b)); n != 0 {
		t.Errorf("%d keys are left", n)
	}
}

// many are enough calls for one chunk to be staged and another begun.
func many(b *storetest.Box, n int) (calls []*intake.Call) {
	for i := range n {
		calls = append(calls, storetest.Record(b.Clock.Now().Add(-time.Duration(i)*time.Second), "13900017391"))
	}
	return calls
}

func TestARecordThatCannotBeTaken(t *testing.T) {
	bad := func(change func(c *intake.Call)) func(*storetest.Box) *intake.Call {
		return func(b *storetest.Box) *intake.Call {
			c := storetest.Record(b.Clock.Now(), "13900017391")
			change(c)
			return c
		}
	}
	for name, tt := range map[string]struct {
		last func(*storetest.Box) *intake.Call
		want error
	}{
		"no instant":    {bad(func(c *intake.Call) { c.At = time.Time{} }), intake.ErrInvalid},
		"negative":      {bad(func(c *intake.Call) { c.Seconds = -1 }), intake.ErrInvalid},
		"no UTF-8":      {bad(func(c *intake.Call) { c.Caller = "\xff" }), intake.ErrInvalid},
		"a long number": {bad(func(c *intake.Call) { c.Callee = strings.Repeat("1", intake.MaxField+1) }), intake.ErrTooLong},
	} {
		for _, dry := range []bool{true, false} {
			b := storetest.New(t)
			err := b.SubmitCalls(t.Context(), dry, storetest.Records(nil, append(many(b, 2), tt.last(b))...), func(int, intake.Outcome) {})
			if !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), "call 3: ") || strings.Contains(err.Error(), "1390") {
				t.Errorf("%s, dry %v: %v", name, dry, err)
			}
			nothing(t, b, 4)
		}
	}
	b := storetest.New(t)
	if err := b.SubmitCalls(t.Context(), false, storetest.Records(errTorn, many(b, 260)...), func(int, intake.Outcome) {}); !errors.Is(err, errTorn) || err.Error() != errTorn.Error() {
		t.Errorf("the reader's error is not as it was: %v", err)
	}
	nothing(t, b, 4)
}

// What changes while a record is read stops it, with nothing left of it.
func TestRecordsAndTheRules(t *testing.T) {
	narrow, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-30"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		before func(t *testing.T, b *storetest.Box)
		during func(t *testing.T, b *storetest.Box)
		want   error
		says   string
	}{
		"ended":             {before: end, want: intake.ErrClosed, says: "call 1: "},
		"the clock is back": {before: func(_ *testing.T, b *storetest.Box) { b.Clock.Add(-24 * time.Hour) }, want: intake.ErrClock, says: "set the clock"},
		"new schedule": {during: func(t *testing.T, b *storetest.Box) {
			if err := b.Reschedule(t.Context(), narrow); err != nil {
				t.Error(err)
			}
		}, want: intake.ErrSchedule, says: "import it again"},
		"new keys": {during: func(t *testing.T, b *storetest.Box) { b.Rekey(t, storetest.NewKeys(t)) }, want: intake.ErrSchedule, says: "import it again"},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			if tt.before != nil {
				tt.before(t, b)
			}
			var size int64
			err := b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) {
				for _, c := range many(b, 3) {
					if !yield(c, nil) {
						return
					}
				}
				if tt.during != nil {
					tt.during(t, b)
				}
			}, func(int, intake.Outcome) {})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v; want %v", err, tt.want)
			}
			if size = 4; tt.during != nil || name == "ended" {
				size = 5
			}
			nothing(t, b, size)
		})
	}
}

// One file goes in at a time, whichever kind it is.
func TestRecordsAndLedgersTakeTurns(t *testing.T) {
	b := storetest.New(t)
	waits := func(what string, submit func(context.Context) error) {
		t.Helper()
		soon, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := submit(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", what, err)
		}
	}
	each := func(int, intake.Outcome) {}
	ledger := func(ctx context.Context) error {
		return b.SubmitAll(ctx, false, oneRow(storetest.Call(b.Clock.Now(), "一行")), each)
	}
	calls := func(ctx context.Context) error {
		return b.SubmitCalls(ctx, false, storetest.Records(nil, storetest.Record(b.Clock.Now(), "1")), each)
	}
	err := b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) {
		waits("a ledger while a call record comes in", ledger)
		waits("a call record while another comes in", calls)
		yield(storetest.Record(b.Clock.Now(), "2"), nil)
	}, each)
	if err != nil {
		t.Fatal(err)
	}
	err = b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		waits("a call record while a ledger comes in", calls)
		yield(storetest.Call(b.Clock.Now(), "另一行"), nil)
	}, each)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ledger(t.Context()), calls(t.Context())); err != nil {
		t.Fatal(err)
	}
	if s := status(t, b); s.Entries != 4+2+2 || s.Accepted[intake.Hotline] != 2 {
		t.Errorf("status %+v", s)
	}
}
