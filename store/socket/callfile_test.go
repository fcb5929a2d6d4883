package socket_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// phoned yields n calls, one a second before the clock; of the first perLedger,
// every tenth is from before the period, every fifth nobody answered, and every
// seventh repeats the one before. Later ones are as those of ledger.
func phoned(b *storetest.Box, n int) iter.Seq2[*intake.Call, error] {
	return func(yield func(*intake.Call, error) bool) {
		for i := range n {
			id := i
			switch {
			case i >= perLedger:
				id -= i % perLedger
			case i%7 == 6:
				id--
			}
			c := &intake.Call{At: b.Clock.Now().Add(-time.Duration(id) * time.Second), Caller: fmt.Sprintf("0100-555%04d", id), Callee: "8001",
				Seconds: 61, Answered: true, Meaning: fmt.Appendf(nil, "call\x00%d", id)}
			switch {
			case id%10 == 3:
				c.At = c.At.AddDate(0, 0, -30)
			case id%5 == 4:
				c.Seconds, c.Answered = 0, false
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestCallsGoIn(t *testing.T) {
	const n = 700
	submit := func(box socket.Box, b *storetest.Box, dryRun bool) (all []intake.Outcome) {
		t.Helper()
		read := 0 // as in TestFileGoesIn
		counted := func(yield func(*intake.Call, error) bool) {
			for c, err := range phoned(b, n) {
				if read++; !yield(c, err) {
					return
				}
			}
		}
		err := box.SubmitCalls(t.Context(), dryRun, counted, func(i int, o intake.Outcome) {
			if i != len(all) || i >= read {
				t.Fatalf("outcome %d after %d, %d were read", i, len(all), read)
			}
			o.ID = ""
			all = append(all, o)
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	near, far := storetest.New(t), storetest.New(t)
	c, _, _ := serve(t, far)
	for _, dryRun := range []bool{true, false, false} {
		want, got := submit(near, near, dryRun), submit(c, far, dryRun)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != n || got[3].Reason != intake.BeforePeriod {
			t.Fatalf("%d outcomes: %s", len(got), diff)
		}
		if size, err := c.Size(t.Context()); dryRun && (err != nil || size != 4) {
			t.Errorf("after a dry run %d entries, %v", size, err)
		}
	}
	want, _ := near.Size(t.Context())
	if got, err := c.Size(t.Context()); err != nil || got != want || got == 4 {
		t.Errorf("%d entries, not %d: %v", got, want, err)
	}
	in, err := storetest.OpenPart(far.Box, collect(t, c.Entries(t.Context(), 4, 5))[0], 0, far.Keys.Custodian)
	if err != nil {
		t.Fatal(err)
	}
	call := entry.Call{At: far.Clock.Now().UTC(), Caller: "0100-5550000", Callee: "8001", Seconds: 61, Answered: true}
	if diff := cmp.Diff(&call, in.Call); diff != "" {
		t.Error(diff)
	}
	if err := c.SubmitCalls(t.Context(), false, phoned(far, 0), nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// stillTakesCalls checks that nothing of a file went in and that the next one
// is not held up.
func stillTakesCalls(t *testing.T, b *storetest.Box, c *socket.Client) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	err := c.SubmitCalls(t.Context(), false, phoned(b, 1), func(_ int, o intake.Outcome) {
		if o.Verdict != intake.Accepted {
			t.Errorf("a call of the file that did not go in: %+v", o)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCallsThatFail(t *testing.T) {
	odd := errors.New("line 400 is no call")
	at := storetest.Start
	for name, last := range map[string]struct {
		call *intake.Call
		err  error
		want error
		says string
	}{
		"of its own":     {err: odd, want: odd, says: "line 400 is no call"},
		"no instant":     {call: &intake.Call{}, want: intake.ErrInvalid, says: "call 401: "},
		"less than none": {call: &intake.Call{At: at, Seconds: -1}, want: intake.ErrInvalid, says: "call 401: "},
		"a long number":  {call: &intake.Call{At: at, Caller: strings.Repeat("0", intake.MaxField+1)}, want: intake.ErrTooLong, says: "call 401: "},
		"over the limit": {call: &intake.Call{At: at, Caller: strings.Repeat("\x01", socket.MaxRecord/6)}, want: intake.ErrTooLong, says: "call 401: "},
		"beyond JSON":    {call: &intake.Call{At: at.AddDate(18000, 0, 0)}, want: intake.ErrInvalid, says: "call 401: "},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			c, _, _ := serve(t, b)
			// As in TestFileThatFails, many more follow.
			calls := func(yield func(*intake.Call, error) bool) {
				for c, err := range phoned(b, 400) {
					if !yield(c, err) {
						return
					}
				}
				if !yield(last.call, last.err) {
					return
				}
				for c, err := range phoned(b, 5000) {
					if !yield(c, err) {
						return
					}
				}
			}
			err := c.SubmitCalls(t.Context(), false, calls, func(int, intake.Outcome) {})
			if !errors.Is(err, last.want) || !strings.HasPrefix(err.Error(), last.says) {
				t.Errorf("%v", err)
			}
			stillTakesCalls(t, b, c)
		})
	}
}

func TestCancelInTheMiddleOfCalls(t *testing.T) {
	for _, after := range []int{0, 1, 300, 600} {
		b := storetest.New(t)
		c, _, _ := serve(t, b)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		calls := func(yield func(*intake.Call, error) bool) {
			for c, err := range phoned(b, 700) {
				if n == after {
					cancel()
				}
				if n++; !yield(c, err) {
					return
				}
			}
		}
		if err := c.SubmitCalls(ctx, false, calls, func(int, intake.Outcome) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d calls: %v", after, err)
		}
		stillTakesCalls(t, b, c)
	}
}
