package mailpoll_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestKeepNotOpened: a folder that the server does not open for once keeps no
// new mail waiting, and what waits there is expunged when it does.
func TestKeepNotOpened(t *testing.T) {
	for name, answer := range map[string]string{"no reason": "NO Server Unavailable. 15", "not there": "NO Mailbox doesn't exist: canary", "not there, by code": "NO [NONEXISTENT] canary"} {
		h, b := memory(t), storetest.New(t)
		p := newPoller(t, b, keeping(h, b, &two))
		h.put(t, "INBOX", inHours, letters(2)...)
		same(t, "first pass", tended{2, 0}, tend(t, p))
		h.put(t, "INBOX", inHours, letter("新"))
		b.Clock.Set(twoOver)
		p.SetDial(func(ctx context.Context) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
			return &denying{Conn: conn, what: `SELECT "&XfJlNg-"`, answer: answer}, err
		})
		_, err := p.Pass(t.Context())
		want, trouble := tended{1, 2}, intake.FolderTrouble
		if name != "no reason" {
			want, trouble = tended{}, "" // another folder than before, for all that anybody knows
		}
		same(t, name, trouble, mailpoll.Trouble(err))
		same(t, "box", []string{"第0封", "第1封", "新"}, taken(t, b))
		same(t, "then", want, tend(t, newPoller(t, b, keeping(h, b, &two))))
	}
}

// A denying connection answers some commands itself, by a NO.
type denying struct {
	net.Conn
	what, answer string
	said         bytes.Buffer
}

func (d *denying) Write(b []byte) (int, error) {
	if tag, rest, _ := strings.Cut(string(b), " "); strings.HasPrefix(rest, d.what) {
		fmt.Fprintf(&d.said, "%s %s\r\n", tag, d.answer)
		_, err := fmt.Fprintf(d.Conn, "%s NOOP\r\n", tag) // so that Read has something to wait for
		return len(b), err
	}
	return d.Conn.Write(b)
}

func (d *denying) Read(b []byte) (int, error) {
	n, err := d.Conn.Read(b)
	if d.said.Len() > 0 && err == nil {
		return d.said.Read(b)
	}
	return n, err
}

// TestKeepSameValidity: a server may give all folders the same UIDVALIDITY;
// when another folder is named for accepted mail, what lies there is not taken
// for ours.
func TestKeepSameValidity(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	o := keeping(h, b, &two)
	one := func(p *mailpoll.Poller) *mailpoll.Poller {
		p.SetDial(func(ctx context.Context) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
			return uniform{conn}, err
		})
		return p
	}
	h.put(t, "INBOX", inHours, letters(2)...)
	same(t, "first pass", tended{2, 0}, tend(t, one(newPoller(t, b, o))))
	o.Accepted = "Other"
	h.look(t, func(c *imapclient.Client) {
		if err := c.Create(o.Accepted, nil).Wait(); err != nil {
			t.Fatal(err)
		}
		appendTo(t, c, o.Accepted, inHours, letter("别人的"), letter("别人的"))
	})
	b.Clock.Set(twoOver)
	same(t, "when they are due", tended{}, tend(t, one(newPoller(t, b, o))))
	same(t, "the other folder", texts(letter("别人的"), letter("别人的")), h.holds(t, o.Accepted))
}

// uniform is a connection to a server whose every UIDVALIDITY is 1. None of the
// server's own has more than a digit here.
type uniform struct{ net.Conn }

var validities = regexp.MustCompile(`\[(UIDVALIDITY|COPYUID) \d`)

func (u uniform) Read(b []byte) (int, error) {
	n, err := u.Conn.Read(b)
	copy(b, validities.ReplaceAll(b[:n], []byte("[$1 1")))
	return n, err
}

func remake(t *testing.T, h host, folder string) {
	t.Helper()
	h.look(t, func(c *imapclient.Client) {
		if err := c.Delete(folder).Wait(); err != nil {
			t.Fatal(err)
		}
		if err := c.Create(folder, nil).Wait(); err != nil {
			t.Fatal(err)
		}
	})
}

// removeFirst expunges the first message of a mailbox.
func removeFirst(t *testing.T, h host, mailbox string) {
	t.Helper()
	h.look(t, func(c *imapclient.Client) {
		if _, err := c.Select(mailbox, nil).Wait(); err != nil {
			t.Fatal(err)
		}
		if err := c.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
			t.Fatal(err)
		}
		if err := c.Expunge().Close(); err != nil {
			t.Fatal(err)
		}
	})
}
