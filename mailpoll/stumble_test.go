package mailpoll_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/mailpoll"
	"dengwen/mailpoll/memserver"
	"dengwen/store/storetest"
)

// A stumble is a mail server that cannot bear one message: where it says the
// words of at it hangs up, or says nothing more.
type stumble struct {
	*memserver.Server
	pipes  *pipes
	at     string
	silent bool

	mu    sync.Mutex
	asked []string // the sets of UIDs that were asked for on the newest connection
}

var fetches = regexp.MustCompile(`UID FETCH (\S+) `)

func (s *stumble) dial(ctx context.Context) (net.Conn, error) {
	conn, err := s.pipes.Dial(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
	return &stumbling{Conn: conn, server: s}, err
}

type stumbling struct {
	net.Conn
	server *stumble
	told   []byte
}

func (c *stumbling) Write(b []byte) (int, error) {
	c.server.mu.Lock()
	if m := fetches.FindSubmatch(b); m != nil {
		c.server.asked = append(c.server.asked, string(m[1]))
	}
	c.server.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *stumbling) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	at := c.server.at
	c.told = append(c.told[max(0, len(c.told)-len(at)):], b[:n]...)
	if at == "" || !bytes.Contains(c.told, []byte(at)) {
		return n, err
	}
	if !c.server.silent {
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	for err == nil { // until the client has waited long enough
		_, err = c.Conn.Read(make([]byte, 4096))
	}
	return 0, err
}

// newStumble has ten messages, of which the fourth is the bad one.
func newStumble(t *testing.T, at string, silent bool) *stumble {
	t.Helper()
	s := &stumble{Server: memserver.New(username, password), pipes: newPipes(), at: at, silent: silent}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(s.pipes) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	for i := range 10 {
		text, arrived := fmt.Sprintf("第%d封", i), inHours
		if i == 3 {
			text, arrived = "坏", inHours.Add(-17*time.Second)
		}
		if err := s.Append("INBOX", arrived, letter(text)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// poller is a new one, as after a restart, with the box's clock.
func (s *stumble) poller(t *testing.T, b *storetest.Box) *mailpoll.Poller {
	t.Helper()
	o := host{"127.0.0.1:143", mailpoll.NoTLS, nil, password}.options()
	o.Now = b.Clock.Now
	p := newPoller(t, b, o)
	p.SetDial(s.dial)
	return p
}

// look opens a connection of the test's own.
func (s *stumble) look(t *testing.T, do func(c *imapclient.Client)) {
	t.Helper()
	conn, err := s.pipes.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(username, password).Wait(); err != nil {
		t.Fatal(err)
	}
	do(c)
}
