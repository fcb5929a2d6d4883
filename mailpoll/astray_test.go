package mailpoll_test

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/store/storetest"
)

// mumbling is a connection to a server that never says COPYUID.
type mumbling struct{ net.Conn }

func (m mumbling) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	copy(b, bytes.ReplaceAll(b[:n], []byte("[COPYUID "), []byte("[X-COPYU ")))
	return n, err
}

// TestAstray: mail that was put into the folder by a command whose answer was
// never read, or has no COPYUID, is found by what it is, each as often as it is
// there, and expunged when its days are over; what only looks alike stays.
func TestAstray(t *testing.T) {
	for name, h := range map[string]host{"Dovecot": plainDovecot(t, ""), "memory": memory(t)} {
		for _, mute := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", broken", true: ", mute"}[mute], func(t *testing.T) {
				b := storetest.New(t)
				o := keeping(h, b, &two)
				for _, folder := range []string{o.Accepted, o.Refused} {
					h.look(t, func(c *imapclient.Client) { _ = c.Delete(folder).Wait() })
					h.look(t, func(c *imapclient.Client) { _ = c.Create(folder, nil).Wait() })
				}
				theirs := foreign(t, h, o.Accepted)
				h.put(t, o.Accepted, inHours.Add(time.Second), letter("一"))
				theirs = append(theirs, string(letter("一")))
				h.put(t, "INBOX", inHours, letter("一"), letter("一"), letter("二"), letter("三"))
				h.put(t, "INBOX", evening, letter("晚"))
				// Somebody takes one of them out, before or after it was looked for.
				takeThird := func() {
					h.look(t, func(c *imapclient.Client) {
						if _, err := c.Select(o.Accepted, nil).Wait(); err != nil {
							t.Fatal(err)
						}
						found, err := c.UIDSearch(&imap.SearchCriteria{Text: []string{"三"}}, nil).Wait()
						if err != nil || len(found.AllUIDs()) != 1 {
							t.Fatal(found, err)
						}
						if err := c.Store(imap.UIDSetNum(found.AllUIDs()...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
							t.Fatal(err)
						}
						if err := c.UIDExpunge(imap.UIDSetNum(found.AllUIDs()...)).Close(); err != nil {
							t.Fatal(err)
						}
					})
				}
				p := newPoller(t, b, o)
				if mute {
					p.SetDial(func(ctx context.Context) (net.Conn, error) {
						conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
						return mumbling{conn}, err
					})
					same(t, "found at once", tended{4, 0}, tend(t, p))
					takeThird()
				} else {
					c := cutting(p, h, &cutter{what: "UID MOVE", after: true})
					if _, err := p.Pass(t.Context()); err == nil || !c.fired.Load() {
						t.Fatal("the pass ends well")
					}
					takeThird()
					same(t, "found by the pass that resumes", tended{3, 0}, tend(t, p))
				}
				b.Clock.Set(twoOver)
				same(t, "two days over", tended{0, 3}, tend(t, p))
				same(t, "accepted", theirs, h.holds(t, o.Accepted))
				same(t, "refused", texts(letter("晚")), h.holds(t, o.Refused))
				value, err := b.Cursor(t.Context(), "mail:INBOX")
				if err != nil || bytes.Contains(value, []byte("astray")) {
					t.Errorf("the place is %s, %v", value, err)
				}
			})
		}
	}
}
