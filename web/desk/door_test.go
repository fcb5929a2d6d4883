package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// try signs in with a passphrase and returns the status, and the seconds to
// wait that it comes with.
func (b *browser) try(passphrase string) (status, wait int) {
	b.t.Helper()
	a := b.post("/sign-in", with(formOf(b.t, b.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", passphrase))
	wait, _ = strconv.Atoi(a.Header.Get("Retry-After"))
	if a.StatusCode == http.StatusTooManyRequests {
		a.wants(b.t, a.StatusCode, says(b.language, "desk.guessed"), says(b.language, "desk.guessed-text", "Count", wait))
	}
	return a.StatusCode, wait
}

// TestGuessing: after five wrong passphrases each further one takes longer,
// within bounds, for the client that guesses and for no other.
func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		asked := 0
		s := b.site(t, func(o *desk.Options) {
			o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
				asked++
				return b.unlock(ctx, name, passphrase)
			}
		})
		u, v := newBrowser(t, s, ui.English), newBrowser(t, s, ui.Chinese)
		u.from, v.from = "192.0.2.1:1000", "192.0.2.2:1000"
		for i := range 5 {
			if status, _ := u.try("wrong"); status != 403 {
				t.Fatalf("try %d: %d", i+1, status)
			}
		}
		for i, want := range []int{2, 4, 8, 16, 32, 60, 60, 60} {
			before := asked
			u.header.Set("X-Forwarded-For", fmt.Sprint("198.51.100.", i))
			u.from = fmt.Sprint("192.0.2.1:", 2000+i)
			status, wait := u.try(phrase)
			if status != http.StatusTooManyRequests || wait != want || asked != before {
				t.Fatalf("after %d wrong tries: %d, to wait %d s, want %d", 5+i, status, wait, want)
			}
			later(time.Duration(want)*time.Second - time.Millisecond)
			if status, wait := u.try(phrase); status != http.StatusTooManyRequests || wait != 1 {
				t.Fatalf("a moment too early: %d, %d s", status, wait)
			}
			later(time.Millisecond)
			if status, _ := u.try("wrong"); status != 403 {
				t.Fatalf("in time: %d", status)
			}
		}
		if status, _ := v.try(phrase); status != 303 {
			t.Errorf("another client: %d", status)
		}
		later(time.Minute)
		if status, _ := u.try(phrase); status != 303 {
			t.Errorf("the right passphrase in time: %d", status)
		}
		for range 5 {
			if status, _ := u.try("wrong"); status != 403 {
				t.Errorf("tries before the right one count: %d", status)
			}
		}
		later(15 * time.Minute)
		if status, _ := v.try("wrong"); status != 403 { // whoever is wrong next, clears up
			t.Error(status)
		}
		for range 5 {
			if status, _ := u.try("wrong"); status != 403 {
				t.Errorf("tries are not forgotten: %d", status)
			}
		}
	})
}

// TestManyClients: whoever guesses from more machines than are remembered is
// counted as one.
func TestManyClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		s := b.site(t, func(o *desk.Options) {
			o.Unlock = func(context.Context, string, string) (desk.Account, error) { return nil, intake.ErrPassphrase }
		})
		u := newBrowser(t, s, ui.English)
		form := with(formOf(t, u.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", "wrong")
		for i := range 1005 {
			u.from = fmt.Sprintf("[2001:db8:0:%x::%x]:1", i, i)
			w := httptest.NewRecorder() // a thousand times the same page: nothing to examine
			if s.ServeHTTP(w, u.request(http.MethodPost, "/sign-in", form)); w.Code != 403 {
				t.Fatalf("client %d: %d", i, w.Code)
			}
		}
		u.from = "192.0.2.1:1"
		if status, _ := u.try("wrong"); status != http.StatusTooManyRequests {
			t.Errorf("one too many: %d", status)
		}
		u.from = "[2001:db8:0:7::99]:1" // of a network that is remembered with one try
		if status, _ := u.try("wrong"); status != 403 {
			t.Errorf("one of the first: %d", status)
		}
	})
}

// TestLine: one is unlocked at a time, four wait, whoever comes then is asked to
// come again, and who leaves the line is out of it.
func TestLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		gate := make(chan struct{})
		inside, most := 0, 0
		s := b.site(t, func(o *desk.Options) {
			o.Unlock = func(ctx context.Context, name, passphrase string) (desk.Account, error) {
				inside++
				most = max(most, inside)
				<-gate
				inside--
				return b.unlock(ctx, name, passphrase)
			}
		})
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan int, 8)
		come := func(ctx context.Context) {
			u := newBrowser(t, s, ui.English)
			form := with(formOf(t, u.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", phrase)
			go func() { done <- u.send(u.request(http.MethodPost, "/sign-in", form).WithContext(ctx)).StatusCode }()
			synctest.Wait()
		}
		for range 4 {
			come(t.Context())
		}
		come(ctx)
		come(t.Context()) // the sixth
		if got := <-done; got != http.StatusTooManyRequests {
			t.Errorf("the sixth: %d", got)
		}
		leave()
		<-done
		come(t.Context())
		close(gate)
		for range 5 {
			if got := <-done; got != 303 {
				t.Errorf("one who waited: %d", got)
			}
		}
		if most != 1 {
			t.Errorf("%d at a time", most)
		}
	})
}

// TestGuessingTogether: guesses that wait in line do not go before the delay.
func TestGuessingTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		gate := make(chan struct{})
		s := b.site(t, func(o *desk.Options) {
			o.Unlock = func(context.Context, string, string) (desk.Account, error) {
				<-gate
				return nil, intake.ErrPassphrase
			}
		})
		done := make(chan int, 8)
		come := func() {
			u := newBrowser(t, s, ui.English)
			go func() {
				status, _ := u.try("wrong")
				done <- status
			}()
			synctest.Wait()
		}
		for range 3 {
			come()
			gate <- struct{}{}
			<-done
		}
		for range 5 { // two may be tried
			come()
		}
		close(gate)
		n := map[int]int{}
		for range 5 {
			n[<-done]++
		}
		if n[403] != 2 || n[http.StatusTooManyRequests] != 3 {
			t.Errorf("by status: %v", n)
		}
	})
}
