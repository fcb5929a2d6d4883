package mailpoll_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
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
	return &stumbling{Conn: conn, server: s, closed: make(chan struct{})}, err
}

type stumbling struct {
	net.Conn
	server *stumble
	told   []byte
	once   sync.Once
	closed chan struct{}
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

// poller is a new one, as after a restart.
func (s *stumble) poller(t *testing.T, box mailpoll.Box) *mailpoll.Poller {
	t.Helper()
	p := newPoller(t, box, host{"127.0.0.1:143", mailpoll.NoTLS, nil, password}.options())
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

const (
	badDate = "8-Sep-2026 01:59:43"
	badText = "坏"
)

// TestDoubts: a message at which the connection always breaks keeps no other
// waiting for more than a pass; it is asked for last, and alone, and after three
// times it is set aside, and counted once.
func TestDoubts(t *testing.T) {
	for name, at := range map[string]string{"INTERNALDATE": badDate, "body": badText} {
		for silent, trouble := range map[bool]intake.Trouble{false: intake.ServerBroke, true: intake.ServerSilent} {
			t.Run(fmt.Sprintf("%s, silent %t", name, silent), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, at, silent), storetest.New(t)
					for n, want := range []int{0, 9, 10} {
						p := s.poller(t, b)
						got, err := p.Pass(t.Context())
						if err == nil {
							t.Fatalf("pass %d ends well", n+1)
						}
						same(t, "trouble", trouble, p.Status().Trouble)
						same(t, "set aside too early", 0, got.Quarantined)
						if n == 0 {
							continue // it does not know yet which one it is
						}
						same(t, fmt.Sprintf("reports after pass %d", n+1), want, len(taken(t, b)))
						alone := false
						for _, set := range s.asked {
							if alone = alone || set == "4"; alone && set != "4" || !alone && asks(set, 4) {
								t.Errorf("pass %d asks for %q", n+1, s.asked)
							}
						}
						if !alone {
							t.Errorf("pass %d does not ask for it: %q", n+1, s.asked)
						}
						if n == 1 {
							if err := s.Append("INBOX", inHours, letter("新")); err != nil {
								t.Fatal(err)
							}
						}
					}
					got, err := s.poller(t, b).Pass(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					same(t, "why", map[intake.Quarantine]int{intake.Unreadable: 1}, got.Quarantine)
					same(t, "last pass", sum(mailpoll.Summary{Quarantined: 1}), counts(got))
					same(t, "in the box", map[intake.Quarantine]int64{intake.Unreadable: 1}, status(t, b).Quarantined[intake.Mail])
					same(t, "in quarantine", 1, s.Messages("Set Aside"))
					same(t, "accepted", 10, s.Messages("已收"))
					same(t, "INBOX", 0, s.Messages("INBOX"))
					same(t, "another pass", sum(mailpoll.Summary{}), pass(t, s.poller(t, b)))
					same(t, "doubts", false, doubts(t, b))
				})
			})
		}
	}
}

// asks reports whether a set of UIDs has one.
func asks(set string, uid int) bool {
	for _, r := range strings.Split(set, ",") {
		var from, to int
		if n, _ := fmt.Sscanf(r, "%d:%d", &from, &to); n == 1 {
			to = from
		}
		if from <= uid && uid <= to {
			return true
		}
	}
	return false
}

// doubts reports whether any message is in doubt.
func doubts(t *testing.T, b *storetest.Box) bool {
	t.Helper()
	value, err := b.Cursor(t.Context(), "mail:INBOX")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(value, []byte("doubts"))
}

// TestDoubtResolved: a message at which the network failed is asked for again,
// and is no other than the rest once it comes; one that is gone is struck off.
func TestDoubtResolved(t *testing.T) {
	for _, gone := range []bool{false, true} {
		for _, failures := range []int{1, 2} {
			t.Run(fmt.Sprintf("gone %t, %d failures", gone, failures), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, b := newStumble(t, badText, false), storetest.New(t)
					for range failures {
						if _, err := s.poller(t, b).Pass(t.Context()); err == nil {
							t.Fatal("the pass ends well")
						}
					}
					same(t, "doubts", true, doubts(t, b))
					s.at = ""
					want := 10
					if gone {
						want = 9
						s.look(t, func(c *imapclient.Client) {
							if err := c.Create("Elsewhere", nil).Wait(); err != nil {
								t.Fatal(err)
							}
							if _, err := c.Select("INBOX", nil).Wait(); err != nil {
								t.Fatal(err)
							}
							found, err := c.UIDSearch(&imap.SearchCriteria{Text: []string{"坏"}}, nil).Wait()
							if err != nil {
								t.Fatal(err)
							}
							if _, err := c.Move(imap.UIDSetNum(found.AllUIDs()...), "Elsewhere").Wait(); err != nil {
								t.Fatal(err)
							}
						})
					}
					pass(t, s.poller(t, b))
					same(t, "doubts", false, doubts(t, b))
					got := taken(t, b)
					same(t, "reports", want, len(got))
					same(t, "the bad one is the last", !gone, got[len(got)-1] == "坏")
					same(t, "set aside", 0, len(status(t, b).Quarantined[intake.Mail]))
					same(t, "INBOX", 0, s.Messages("INBOX"))
				})
			})
		}
	}
}

// TestFlakyNetwork: a connection that breaks in every pass, each time at
// another message, sets none aside, and all get in.
func TestFlakyNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := newStumble(t, "", false), storetest.New(t)
		passes := 0
		for i := 0; ; i++ {
			s.at = ""
			if i < 10 && i != 3 {
				s.at = fmt.Sprintf("第%d封", i)
			}
			p := s.poller(t, b)
			if _, err := p.Pass(t.Context()); err == nil && i >= 10 {
				break
			}
			if passes++; passes > 15 {
				t.Fatal("it never ends")
			}
		}
		same(t, "reports", 10, len(taken(t, b)))
		same(t, "set aside", 0, len(status(t, b).Quarantined[intake.Mail]))
		same(t, "doubts", false, doubts(t, b))
		same(t, "accepted", 10, s.Messages("已收"))
	})
}
