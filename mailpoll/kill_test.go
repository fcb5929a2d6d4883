package mailpoll_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// A cutter is a connection that breaks at one of its writes: before anything
// of it is sent, or right after, when the answer is on its way.
type cutter struct {
	net.Conn
	mu     sync.Mutex
	writes int
	at     int
	after  bool
	fired  bool
}

func (c *cutter) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	if c.writes != c.at {
		return c.Conn.Write(b)
	}
	c.fired = true
	if !c.after {
		return 0, errors.Join(io.ErrClosedPipe, c.Conn.Close())
	}
	n, err := c.Conn.Write(b)
	return n, errors.Join(err, c.Conn.Close())
}

func (c *cutter) broke() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fired
}

// A killing is one pass over one accepted, one refused, one quarantined and
// one future message that ends early.
type killing struct {
	host    host
	box     *watched
	options mailpoll.Options
}

// newKilling uses mailboxes of its own, so that many can share a server.
func newKilling(t *testing.T, h host, name string) *killing {
	k := &killing{host: h, box: &watched{Box: storetest.New(t)}, options: h.options()}
	k.options.Mailbox = "Mail" + name
	k.options.Accepted, k.options.Refused, k.options.Quarantine = "Accepted"+name, "Refused"+name, "Quarantine"+name
	h.look(t, func(c *imapclient.Client) {
		if err := c.Create(k.options.Mailbox, nil).Wait(); err != nil {
			t.Fatal(err)
		}
	})
	h.put(t, k.options.Mailbox, later, letter("将来"))
	h.put(t, k.options.Mailbox, evening, letter("晚"))
	h.put(t, k.options.Mailbox, inHours, huge(), letter("一"))
	return k
}

// recovers runs passes as after a restart, and looks at what is left: one
// record, one refusal, and every message where it belongs. Without MOVE a
// folder may have a second copy.
func (k *killing) recovers(t *testing.T, copies bool) {
	t.Helper()
	k.box.step = nil
	k.box.Reopen(t)
	// The server in memory may still be at work on the connection that broke,
	// and does not bear it that a message goes under another one.
	p := smallPoller(t, k.box, k.options)
	last, err := p.Pass(t.Context())
	for again := 0; again < 5 && p.Status().Trouble == intake.ServerBroke; again++ {
		last, err = p.Pass(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	same(t, "pending", 0, last.Pending)
	same(t, "box", []string{"一"}, taken(t, k.box.Box))
	st, err := k.box.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "refused", int64(1), st.Refused[intake.Mail])
	same(t, "mailbox", texts(letter("将来")), k.host.holds(t, k.options.Mailbox))
	for folder, raw := range map[string][]byte{k.options.Accepted: letter("一"), k.options.Refused: letter("晚"), k.options.Quarantine: huge()} {
		got := k.host.holds(t, folder)
		if len(got) == 0 || got[0] != string(raw) || len(got) > 1 && !copies {
			t.Errorf("%s holds %d messages", folder, len(got))
		}
	}
	if knows(t, k.box.Box, letter("一"), inHours) {
		t.Error("the box keeps the key of a message that is gone")
	}
	k.box.Clock.Set(later)
	same(t, "the future has come", sum(mailpoll.Summary{Accepted: 1}), pass(t, smallPoller(t, k.box, k.options)))
}

// hosts are the servers that kills are tried on.
func hosts(t *testing.T) map[string]host {
	implicit, _ := dovecot(t)
	return map[string]host{"Dovecot": implicit, "MOVE": memory(t), "UIDPLUS": offering(t, imap.CapUIDPlus)}
}

// TestKilledInTheBox ends a pass before and after everything that the box
// makes durable, as a stop does (the context ends), and as a lost connection
// does at the same moment.
func TestKilledInTheBox(t *testing.T) {
	for name, h := range hosts(t) {
		for _, stop := range []bool{true, false} {
			for n, fired := 1, true; fired; n++ {
				t.Run(fmt.Sprintf("%s, stop %t, step %d", name, stop, n), func(t *testing.T) {
					k := newKilling(t, h, fmt.Sprintf("%t%d", stop, n))
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					var conn net.Conn
					seen := 0
					fired = false
					k.box.step = func(what string) error {
						if seen++; seen != n {
							return nil
						}
						fired = true
						if stop {
							cancel()
							return ctx.Err()
						}
						return conn.Close()
					}
					p := smallPoller(t, k.box, k.options)
					p.SetDial(func(ctx context.Context) (_ net.Conn, err error) {
						conn, err = new(net.Dialer).DialContext(ctx, "tcp", h.address)
						return conn, err
					})
					_, err := p.Pass(ctx)
					if n == 1 && err == nil {
						t.Error("the pass ends well")
					}
					if !fired && n < 8 {
						t.Errorf("a pass has only %d steps", seen)
					}
					k.recovers(t, name == "UIDPLUS")
				})
			}
		}
	}
}

// TestKilledOnTheWire breaks the connection before and after each write of a
// pass.
func TestKilledOnTheWire(t *testing.T) {
	for name, h := range hosts(t) {
		for _, after := range []bool{false, true} {
			if name == "Dovecot" && !after {
				continue // what was not sent says nothing of a server
			}
			for n, fired := 1, true; fired; n++ {
				t.Run(fmt.Sprintf("%s, after %t, write %d", name, after, n), func(t *testing.T) {
					k := newKilling(t, h, fmt.Sprintf("%t%d", after, n))
					p := smallPoller(t, k.box, k.options)
					var c *cutter
					p.SetDial(func(ctx context.Context) (net.Conn, error) {
						conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
						c = &cutter{Conn: conn, at: n, after: after}
						return c, err
					})
					_, err := p.Pass(t.Context())
					fired = c.broke()
					if n == 1 && err == nil {
						t.Error("the pass ends well")
					}
					if n > 100 {
						t.Fatal("the pass never ends")
					}
					k.recovers(t, name == "UIDPLUS")
				})
			}
		}
	}
}
