package public_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
)

// Guessing codes gets slow, and locks nobody out: after thirty wrong ones the
// right one still opens, on every form that takes one, and others do not wait.
func TestGuess(t *testing.T) {
	for _, address := range []string{"192.0.2.7:1000", "127.0.0.1:1"} {
		synctest.Test(t, func(t *testing.T) {
			w := newReturned(t)
			took := func(from, path, code string, status int) time.Duration {
				t.Helper()
				start := time.Now()
				p := w.from(t, from, path, url.Values{"receipt": {code}, "text": {"补充一句"}, "reply": {w.reply}})
				if p.status != status {
					t.Fatalf("%s: %d, not %d: %s", path, p.status, status, p.words())
				}
				return time.Since(start)
			}
			paths := []string{"/receipt", "/receipt/add", "/receipt/delete", "/receipt/proof"}
			for i := range 30 {
				if d := took(address, paths[i%4], intake.NewReceipt().Grouped(), http.StatusNotFound); d > 5*time.Second || i >= 15 && d == 0 || i < 8 && d > 0 {
					t.Errorf("the wrong code %d on %s takes %s", i+1, paths[i%4], d)
				}
			}
			for _, path := range paths {
				if d := took(address, path, w.code, http.StatusOK); d > 5*time.Second {
					t.Errorf("the right code on %s takes %s", path, d)
				}
			}
			if d := took("192.0.2.8:1000", "/receipt", w.code, http.StatusOK); d != 0 {
				t.Errorf("another client waits %s", d)
			}
			if d := took(address, "/receipt", "1234", http.StatusUnprocessableEntity); d > 5*time.Second {
				t.Errorf("a mistyped code takes %s", d)
			}
			time.Sleep(time.Minute)
			if d := took(address, "/receipt", w.code, http.StatusOK); d != 0 {
				t.Errorf("after a minute the right code takes %s", d)
			}
		})
	}
}

// What is added just before the closing counts, however long the look-up of its
// code has to wait.
func TestGuessAtClosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newReturned(t)
		const address = "192.0.2.7:1000"
		for range 14 {
			w.from(t, address, "/receipt", url.Values{"receipt": {intake.NewReceipt().Grouped()}})
		}
		w.Clock.Set(time.Date(2026, 9, 9, 9, 59, 59, 0, time.UTC))
		answer := make(chan page)
		go func() {
			answer <- w.from(t, address, "/receipt/add", url.Values{"receipt": {w.code}, "text": {"补充一句"}})
		}()
		synctest.Wait()
		w.Clock.Set(time.Date(2026, 9, 9, 10, 0, 1, 0, time.UTC))
		if p := <-answer; p.status != http.StatusOK || !p.shows("补充的内容已经收下") {
			t.Errorf("%d %s", p.status, p.words())
		}
	})
}
