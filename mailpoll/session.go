package mailpoll

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
)

// A session is one connection to the mail server, logged in.
type session struct {
	address string
	wire    *wire
	client  *imapclient.Client
	caps    imap.CapSet
	made    map[string]bool // folders that CREATE was tried for
	news    chan struct{}   // holds one when mail has come
	noIdle  bool            // IDLE was refused
	dead    bool            // an answer was not read to its end
	unwatch func() bool
}

// connect opens a session. It ends with close; when ctx ends, the connection
// is closed under it, and whatever waits for an answer returns.
func (p *Poller) connect(ctx context.Context) (*session, error) {
	address := p.o.Address
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := p.dial(dialing)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &failure{intake.NoConnection, intake.Explain(err, "mail.connect", "%s cannot be reached", address)}
	}
	w := &wire{Conn: conn}
	s := &session{address: address, wire: w, made: map[string]bool{}, news: make(chan struct{}, 1)}
	s.unwatch = context.AfterFunc(ctx, func() { _ = conn.Close() })
	w.expect(briefly)
	in, err := p.secure(ctx, w)
	if err != nil {
		s.unwatch()
		_ = conn.Close()
		return nil, err
	}
	s.client = imapclient.New(in, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.heard}})
	if err := s.enter(ctx, p.o.Username, p.o.Password); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// dialTCP is how a poller reaches the server outside of tests.
func (p *Poller) dialTCP(ctx context.Context) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.o.Address)
	if err != nil {
		return nil, err
	}
	if to, ok := conn.RemoteAddr().(*net.TCPAddr); p.o.Security == NoTLS && ok && !to.IP.IsLoopback() {
		return nil, errors.Join(intake.ErrForbidden, conn.Close()) // localhost is another machine here
	}
	return conn, nil
}

// secure puts TLS on the connection, with a certificate that is verified.
func (p *Poller) secure(ctx context.Context, w *wire) (net.Conn, error) {
	if p.o.Security == NoTLS {
		return w, nil
	}
	host, _, _ := net.SplitHostPort(p.o.Address) // checked by complete
	config := &tls.Config{ServerName: host, RootCAs: p.o.Roots, MinVersion: tls.VersionTLS12}
	var conn net.Conn
	var err error
	if p.o.Security == StartTLS {
		conn, err = upgrade(ctx, w, config)
	} else {
		secure := tls.Client(w, config)
		conn, err = secure, secure.HandshakeContext(ctx)
	}
	if err == nil {
		return conn, nil
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	broken := w.broken(ctx, p.o.Address)
	switch {
	case ctx.Err() != nil, trouble(broken) == intake.ServerSilent:
		return nil, broken
	case untrusted:
		return nil, &failure{intake.NoTLS, intake.Explain(err, "mail.certificate", "the certificate of %s cannot be trusted", p.o.Address)}
	case errors.Is(err, errNoTLS):
		return nil, &failure{intake.NoTLS, intake.Explain(nil, "mail.starttls", "%s does not offer STARTTLS; write mail.tls = \"implicit\", mostly with port 993", p.o.Address)}
	}
	return nil, &failure{intake.NoTLS, intake.Explain(nil, "mail.handshake", "there is no TLS with %s: is mail.tls right for this port?", p.o.Address)}
}

// heard notes that mail has come; it runs in go-imap's reading goroutine.
func (s *session) heard(d *imapclient.UnilateralDataMailbox) {
	if d.NumMessages == nil {
		return
	}
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// ask runs one command, and waits for its answer within a bound. The error is
// a NO or BAD for refusal to find, the end of the context, or a failure after
// which the session is of no use.
func (s *session) ask(ctx context.Context, b bound, command func() error) error {
	s.wire.expect(b)
	defer s.wire.expect(unasked)
	err := command()
	if err == nil || refusal(err) != nil {
		return err
	}
	return s.wire.broken(ctx, s.address)
}

// refused is the failure that a NO or BAD means where nothing better can be
// said of it; other errors stay as they are.
func (s *session) refused(command string, err error) error {
	if refusal(err) == nil {
		return err
	}
	return &failure{intake.ServerBroke, intake.Explain(nil, "mail.refused", "%s refuses the command %s", s.address, command)}
}

// choose selects a mailbox, with EXAMINE when it must stay as it is, and gives
// its UIDVALIDITY.
func (s *session) choose(ctx context.Context, mailbox string, readOnly bool) (*imap.SelectData, error) {
	var data *imap.SelectData
	err := s.ask(ctx, listing, func() (err error) {
		data, err = s.client.Select(mailbox, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
		return err
	})
	switch no := refusal(err); {
	case no != nil && unsafe(no):
		return nil, s.unsafe()
	case no != nil:
		return nil, &failure{intake.NoMailbox, intake.Explain(nil, "mail.mailbox", "%s does not open the mailbox %q: is there one of this name?", s.address, mailbox)}
	case err != nil:
		return nil, err
	case data.UIDValidity == 0:
		return nil, &failure{intake.ServerBroke, intake.Explain(nil, "mail.validity", "%s gives the mailbox %q no UIDVALIDITY, without which messages cannot be told apart", s.address, mailbox)}
	}
	return data, nil
}

// close says good-bye, unless the connection is broken or ctx is over, and
// waits until nothing of the session runs any more.
func (s *session) close(ctx context.Context) {
	if ctx.Err() == nil {
		_ = s.ask(ctx, farewell, func() error { return s.client.Logout().Wait() })
	}
	s.unwatch()
	_ = s.wire.Close()
	_ = s.client.Close()
}
