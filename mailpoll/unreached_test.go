package mailpoll_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestUnreached: a name that nobody has is told from a server that is away.
func TestUnreached(t *testing.T) {
	for err, id := range map[error]string{
		&net.DNSError{Name: "mail.example.invalid", IsNotFound: true}:         "mail.unknown",
		&net.DNSError{Name: "mail.example.invalid", IsTemporary: true}:        "mail.connect",
		&net.OpError{Op: "dial", Err: fmt.Errorf("%w", syscall.ECONNREFUSED)}: "mail.nobody",
		context.DeadlineExceeded: "mail.connect",
	} {
		p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "mail.example.invalid:993", Security: mailpoll.ImplicitTLS, Username: "u", Password: "p"})
		p.SetDial(func(context.Context) (net.Conn, error) { return nil, err })
		_, got := p.Pass(t.Context())
		same(t, "trouble", intake.NoConnection, mailpoll.Trouble(got))
		says(t, got, id, "mail.example.invalid")
	}
}

// TestMute: a server that waits for TLS is told from one that is away.
func TestMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "mail.example.invalid:993", Security: mailpoll.StartTLS, Username: "u", Password: "p"})
		p.SetDial(func(context.Context) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				_, _ = io.Copy(io.Discard, far)
			}()
			return near, nil
		})
		_, err := p.Pass(t.Context())
		same(t, "trouble", intake.NoTLS, mailpoll.Trouble(err))
		says(t, err, "mail.mute", "mail.example.invalid:993", "mail.tls")
	})
}
