package mailpoll_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/mailpoll"
)

// A cutter is a connection that breaks at one of its writes: before anything
// of it is sent, or after, when the server acts on it and the answer is never
// read. The client sees the end of the connection only when the server has seen
// it as well, so nothing goes on behind the back of what comes next.
type cutter struct {
	*net.TCPConn
	at     int    // the write, from 1
	what   string // or the first that has this in it
	after  bool
	writes int
	last   []byte // what it broke at
	fired  atomic.Bool
}

func (c *cutter) Write(b []byte) (int, error) {
	if c.fired.Load() {
		return 0, net.ErrClosed
	}
	c.writes++
	if c.writes != c.at && (c.what == "" || !bytes.Contains(b, []byte(c.what))) {
		return c.TCPConn.Write(b)
	}
	c.fired.Store(true)
	c.last = bytes.Clone(b)
	if !c.after {
		return 0, errors.Join(io.ErrClosedPipe, c.CloseWrite())
	}
	n, err := c.TCPConn.Write(b)
	return n, errors.Join(err, c.CloseWrite())
}

func (c *cutter) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if !c.fired.Load() {
		return n, err
	}
	return 0, errors.Join(io.ErrUnexpectedEOF, c.drain())
}

// Close waits for the server where the connection broke: go-imap closes it at
// once after a write that failed.
func (c *cutter) Close() error {
	if c.fired.Load() {
		_ = c.drain()
	}
	return c.TCPConn.Close()
}

// drain reads until the server has hung up.
func (c *cutter) drain() error {
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, err := io.Copy(io.Discard, c.TCPConn)
	return err
}

// cutting has a poller reach a host by connections of which the first breaks.
func cutting(p *mailpoll.Poller, h host, where *cutter) *cutter {
	p.SetDial(func(ctx context.Context) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
		if err != nil || where.TCPConn != nil {
			return conn, err
		}
		where.TCPConn = conn.(*net.TCPConn)
		return where, nil
	})
	return where
}

// Dovecot with as few processes and syncs as it can do with, without TLS.
const thrifty = `
mail_fsync = never
service imap-login {
  service_count = 0
  process_min_avail = 1
}
service imap {
  service_count = 1000
  process_min_avail = 1
}
`

// noMove is a Dovecot that offers no MOVE.
const noMove = `
imap_capability = IMAP4rev1 UIDPLUS ID
`

// plainDovecot starts one whose commands can be read on the wire, with more in
// its configuration.
func plainDovecot(t testing.TB, more string) host {
	t.Helper()
	_, h := dovecotWith(t, writeCertificate, thrifty+more)
	return host{h.address, mailpoll.NoTLS, nil, password}
}

// A server is one that kills are tried on.
type server struct {
	host
	copies bool // it has no MOVE
}

// killers are the servers that kills are tried on.
func killers(t *testing.T) map[string]server {
	t.Helper()
	return map[string]server{"Dovecot": {plainDovecot(t, ""), false}, "Dovecot without MOVE": {plainDovecot(t, noMove), true},
		"MOVE": {memory(t), false}, "UIDPLUS": {offering(t, imap.CapUIDPlus), true}}
}

// appendTo puts messages into a mailbox by a connection that stands.
func appendTo(t testing.TB, c *imapclient.Client, mailbox string, at time.Time, raws ...[]byte) {
	t.Helper()
	for _, raw := range raws {
		cmd := c.Append(mailbox, int64(len(raw)), &imap.AppendOptions{Time: at})
		_, err := cmd.Write(raw)
		if err = errors.Join(err, cmd.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}
