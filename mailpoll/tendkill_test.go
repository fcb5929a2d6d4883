package mailpoll_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// newTending is a killing of a pass in which two accepted messages are due, and
// one that came a day later is to be taken out of the mailbox or, moved with no
// answer, to be found in a folder that has others of somebody else's.
func newTending(t *testing.T, h server, name string) *killing {
	t.Helper()
	k := &killing{server: h, box: &watched{Box: storetest.New(t)}}
	k.options = keeping(h.host, k.box.Box, &two)
	k.options.Mailbox, k.options.Accepted = "TendMail"+name, "TendAccepted"+name
	h.look(t, func(c *imapclient.Client) {
		for _, mailbox := range []string{k.options.Mailbox, k.options.Accepted} {
			if err := c.Create(mailbox, nil).Wait(); err != nil {
				t.Fatal(err)
			}
		}
		appendTo(t, c, k.options.Mailbox, inHours, letter("一"), letter("二"))
	})
	foreign(t, h.host, k.options.Accepted)
	same(t, "first pass", tended{2, 0}, tend(t, newPoller(t, k.box, k.options)))
	k.box.Clock.Add(24 * time.Hour)
	h.put(t, k.options.Mailbox, inHours, letter("三"))
	p, what := newPoller(t, k.box, k.options), "UID MOVE"
	if h.copies {
		what = "UID EXPUNGE"
	}
	if c := cutting(p, h.host, &cutter{what: what, after: true}); true {
		if _, err := p.Pass(t.Context()); err == nil || !c.fired.Load() {
			t.Fatal("the second pass ends well")
		}
	}
	k.box.Clock.Set(twoOver)
	return k
}

// tends runs passes as after a restart until the days of all are over, and
// looks whether exactly ours are gone.
func (k *killing) tends(t *testing.T) {
	t.Helper()
	k.box.step = nil
	k.box.Reopen(t)
	if got := tend(t, newPoller(t, k.box, k.options)); got.Kept != 1 {
		t.Errorf("%d wait", got.Kept)
	}
	k.box.Clock.Add(3 * 24 * time.Hour)
	same(t, "days later", tended{0, 1}, tend(t, newPoller(t, k.box, k.options)))
	same(t, "accepted", texts(letter("别人的"), letter("别人删的")), k.holds(t, k.options.Accepted))
	got := taken(t, k.box.Box)
	slices.Sort(got)
	same(t, "box", []string{"一", "三", "二"}, got)
}

// TestTendKilled ends such a pass before and after everything that the box
// makes durable, and breaks the connection after each write.
func TestTendKilled(t *testing.T) {
	for name, h := range killers(t) {
		if name == "MOVE" {
			continue // as UIDPLUS is here
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			writes := killTending(t, newTending(t, h, "w"), &cutter{}, 0)
			for n := range writes {
				t.Run(fmt.Sprintf("write %d", n+1), func(t *testing.T) {
					killTending(t, newTending(t, h, fmt.Sprintf("w%d", n+1)), &cutter{at: n + 1, after: true}, 0)
				})
			}
			steps := 6 // what is out of the mailbox; what was found; what is gone
			if h.copies {
				steps = 4 // nothing is to be found: the server has told
			}
			for n := range steps {
				t.Run(fmt.Sprintf("step %d", n+1), func(t *testing.T) {
					killTending(t, newTending(t, h, fmt.Sprintf("s%d", n+1)), &cutter{}, n+1)
				})
			}
		})
	}
}

// killTending ends a pass on the wire or at a step of the box, and returns how
// many writes there were.
func killTending(t *testing.T, k *killing, where *cutter, step int) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var steps []string
	k.box.step = func(what string) error {
		if steps = append(steps, what); len(steps) == step {
			cancel()
		}
		return ctx.Err()
	}
	p := newPoller(t, k.box, k.options)
	cutting(p, k.host, where)
	_, err := p.Pass(ctx)
	switch {
	case step > 0 && !errors.Is(err, context.Canceled):
		t.Errorf("the pass ends with %v", err)
	case where.fired.Load() != (where.at > 0) || where.at == 1 && err == nil:
		t.Errorf("the connection breaks: %t, %v", where.fired.Load(), err)
	case step == 0 && where.at == 0:
		want := []string{"before Forget", "after Forget", "before Forget", "after Forget", "before Forget", "after Forget"} // the first to claim what another poller left
		if !k.copies {
			want = append(want, "before Forget", "after Forget")
		}
		same(t, "steps of a pass", want, steps)
	}
	k.tends(t)
	return where.writes
}

// A choking connection breaks when the server begins to say some words.
type choking struct {
	net.Conn
	at   string
	told string // the last of what came
}

func (c *choking) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.told = c.told[max(0, len(c.told)-len(c.at)):] + string(b[:n]); c.at != "" && strings.Contains(c.told, c.at) {
		return 0, errors.Join(net.ErrClosed, c.Conn.Close())
	}
	return n, err
}

// TestAstrayUnreadable: a message in the folder at which the connection always
// breaks keeps no new mail waiting, and stays where it is.
func TestAstrayUnreadable(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	p := newPoller(t, b, keeping(h, b, &two))
	h.look(t, func(c *imapclient.Client) { _ = c.Create("已收", nil).Wait() })
	h.put(t, "INBOX", inHours, letter("一"), letter("坏"))
	h.put(t, "INBOX", inHours.Add(time.Second), letter("三")) // only what came in the same second is looked into
	cutting(p, h, &cutter{what: "UID MOVE", after: true})
	if _, err := p.Pass(t.Context()); err == nil {
		t.Fatal("the pass ends well")
	}
	p.SetDial(func(ctx context.Context) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
		return &choking{Conn: conn, at: "坏"}, err
	})
	h.put(t, "INBOX", inHours, letter("新"))
	broken := 0
	for ; broken < 9; broken++ {
		if _, err := p.Pass(t.Context()); err == nil {
			break
		}
		same(t, "box", []string{"一", "坏", "三", "新"}, taken(t, b))
	}
	same(t, "passes that broke", 3, broken)
	b.Clock.Set(twoOver)
	same(t, "two days over", tended{0, 3}, tend(t, p))
	same(t, "accepted", texts(letter("坏")), h.holds(t, "已收"))
	same(t, "status", mailpoll.Trouble(nil), p.Status().Trouble)
}
