package mailpoll_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"dengwen/mailpoll"
	"dengwen/mailpoll/memserver"
)

const (
	username = "xuncha"
	password = "口令 with \"quotes\\"
)

// A host is a mail server under test, and what a test needs to look into it.
type host struct {
	address  string
	security mailpoll.Security
	roots    *x509.CertPool
	password string
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// memory is the demo's mailbox.
func memory(t testing.TB) host {
	t.Helper()
	s, l := memserver.New(username, password), listen(t)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return host{l.Addr().String(), mailpoll.NoTLS, nil, password}
}

// offering is a server in memory that offers no more than this.
func offering(t testing.TB, caps ...imap.Cap) host {
	t.Helper()
	return offeringAs(t, username, password, caps...)
}

// offeringTo is one where the name and the password are the same.
func offeringTo(t testing.TB, secret string, caps ...imap.Cap) host {
	t.Helper()
	return offeringAs(t, secret, secret, caps...)
}

func offeringAs(t testing.TB, username, password string, caps ...imap.Cap) host {
	t.Helper()
	users, user := imapmemserver.New(), imapmemserver.NewUser(username, password)
	users.AddUser(user)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	set := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		Caps: set, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	l := listen(t)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return host{l.Addr().String(), mailpoll.NoTLS, nil, password}
}

// week is how long accepted mail waits in tests.
var week = 7

// options are those of a poller for the host.
func (h host) options() mailpoll.Options {
	return mailpoll.Options{Address: h.address, Security: h.security, Roots: h.roots, Username: username, Password: h.password,
		Accepted: "已收", Refused: "Refused", Quarantine: "Set Aside", KeepDays: &week}
}

// look opens a connection of the test's own for what do does with it.
func (h host) look(t testing.TB, do func(c *imapclient.Client)) {
	t.Helper()
	config := &imapclient.Options{TLSConfig: &tls.Config{RootCAs: h.roots}}
	dial := map[mailpoll.Security]func(string, *imapclient.Options) (*imapclient.Client, error){
		mailpoll.NoTLS: imapclient.DialInsecure, mailpoll.ImplicitTLS: imapclient.DialTLS, mailpoll.StartTLS: imapclient.DialStartTLS,
	}[h.security]
	c, err := dial(h.address, config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(username, h.password).Wait(); err != nil {
		t.Fatal(err)
	}
	do(c)
}

// put appends messages that arrived at an instant.
func (h host) put(t testing.TB, mailbox string, at time.Time, raws ...[]byte) {
	t.Helper()
	h.look(t, func(c *imapclient.Client) {
		for _, raw := range raws {
			putOne(t, c, mailbox, raw, &imap.AppendOptions{Time: at})
		}
	})
}

// putOne appends one message by a connection that stands.
func putOne(t testing.TB, c *imapclient.Client, mailbox string, raw []byte, o *imap.AppendOptions) {
	t.Helper()
	cmd := c.Append(mailbox, int64(len(raw)), o)
	if _, err := cmd.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// holds lists the messages of a mailbox, whole; one that is not there has none.
// No message may have a flag but \Deleted.
func (h host) holds(t testing.TB, mailbox string) (raws []string) {
	t.Helper()
	h.look(t, func(c *imapclient.Client) { raws = inFolder(t, c, mailbox) })
	return raws
}

// inFolder is the same by a connection that stands.
func inFolder(t testing.TB, c *imapclient.Client, mailbox string) (raws []string) {
	t.Helper()
	if _, err := c.Select(mailbox, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return nil
	}
	section := &imap.FetchItemBodySection{Peek: true}
	got, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{Flags: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil && !isNo(err) { // some refuse 1:* in an empty mailbox
		t.Fatal(err)
	}
	for _, m := range got {
		for _, f := range m.Flags {
			if f != imap.FlagDeleted && f != "\\Recent" && f != "\\recent" {
				t.Errorf("%s: the flag %s is set", mailbox, f)
			}
		}
		raws = append(raws, string(m.FindBodySection(section)))
	}
	return raws
}

func isNo(err error) bool {
	_, is := errors.AsType[*imap.Error](err)
	return is
}
