package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// TestLookUpsHaveAShareOfTheirOwn: neither those who look up receipts nor those
// who send reports wait for the others. A test that waits here ends as a
// deadlock.
func TestLookUpsHaveAShareOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		receipt := submit(t, b, storetest.Web(b.Clock.Now(), "以前")).Receipt
		free := b.HoldLookups()
		out := submit(t, b, storetest.Web(b.Clock.Now(), "查询再多也收得到"))
		free()
		free = b.HoldCores()
		for code, want := range map[string]error{receipt: nil, out.Receipt: nil, string(intake.NewReceipt()): intake.ErrNotFound} {
			if _, err := b.Thread(t.Context(), code); !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
		}
		free()
	})
}

// TestWaitingEndsWithItsContext: who waits for a place to seal or to look up
// may give up, and leaves nothing.
func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		receipt := string(intake.NewReceipt())
		defer b.HoldCores()()
		defer b.HoldLookups()()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 3)
		go func() {
			r := storetest.Web(b.Clock.Now(), "等不到")
			r.Files = files(intake.File{Name: "a", Body: strings.NewReader("whole")}, intake.File{Name: "b", Private: true, Body: strings.NewReader("whole")})
			_, err := b.Submit(ctx, r)
			ended <- err
		}()
		go func() {
			_, err := b.Thread(ctx, receipt)
			ended <- err
		}()
		go func() {
			_, err := b.Add(ctx, receipt, storetest.Addition(b.Clock.Now(), "补充"))
			ended <- err
		}()
		synctest.Wait()
		if n := len(ended); n != 0 {
			t.Fatalf("%d did not wait: %v", n, <-ended)
		}
		cancel()
		for range cap(ended) {
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		}
		noBlobs(t, b)
	})
}
