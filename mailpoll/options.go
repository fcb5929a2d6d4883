package mailpoll

import (
	"context"
	"crypto/x509"
	"iter"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"dengwen/intake"
)

// A Box is what the poller needs of one. *store.Box and *socket.Client are
// boxes.
type Box interface {
	Submit(ctx context.Context, r *intake.Report) (intake.Outcome, error)
	SubmitGroup(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) ([]intake.Outcome, error)
	SetAside(ctx context.Context, a intake.Aside) error
	SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error
	Cursor(ctx context.Context, name string) ([]byte, error)
	Forget(ctx context.Context, ch intake.Channel, meanings [][]byte, cursor intake.Cursor) error
}

// Security is how the connection to the mail server is protected.
type Security string

// The kinds of protection. NoTLS is for a server on this machine only.
const (
	ImplicitTLS Security = "implicit" // TLS from the first byte, port 993 (RFC 8314)
	StartTLS    Security = "starttls" // the connection is upgraded before anything is said, port 143
	NoTLS       Security = "none"
)

// Options say which mailbox is read, and where its messages go.
type Options struct {
	Address            string // host:port
	Security           Security
	Roots              *x509.CertPool // who may vouch for the server; nil is the system's
	Username, Password string

	Mailbox string // INBOX when empty
	// Accepted, Refused and Quarantine are the folders that messages are moved
	// to. They are made when they are not there. Where one is empty, what
	// belongs there stays in the mailbox.
	Accepted, Refused, Quarantine string
	// KeepDays is how many whole days accepted mail waits in its folder before
	// it is expunged; 0 is until the next pass. It stays for ever where this is nil.
	KeepDays *int

	// Every is the time between two passes of Run; zero is one minute. Where the
	// server offers IDLE, mail that arrives is looked at sooner.
	Every time.Duration

	Now func() time.Time // for Status.LastPass; nil is time.Now
	Log *slog.Logger     // nil is none
}

const defaultEvery = time.Minute

// complete fills in the defaults, and refuses what cannot work. Errors wrap
// intake.ErrInvalid and name the key of the configuration.
func (o *Options) complete() error {
	host, port, err := net.SplitHostPort(o.Address)
	if err != nil || host == "" || port == "" {
		return intake.Explain(intake.ErrInvalid, "mail.address", "mail.address: %q is not host:port; write it like imap.example.com:993", o.Address)
	}
	switch o.Security {
	case ImplicitTLS, StartTLS:
	case NoTLS:
		if !loopback(host) {
			return intake.Explain(intake.ErrInvalid, "mail.plain", "mail.tls: none is for a server on this machine; %s is another: write implicit or starttls", host)
		}
	default:
		return intake.Explain(intake.ErrInvalid, "mail.security", "mail.tls: %q is none of implicit, starttls, none", string(o.Security))
	}
	if o.Username == "" {
		return intake.Explain(intake.ErrInvalid, "mail.username", "mail.username: not given")
	}
	if o.Password == "" {
		return intake.Explain(intake.ErrInvalid, "mail.password", "the password of the mailbox is not given; put it into a file and name that as mail.password_file")
	}
	if o.Mailbox == "" {
		o.Mailbox = "INBOX"
	}
	for key, folder := range map[string]string{"accepted": o.Accepted, "refused": o.Refused, "quarantine": o.Quarantine} {
		if strings.EqualFold(folder, o.Mailbox) {
			return intake.Explain(intake.ErrInvalid, "mail.folder", "mail.%s: %q is the mailbox itself; name another folder", key, folder)
		}
	}
	for _, two := range [][2]string{{"refused", o.Refused}, {"quarantine", o.Quarantine}} {
		if o.Accepted != "" && strings.EqualFold(two[1], o.Accepted) {
			// What was accepted is deleted one day, and what was not never is.
			return intake.Explain(intake.ErrInvalid, "mail.same", "mail.%s: %q is the folder of mail.accepted; name another folder", two[0], two[1])
		}
	}
	if o.KeepDays != nil && *o.KeepDays < 0 {
		return intake.Explain(intake.ErrInvalid, "mail.keep", "mail.keep_days: %d is negative", *o.KeepDays)
	}
	if o.Every < 0 {
		return intake.Explain(intake.ErrInvalid, "mail.poll", "mail.poll: %s is negative", o.Every)
	}
	if o.Every == 0 {
		o.Every = defaultEvery
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// loopback reports whether a host is this machine by its name. What localhost
// resolves to is looked at again once the connection stands.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
