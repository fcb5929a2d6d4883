package public

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"dengwen/intake"
)

// Each address has its own limit, and one network of IPv6 is one. Who comes by
// this machine itself has none, for behind Tor all are one.
func TestClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClients(30)
		from := func(address string) *client {
			r := httptest.NewRequest("POST", "/report", nil)
			r.RemoteAddr = address
			return c.of(r)
		}
		sent := func(address string) (n int) {
			for from(address).allow() == nil && n < 1000 {
				n++
			}
			return n
		}
		for address, want := range map[string]int{
			"192.0.2.1:1000": 60, "192.0.2.1:2000": 0, "192.0.2.2:1000": 60, "[::ffff:192.0.2.2]:1": 0, "[2001:db8::1]:1": 60, "[2001:db8::2:1]:1": 0, "[2001:db8:0:1::1]:1": 60,
			"127.0.0.1:1": 1000, "[::1]:1": 1000, "@": 1000,
		} {
			if want > 0 && sent(address) != want {
				t.Errorf("%s may not send %d", address, want)
			}
		}
		for _, address := range []string{"192.0.2.1:2000", "[::ffff:192.0.2.2]:1", "[2001:db8::2:1]:1"} {
			if n := sent(address); n != 0 {
				t.Errorf("%s may send %d more", address, n)
			}
		}
		time.Sleep(2 * time.Second)
		if n := sent("192.0.2.1:3000"); n != 1 {
			t.Errorf("after two seconds %d", n)
		}
		before, key := from("192.0.2.1:1"), c.key
		time.Sleep(keyTime + time.Second)
		synctest.Wait()
		if c.known != nil || c.key != [32]byte{} {
			t.Error("after an hour, in which nobody came, a client is still known")
		}
		if from("192.0.2.1:1") == before || c.key == key || len(c.known) != 1 {
			t.Error("after an hour a client is known again")
		}
		for i := range maxClients + 5 {
			from(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
		}
		if len(c.known) > maxClients {
			t.Errorf("%d clients are known", len(c.known))
		}
		if newClients(0).of(httptest.NewRequest("GET", "/", nil)).allow() != nil {
			t.Error("no limit is one")
		}
	})
}

// Guessing waits before it is told anything, five seconds at most; nobody is
// locked out.
func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClients(0)
		took := func(answer error) time.Duration {
			t.Helper()
			start := time.Now()
			if err := c.near.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			asked := time.Since(start)
			c.near.found(answer)
			if asked != time.Since(start) {
				t.Error("the answer tells by its time whether the code is one")
			}
			return asked
		}
		for range 3 {
			if d := took(intake.ErrMistyped); d != 0 {
				t.Error("a mistyped code waits", d)
			}
		}
		for range freeWrong {
			if d := took(intake.ErrNotFound); d != 0 {
				t.Error("one of the first wrong codes waits", d)
			}
		}
		for range 100 {
			took(intake.ErrNotFound)
		}
		if d := took(nil); d <= 0 || d > wrongDelay {
			t.Error("after a hundred wrong ones a right one waits", d)
		}
		took(intake.ErrNotFound)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.near.wait(ctx); !errors.Is(err, context.Canceled) {
			t.Error("looked up for nobody:", err)
		}
		time.Sleep(wrongTime * (freeWrong + 3))
		if d := took(nil); d != 0 {
			t.Error("when all is forgotten a right one waits", d)
		}
	})
}

// One client has a quarter of the places, and those who come by this machine
// three; who has all of theirs waits, and others do not.
func TestPlacesOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, all := newClients(60), newPlaces(fieldPlaces, filePlaces)
		one, other := newClient(1, rate.Inf, clientShare), newClient(1, rate.Inf, clientShare)
		for who, most := range map[*client]int{one: fieldPlaces / 4, c.near: fieldPlaces * 3 / 4} {
			var turns []*turn
			for range most {
				turn, err := all.wait(t.Context(), who)
				if err != nil {
					t.Fatal(err)
				}
				turns = append(turns, turn)
			}
			start := time.Now()
			if _, err := all.wait(t.Context(), who); err != errCrowded || time.Since(start) != waitTime {
				t.Error("one more than its places:", err, time.Since(start))
			}
			gone, leave := context.WithCancel(t.Context())
			leave()
			if _, err := all.wait(gone, who); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			start = time.Now()
			turn, err := all.wait(t.Context(), other)
			if err != nil || time.Since(start) != 0 {
				t.Fatal("another waits for it:", err, time.Since(start))
			}
			for _, turn := range append(turns, turn) {
				turn.end()
			}
		}
		if n := len(all.fields) + len(all.files) + len(one.fields) + len(other.fields) + len(c.near.fields); n != 0 {
			t.Error(n, "places are not given back")
		}
	})
}

// Nobody fills the disk from one address.
func TestBytesOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClients(0)
		r := httptest.NewRequest("POST", "/report", nil)
		r.RemoteAddr = "192.0.2.1:1"
		one := c.of(r)
		if one.store(fileBytes) != nil || one.store(1) != errSome || c.near.store(fileBytes) != nil || c.near.store(fileBytes) != nil {
			t.Error("bytes are not counted")
		}
		time.Sleep(30 * time.Minute)
		if one.store(fileBytes/2) != nil || one.store(fileBytes/8) != errSome {
			t.Error("half an hour is not half of an hour's")
		}
	})
}
