package public

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A form that is sent again is answered with the receipt that it got, for ten
// minutes; then it is known, but its receipt is not; then its stamp is too old.
func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOnce()
		text, other := [32]byte{1}, [32]byte{2}
		claims := func(stamp string, content [32]byte, want error, receipt string) *claim {
			t.Helper()
			c, got, err := o.claim(t.Context(), stamp, content)
			if !errors.Is(err, want) || got != receipt || (c == nil) != (err != nil || stamp == "") {
				t.Fatalf("claim %v, receipt %q, error %v", c, got, err)
			}
			return c
		}
		claims("a", text, nil, "").taken("1234")
		claims("a", text, errTwice, "1234")
		claims("a", other, nil, "").taken("5678")
		claims("b", text, nil, "").taken("")
		claims("b", text, errTwice, "")
		claims("c", text, nil, "").dropped()
		claims("c", text, nil, "").dropped()
		claims("", text, nil, "").taken("9") // without a stamp each is its own
		claims("", text, nil, "").dropped()
		time.Sleep(showTime)
		claims("a", other, errTwice, "5678")
		time.Sleep(time.Second)
		claims("a", text, errTaken, "")
		claims("b", text, errTaken, "")
		time.Sleep(stampTime)
		claims("a", text, nil, "").dropped()
		if len(o.forms) != 0 || len(o.order) != 0 || len(o.fresh) != 0 {
			t.Errorf("%d forms, %d in order, %d with receipts are left", len(o.forms), len(o.order), len(o.fresh))
		}
	})
}

// Of two that come at the same time one goes first, and the other waits for
// what becomes of it.
func TestOnceTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOnce()
		first, _, err := o.claim(t.Context(), "a", [32]byte{})
		if err != nil {
			t.Fatal(err)
		}
		type answer struct {
			c       *claim
			receipt string
			err     error
		}
		answers := make(chan answer, 2)
		ask := func(ctx context.Context) {
			c, receipt, err := o.claim(ctx, "a", [32]byte{})
			answers <- answer{c, receipt, err}
		}
		gone, leave := context.WithCancel(t.Context())
		go ask(gone)
		synctest.Wait()
		leave()
		if a := <-answers; !errors.Is(a.err, context.Canceled) {
			t.Error(a)
		}
		go ask(t.Context())
		synctest.Wait()
		first.dropped()
		second := <-answers
		if second.c == nil || second.err != nil {
			t.Fatal(second)
		}
		go ask(t.Context())
		synctest.Wait()
		second.c.taken("42")
		second.c.dropped() // as the defer does
		if a := <-answers; a.receipt != "42" || !errors.Is(a.err, errTwice) {
			t.Error(a)
		}
	})
}

// What is remembered is bounded, the oldest goes first, and memory holds no
// receipt in clear.
func TestOnceBounded(t *testing.T) {
	o := newOnce()
	for i := range maxTaken + 10 {
		c, _, err := o.claim(t.Context(), fmt.Sprint(i), [32]byte{})
		if err != nil {
			t.Fatal(err)
		}
		c.taken("1234 5678")
	}
	if len(o.forms) > maxTaken || len(o.order) > maxTaken {
		t.Errorf("%d forms, %d in order", len(o.forms), len(o.order))
	}
	for _, s := range o.forms {
		if s.receipt != nil && string(s.receipt[:4]) == "1234" {
			t.Fatal("a receipt lies in memory in clear")
		}
	}
	if _, receipt, err := o.claim(t.Context(), fmt.Sprint(maxTaken+9), [32]byte{}); receipt != "1234 5678" || !errors.Is(err, errTwice) {
		t.Error(receipt, err)
	}
}
