package mailpoll

import (
	"context"
	"errors"
	"net"
	"syscall"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
)

// A session is one connection to the mail server, logged in.
type session struct {
	address                 string
	keys                    map[string]string // folder names to the keys of the configuration that have them
	wire                    *wire
	sieve                   *sieve
	client                  *imapclient.Client
	caps                    imap.CapSet
	made                    map[string]bool // folders that CREATE was tried for
	news                    chan struct{}   // holds one when mail has come
	noIdle                  bool            // IDLE was refused
	dead                    bool            // an answer was not read to its end
	refusals                int             // of MOVE and COPY, in this session
	headsGiven, bodiesGiven int             // how many came in it
	unwatch                 func() bool
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
		return nil, &failure{intake.NoConnection, unreached(address, err)}
	}
	w := &wire{Conn: conn}
	s := &session{address: address, keys: p.o.folderKeys(), wire: w, made: map[string]bool{}, news: make(chan struct{}, 1)}
	s.unwatch = context.AfterFunc(ctx, func() { _ = conn.Close() })
	w.expect(briefly)
	in, err := p.secure(ctx, w)
	if err != nil {
		s.unwatch()
		_ = conn.Close()
		return nil, err
	}
	s.sieve = newSieve(in, w, p.o.Security == StartTLS)
	s.client = imapclient.New(s.sieve, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: s.heard}})
	if err := s.enter(ctx, p.o.Username, p.o.Password); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// unreached says why there is no connection, as far as that can be told.
func unreached(address string, err error) error {
	name, is := errors.AsType[*net.DNSError](err)
	switch {
	case is && name.IsNotFound:
		return intake.Explain(err, "mail.unknown", "there is no server of the name %s, which mail.address has", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return intake.Explain(err, "mail.nobody", "%s refuses the connection: no program listens at that port", address)
	}
	return intake.Explain(err, "mail.connect", "%s cannot be reached", address)
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
	case no != nil && busy(no):
		return nil, s.busy()
	case no != nil && overQuota(no):
		return nil, &failure{intake.QuotaFull, intake.Explain(nil, "mail.full", "the account mail.username on %s is full, and the mailbox %q cannot be opened", s.address, mailbox)}
	case no != nil:
		err := intake.Explain(nil, "mail.mailbox", "%s does not open the mailbox %q", s.address, mailbox)
		if absent(no) {
			err = gone{err}
		}
		return nil, &failure{intake.NoMailbox, err}
	case err != nil:
		return nil, err
	case data.UIDValidity == 0:
		return nil, &failure{intake.ServerBroke, intake.Explain(nil, "mail.validity", "%s gives the mailbox %q no UIDVALIDITY, without which messages cannot be told apart", s.address, mailbox)}
	}
	return data, nil
}

// gone is the error of a mailbox that is certainly not there: the server says
// so, and not only that it does not open it.
type gone struct{ error }

func (g gone) Unwrap() error { return g.error }

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
