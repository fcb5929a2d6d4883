package mailpoll_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// A killing is one pass over a group of two accepted messages and a refused
// one, a large one that goes in by itself, one that is set aside and one of the
// future, that ends early.
type killing struct {
	server
	box     *watched
	options mailpoll.Options
	twice   bool // it ended between COPY and the note of it: one folder may have a second copy
}

// newKilling uses mailboxes of its own, so that many can share a server.
func newKilling(t *testing.T, h server, name string) *killing {
	t.Helper()
	k := &killing{server: h, box: &watched{Box: storetest.New(t)}, options: h.options()}
	k.options.Mailbox, k.options.Now = "Mail"+name, k.box.Clock.Now
	k.options.Accepted, k.options.Refused, k.options.Quarantine = "Accepted"+name, "Refused"+name, "Quarantine"+name
	h.look(t, func(c *imapclient.Client) {
		if err := c.Create(k.options.Mailbox, nil).Wait(); err != nil {
			t.Fatal(err)
		}
		appendTo(t, c, k.options.Mailbox, later, letter("将来"))
		appendTo(t, c, k.options.Mailbox, inHours, over, large, letter("一"))
		appendTo(t, c, k.options.Mailbox, evening, letter("晚"))
		appendTo(t, c, k.options.Mailbox, inHours, letter("二"))
	})
	return k
}

func (k *killing) poller(t *testing.T) *mailpoll.Poller {
	t.Helper()
	p := newPoller(t, k.box, k.options)
	p.SetMaxMessage(overKilled)
	return p
}

// recovers runs a pass as after a restart, and looks at what is left: one
// record, refusal or mark of each, and every message where it belongs.
func (k *killing) recovers(t *testing.T) {
	t.Helper()
	k.box.step = nil
	k.box.Reopen(t)
	last := pass(t, k.poller(t))
	same(t, "pending", 0, last.Pending)
	got := taken(t, k.box.Box)
	for i := range got {
		got[i] = got[i][:3]
	}
	slices.Sort(got) // what the connection broke at comes last
	same(t, "box", []string{"一", "二", "大"}, got)
	st, err := k.box.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "refused", int64(1), st.Refused[intake.Mail])
	same(t, "set aside", map[intake.Quarantine]int64{intake.TooLarge: 1}, st.Quarantined[intake.Mail])
	k.look(t, func(c *imapclient.Client) {
		same(t, "mailbox", texts(letter("将来")), inFolder(t, c, k.options.Mailbox))
		for folder, want := range map[string][]string{k.options.Accepted: texts(large, letter("一"), letter("二")), k.options.Refused: texts(letter("晚")), k.options.Quarantine: texts(over)} {
			got := inFolder(t, c, folder)
			slices.Sort(got)
			slices.Sort(want)
			if once := slices.Compact(slices.Clone(got)); k.twice && len(once) < len(got) {
				got, k.twice = once, false
			}
			same(t, folder, want, got)
		}
	})
	for _, raw := range [][]byte{large, letter("一"), letter("二")} {
		if knows(t, k.box.Box, raw, inHours) {
			t.Error("the box keeps the key of a message that is gone")
		}
	}
	k.box.Clock.Set(later)
	same(t, "the future has come", sum(mailpoll.Summary{Accepted: 1}), pass(t, k.poller(t)))
}

// TestKilledInTheBox ends a pass before and after everything that the box
// makes durable, as a stop does (the context ends), and as a lost connection
// does at the same moment.
func TestKilledInTheBox(t *testing.T) {
	for name, h := range killers(t) {
		for _, stop := range []bool{true, false} {
			if name == "MOVE" || stop != (name == "UIDPLUS") && name != "Dovecot" {
				continue // Dovecot's part is the same
			}
			t.Run(fmt.Sprintf("%s, stop %t", name, stop), func(t *testing.T) {
				t.Parallel()
				steps := killInTheBox(t, newKilling(t, h, fmt.Sprintf("%t", stop)), stop, 0)
				want := map[string]int{}
				for what, n := range map[string]int{"SetAside": 1, "SubmitGroup": 2, "Forget": 3} {
					if h.copies && what == "Forget" {
						n *= 2 // what lies in a folder is noted before it is taken out
					}
					want["before "+what], want["after "+what] = n, n
				}
				seen := map[string]int{}
				for _, what := range steps {
					seen[what]++
				}
				same(t, "steps of a pass", want, seen)
				for n, what := range steps {
					t.Run(fmt.Sprintf("step %d, %s", n+1, what), func(t *testing.T) {
						killInTheBox(t, newKilling(t, h, fmt.Sprintf("%t%d", stop, n+1)), stop, n+1)
					})
				}
			})
		}
	}
}

// killInTheBox ends a pass at its nth step; there is no 0th. It returns the
// steps that there were.
func killInTheBox(t *testing.T, k *killing, stop bool, n int) (steps []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var conn net.Conn
	k.box.step = func(what string) error {
		steps = append(steps, what)
		switch {
		case len(steps) != n:
			return nil
		case stop:
			before := slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return s != "before Forget" })
			k.twice = k.copies && what == "before Forget" && len(before)%2 == 1
			cancel()
			return ctx.Err()
		}
		return conn.Close()
	}
	p := k.poller(t)
	p.SetDial(func(ctx context.Context) (_ net.Conn, err error) {
		conn, err = new(net.Dialer).DialContext(ctx, "tcp", k.address)
		return conn, err
	})
	_, err := p.Pass(ctx)
	switch {
	case n == 0 && err != nil:
		t.Fatal(err)
	case n > 0 && len(steps) < n:
		t.Errorf("it has only %d steps", len(steps))
	case n > 0 && stop && !errors.Is(err, context.Canceled):
		t.Errorf("the pass ends with %v", err)
	}
	k.recovers(t)
	same(t, "a second copy is missing", false, k.twice)
	return steps
}

// TestKilledOnTheWire breaks the connection before and after each write of a
// pass; after it the server still does what it was told.
func TestKilledOnTheWire(t *testing.T) {
	for name, h := range killers(t) {
		for _, after := range []bool{false, true} {
			if after == (name == "MOVE") || name == "UIDPLUS" {
				continue // what was not sent says nothing of a server; UIDPLUS is Dovecot's here
			}
			t.Run(fmt.Sprintf("%s, after %t", name, after), func(t *testing.T) {
				t.Parallel()
				writes := killOnTheWire(t, newKilling(t, h, fmt.Sprintf("w%t", after)), &cutter{})
				if writes < 12 || writes > 60 {
					t.Fatalf("%d writes", writes)
				}
				for n := range writes {
					t.Run(fmt.Sprintf("write %d", n+1), func(t *testing.T) {
						killOnTheWire(t, newKilling(t, h, fmt.Sprintf("w%t%d", after, n+1)), &cutter{at: n + 1, after: after})
					})
				}
			})
		}
	}
}

// killOnTheWire breaks the connection of a pass where the cutter says, if
// anywhere, and returns how many writes there were.
func killOnTheWire(t *testing.T, k *killing, where *cutter) int {
	t.Helper()
	p := k.poller(t)
	c := cutting(p, k.host, where)
	_, err := p.Pass(t.Context())
	switch fired := c.fired.Load(); {
	case !fired && err != nil:
		t.Fatal(err)
	case fired != (c.at > 0):
		t.Errorf("it broke: %t", fired)
	case c.at == 1 && err == nil:
		t.Error("the pass ends well")
	}
	k.twice = bytes.Contains(c.last, []byte("UID COPY")) // the server may act on it or not
	k.recovers(t)
	return c.writes
}
