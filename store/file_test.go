package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

func tally(into map[intake.Verdict]int) func(int, intake.Outcome) {
	return func(_ int, o intake.Outcome) { into[o.Verdict]++ }
}

func TestFileGoesInOnce(t *testing.T) {
	b := storetest.New(t)
	const rows = 700 // several chunks
	dry, wet, again := map[intake.Verdict]int{}, map[intake.Verdict]int{}, map[intake.Verdict]int{}
	if err := b.SubmitAll(t.Context(), true, storetest.Calls(b, rows), tally(dry)); err != nil {
		t.Fatal(err)
	}
	if n, _ := b.Size(t.Context()); n != 4 {
		t.Fatalf("a dry run wrote %d entries", n-4)
	}
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, rows), tally(wet)); err != nil {
		t.Fatal(err)
	}
	b.Reopen(t)
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, rows), tally(again)); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(dry) != fmt.Sprint(wet) {
		t.Errorf("dry run %v, import %v", dry, wet)
	}
	if again[intake.Accepted] != 0 || again[intake.Refused] != wet[intake.Refused] || again[intake.Duplicate] != wet[intake.Accepted]+wet[intake.Duplicate] {
		t.Errorf("first %v, again %v", wet, again)
	}
	s, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if int(s.Accepted[intake.Hotline]) != wet[intake.Accepted] || s.Entries != int64(4+wet[intake.Accepted]) {
		t.Errorf("status %+v after %v", s, wet)
	}
	if got, want := int(s.Refused[intake.Hotline]), wet[intake.Refused]; got != want {
		t.Errorf("%d refusals counted, want %d", got, want)
	}
}

func TestFileFailsWhole(t *testing.T) {
	torn := errors.New("the file is torn")
	b := storetest.New(t)
	submit(t, b, storetest.Call(b.Clock.Now(), "第1行")) // its mark must survive the failed file
	early := storetest.Call(b.Clock.Now().Add(-5*time.Hour), "早")
	submit(t, b, early)
	err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for r := range storetest.Calls(b, 600) {
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, torn)
	}, tally(map[intake.Verdict]int{}))
	if !errors.Is(err, torn) {
		t.Fatalf("error %v", err)
	}
	if n, _ := b.Size(t.Context()); n != 5 {
		t.Errorf("%d entries are left", n-5)
	}
	if out := submit(t, b, storetest.Call(b.Clock.Now(), "第1行")); out.Verdict != intake.Duplicate {
		t.Errorf("the row that was there before: %+v", out)
	}
	if out := submit(t, b, storetest.Call(b.Clock.Now(), "第2行")); out.Verdict != intake.Accepted {
		t.Errorf("a row of the failed file, sent again: %+v", out)
	}
	got := map[intake.Verdict]int{}
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, 600), tally(got)); err != nil {
		t.Fatal(err)
	}
	if got[intake.Accepted] == 0 {
		t.Errorf("the mended file: %v", got)
	}
}

func TestOthersSubmitWhileAFileComesIn(t *testing.T) {
	b := storetest.New(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if out, err := b.Submit(context.Background(), storetest.Web(b.Clock.Now(), "同时")); err != nil || out.Verdict != intake.Accepted {
					t.Errorf("%+v, %v", out, err)
				}
			}
		}
	})
	wg.Go(func() { // the same rows from a second officer: none may be lost or taken twice
		if err := b.SubmitAll(context.Background(), false, storetest.Calls(b, 600), tally(map[intake.Verdict]int{})); err != nil {
			t.Error(err)
		}
	})
	got := map[intake.Verdict]int{}
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, 600), tally(got)); err != nil {
		t.Error(err)
	}
	close(stop)
	wg.Wait()
	s, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[intake.Verdict]int{}
	fresh := storetest.New(t)
	if err := fresh.SubmitAll(t.Context(), true, storetest.Calls(fresh, 600), tally(want)); err != nil {
		t.Fatal(err)
	}
	if int(s.Accepted[intake.Hotline]) != want[intake.Accepted] {
		t.Errorf("%d rows in the box, the file has %d", s.Accepted[intake.Hotline], want[intake.Accepted])
	}
}

func TestScheduleChangesWhileAFileIsRead(t *testing.T) {
	b := storetest.New(t)
	narrow, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-30"})
	if err != nil {
		t.Fatal(err)
	}
	err = b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		if !yield(storetest.Call(b.Clock.Now(), "按旧的时间"), nil) {
			return
		}
		if err := b.Reschedule(t.Context(), narrow); err != nil {
			t.Error(err)
		}
	}, tally(map[intake.Verdict]int{}))
	if !errors.Is(err, intake.ErrSchedule) {
		t.Errorf("error %v", err)
	}
}

func TestAFileHoldsRows(t *testing.T) {
	b := storetest.New(t)
	attached := storetest.Call(b.Clock.Now(), "附件")
	attached.Files = files()
	for name, r := range map[string]*intake.Report{"web": storetest.Web(b.Clock.Now(), "一"), "attachments": attached} {
		err := b.SubmitAll(t.Context(), false, oneRow(r), tally(map[intake.Verdict]int{}))
		if !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilesTakeTurns(t *testing.T) {
	b := storetest.New(t)
	torn := errors.New("torn")
	letter := func(i int) *intake.Report {
		return &intake.Report{Channel: intake.Letter, Arrived: b.Clock.Now(), Text: "信", Source: intake.Source{Meaning: fmt.Append(nil, i)}}
	}
	// The letters' file waits half way until the other has had its chance to
	// begin, and fail, in between.
	begun := make(chan error)
	err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range 300 {
			if !yield(letter(i), nil) {
				return
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			begun <- b.SubmitAll(ctx, false, func(yield func(*intake.Report, error) bool) { yield(nil, torn) }, tally(map[intake.Verdict]int{}))
		}()
		cancel()
		if err := <-begun; !errors.Is(err, context.Canceled) && !errors.Is(err, torn) {
			t.Error(err)
		}
	}, tally(map[intake.Verdict]int{}))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := b.Status(t.Context()); err != nil || s.Accepted[intake.Letter] != 300 || s.Entries != 304 {
		t.Errorf("status %+v, %v", s, err)
	}
}

func TestAPanicInAFileLeavesNothing(t *testing.T) {
	b := storetest.New(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_ = b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
			for r := range storetest.Calls(b, 600) {
				if !yield(r, nil) {
					return
				}
			}
			panic("a reader with a fault")
		}, tally(map[intake.Verdict]int{}))
	}()
	got := map[intake.Verdict]int{}
	if err := b.SubmitAll(t.Context(), false, storetest.Calls(b, 600), tally(got)); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Status(t.Context()); err != nil || int(s.Accepted[intake.Hotline]) != got[intake.Accepted] || got[intake.Accepted] == 0 {
		t.Errorf("outcomes %v, status %+v, %v", got, s, err)
	}
}

// A single report whose row is in a file on its way in waits to see whether
// the file goes in.
func TestASingleReportWaitsForItsRow(t *testing.T) {
	for name, end := range map[string]error{"whole": nil, "torn": errors.New("torn")} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			got := make(chan intake.Outcome, 1)
			err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
				for r := range storetest.Calls(b, 300) {
					if !yield(r, nil) {
						return
					}
				}
				go func() {
					out, err := b.Submit(context.Background(), storetest.Call(b.Clock.Now(), "第1行"))
					if err != nil {
						t.Error(err)
					}
					got <- out
				}()
				if end != nil {
					yield(nil, end)
				}
			}, tally(map[intake.Verdict]int{}))
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
			want := intake.Duplicate
			if end != nil {
				want = intake.Accepted
			}
			if out := <-got; out.Verdict != want {
				t.Errorf("verdict %q, want %q", out.Verdict, want)
			}
		})
	}
}

func oneRow(r *intake.Report) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) { yield(r, nil) }
}
