package mailpoll_test

import (
	"context"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// renumber makes INBOX anew, with another UIDVALIDITY.
func (h host) renumber(t *testing.T, raws ...[]byte) {
	t.Helper()
	h.look(t, func(c *imapclient.Client) {
		if err := c.Delete("INBOX").Wait(); err != nil {
			t.Fatal(err)
		}
		if err := c.Create("INBOX", nil).Wait(); err != nil {
			t.Fatal(err)
		}
	})
	h.put(t, "INBOX", inHours, raws...)
}

// TestValidityOfWhatStays: messages that stay are known again under new UIDs.
func TestValidityOfWhatStays(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	o := h.options()
	o.Accepted, o.Refused = "", ""
	p := newPoller(t, b, o)
	h.put(t, "INBOX", inHours, letter("一"), letter("二"))
	same(t, "pass", sum(mailpoll.Summary{Accepted: 2, Left: 2}), pass(t, p))
	h.renumber(t, letter("三"), letter("二"), letter("一"))
	same(t, "under new UIDs", sum(mailpoll.Summary{Accepted: 1, Duplicate: 2, Left: 3}), pass(t, p))
	same(t, "box", []string{"一", "二", "三"}, taken(t, b))
	for _, text := range []string{"一", "二", "三"} {
		if !knows(t, b, letter(text), inHours) {
			t.Errorf("the key of %s is gone", text)
		}
	}
}

// TestValidityOfRemovals: no message is removed by an old UID. The messages
// that were to be removed are known again by their content, and those that are
// not there any more are forgotten.
func TestValidityOfRemovals(t *testing.T) {
	h, b := memory(t), &watched{Box: storetest.New(t)}
	h.put(t, "INBOX", inHours, letter("一"), letter("二"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	submitted := 0
	b.step = func(what string) error {
		if what == "after SubmitGroup" {
			submitted++
		}
		if submitted == 1 { // both wait for their removal
			cancel()
		}
		return ctx.Err()
	}
	p := newPoller(t, b, h.options())
	_, err := p.Pass(ctx)
	wantErr(t, err, context.Canceled)
	b.step = nil
	h.renumber(t, letter("别的"), letter("一"))
	b.step = func(what string) error {
		if what == "after SubmitGroup" && len(h.holds(t, "INBOX")) != 2 {
			t.Error("a message is gone by its old UID")
		}
		return nil
	}
	same(t, "pass", sum(mailpoll.Summary{Accepted: 1, Duplicate: 1}), pass(t, p))
	same(t, "box", []string{"一", "二", "别的"}, taken(t, b.Box))
	same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
	for _, text := range []string{"一", "二", "别的"} {
		if knows(t, b.Box, letter(text), inHours) {
			t.Errorf("the box keeps the key of %s, which is gone", text)
		}
	}
}

// TestValidityWhileOneWaits: what was to be removed under old UIDs is not
// forgotten while a message waits for its time: not all were looked at.
func TestValidityWhileOneWaits(t *testing.T) {
	h, b := memory(t), &watched{Box: storetest.New(t)}
	h.put(t, "INBOX", inHours, letter("一"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.step = func(what string) error {
		if what == "after SubmitGroup" {
			cancel()
		}
		return ctx.Err()
	}
	p := newPoller(t, b, h.options())
	_, err := p.Pass(ctx)
	wantErr(t, err, context.Canceled)
	b.step = nil
	h.renumber(t, letter("二"))
	h.put(t, "INBOX", later, letter("将来"))
	same(t, "one waits", sum(mailpoll.Summary{Accepted: 1, Future: 1}), pass(t, p))
	same(t, "the key is kept", true, knows(t, b.Box, letter("一"), inHours))
	h.put(t, "INBOX", inHours, letter("一"))
	same(t, "it is met again", sum(mailpoll.Summary{Duplicate: 1, Future: 1}), pass(t, p))
	b.Clock.Set(later)
	same(t, "its time", sum(mailpoll.Summary{Accepted: 1}), pass(t, p))
	same(t, "the key is forgotten", false, knows(t, b.Box, letter("一"), inHours))
	same(t, "box", []string{"一", "二", "将来"}, taken(t, b.Box))
	same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
}

// TestUnreadableCursor: a place that makes no sense, or that another version
// wrote, costs another look and nothing else.
func TestUnreadableCursor(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	o := h.options()
	o.Accepted = ""
	p := newPoller(t, b, o)
	h.put(t, "INBOX", inHours, letter("一"))
	pass(t, p)
	for _, value := range []string{"{", `{"v":2,"uidvalidity":1,"uid":7}`, `{"v":1,"uidvalidity":1,"uid":7,"again":[[9,9]]}`} {
		if err := b.Forget(t.Context(), intake.Mail, nil, intake.Cursor{Name: "mail:INBOX", Value: []byte(value)}); err != nil {
			t.Fatal(err)
		}
		same(t, value, sum(mailpoll.Summary{Duplicate: 1, Left: 1}), pass(t, p))
	}
	same(t, "box", []string{"一"}, taken(t, b))
}

// TestClockSetBack: the schedule lets a message in, and at the next moment the
// clock is before its arrival. The box does not take it, and so it must not
// leave the mailbox, not even when the pass is killed before it hears.
func TestClockSetBack(t *testing.T) {
	for _, killed := range []bool{false, true} {
		h, b := memory(t), &watched{Box: storetest.New(t)}
		now := b.Clock.Now()
		h.put(t, "INBOX", inHours, letter("一"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b.step = func(what string) error {
			switch {
			case what == "before SubmitGroup":
				b.Clock.Set(inHours.Add(-time.Minute))
			case what == "after SubmitGroup" && killed:
				cancel()
			}
			return ctx.Err()
		}
		p := newPoller(t, b, h.options())
		got, err := p.Pass(ctx)
		if killed {
			wantErr(t, err, context.Canceled)
		} else {
			same(t, "pass", sum(mailpoll.Summary{Future: 1}), got)
		}
		same(t, "INBOX", texts(letter("一")), h.holds(t, "INBOX"))
		b.step = func(what string) error {
			if what == "before SubmitGroup" && len(h.holds(t, "INBOX")) == 0 {
				t.Error("it is gone before it is in the box")
			}
			return nil
		}
		b.Clock.Set(now)
		same(t, "second pass", sum(mailpoll.Summary{Accepted: 1}), pass(t, p))
		same(t, "box", []string{"一"}, taken(t, b.Box))
		same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
	}
}
