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
	"dengwen/store/socket"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// rows yields n rows as storetest.Calls does, but the later ones are as those of
// ledger.
func rows(b *storetest.Box, n int) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for r, err := range storetest.Calls(b, min(n, perLedger)) {
			if !yield(r, err) {
				return
			}
		}
		for i := perLedger; i < n; i++ {
			r := storetest.Call(b.Clock.Now().Add(-time.Duration(i)*time.Second), fmt.Sprintf("第%d行", i-i%perLedger))
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestFileGoesIn(t *testing.T) {
	const n = 700
	submit := func(box socket.Box, b *storetest.Box, dryRun bool) []intake.Outcome {
		t.Helper()
		var all []intake.Outcome
		read := 0 // reports and each run in this goroutine: no lock, and the race detector looks
		counted := func(yield func(*intake.Report, error) bool) {
			for r, err := range rows(b, n) {
				if read++; !yield(r, err) {
					return
				}
			}
		}
		err := box.SubmitAll(t.Context(), dryRun, counted, func(i int, o intake.Outcome) {
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
		if diff := cmp.Diff(want, got); diff != "" || len(got) != n {
			t.Fatalf("%d outcomes: %s", len(got), diff)
		}
	}
	want, _ := near.Size(t.Context())
	if got, err := c.Size(t.Context()); err != nil || got != want || got == 4 {
		t.Errorf("%d entries, not %d: %v", got, want, err)
	}
	if err := c.SubmitAll(t.Context(), false, rows(far, 0), nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// stillTakes checks that nothing of a file went in and that the channel is not
// held up.
func stillTakes(t *testing.T, b *storetest.Box, c *socket.Client) {
	t.Helper()
	if n, err := b.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("%d entries, %v", n, err)
	}
	out, err := c.Submit(t.Context(), storetest.Call(b.Clock.Now(), "第0行"))
	if err != nil || out.Verdict != intake.Accepted {
		t.Errorf("a row of the file that did not go in: %+v, %v", out, err)
	}
}

func TestFileThatFails(t *testing.T) {
	odd := errors.New("row 400 has no time")
	for name, last := range map[string]struct {
		report *intake.Report
		err    error
		want   error
	}{
		"of its own":      {err: odd, want: odd},
		"another channel": {report: storetest.Web(storetest.Start, "网"), want: intake.ErrInvalid},
		"with files": {report: func() *intake.Report {
			r := storetest.Call(storetest.Start, "附件")
			r.Files = files()
			return r
		}(), want: intake.ErrInvalid},
		"not a report":   {report: storetest.Call(storetest.Start, ""), want: intake.ErrEmpty},
		"over the limit": {report: storetest.Call(storetest.Start, strings.Repeat("\x01", socket.MaxRecord/6)), want: intake.ErrTooLong},
		"beyond JSON":    {report: storetest.Call(time.Date(20026, 1, 1, 0, 0, 0, 0, time.UTC), "x"), want: intake.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			c, _, _ := serve(t, b)
			// Many more rows follow: a server that answers in the middle must
			// not leave the client waiting for somebody to read them.
			reports := func(yield func(*intake.Report, error) bool) {
				for r, err := range rows(b, 400) {
					if !yield(r, err) {
						return
					}
				}
				if !yield(last.report, last.err) {
					return
				}
				for r, err := range rows(b, 5000) {
					if !yield(r, err) {
						return
					}
				}
			}
			if err := c.SubmitAll(t.Context(), false, reports, func(int, intake.Outcome) {}); !errors.Is(err, last.want) {
				t.Errorf("%v", err)
			}
			stillTakes(t, b, c)
		})
	}
}

func TestCancelInTheMiddleOfAFile(t *testing.T) {
	for _, after := range []int{0, 1, 300, 600} {
		b := storetest.New(t)
		c, _, _ := serve(t, b)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		reports := func(yield func(*intake.Report, error) bool) {
			for r, err := range rows(b, 700) {
				if n == after {
					cancel()
				}
				if n++; !yield(r, err) {
					return
				}
			}
		}
		if err := c.SubmitAll(ctx, false, reports, func(int, intake.Outcome) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d rows: %v", after, err)
		}
		stillTakes(t, b, c)
	}
}

// TestCancelAtTheEndOfAFile cancels when every row was sent. Whatever the
// client says then is true.
func TestCancelAtTheEndOfAFile(t *testing.T) {
	b := storetest.New(t)
	c, _, _ := serve(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const n = 300
	err := c.SubmitAll(ctx, false, func(yield func(*intake.Report, error) bool) {
		for r, err := range rows(b, n) {
			if !yield(r, err) {
				return
			}
		}
		go cancel()
	}, func(int, intake.Outcome) {})
	size, sizeErr := b.Size(t.Context())
	if sizeErr != nil {
		t.Fatal(sizeErr)
	}
	if in := size > 4; in != (err == nil) {
		t.Errorf("%d entries, and the client says %v", size, err)
	}
}
