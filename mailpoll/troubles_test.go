package mailpoll_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// valid makes certificates for another time or address.
func valid(from, to time.Duration, ip string) func(testing.TB, string) *x509.CertPool {
	return func(t testing.TB, dir string) *x509.CertPool {
		return writeCertificateFor(t, dir, time.Now().Add(from), time.Now().Add(to), net.ParseIP(ip))
	}
}

// A copy within one quota counts, and MOVE does not: so the server offers none.
const smallQuota = `
imap_capability = IMAP4rev1 UIDPLUS ID
mail_plugins = quota
plugin {
  quota = maildir:User
  quota_rule = *:storage=4K
}
`

// TestTroubles: each thing that an operator can put right has its name and its
// sentence, which tells the server and where in the configuration to look.
func TestTroubles(t *testing.T) {
	good, starttls := dovecotWith(t, writeCertificate, smallQuota)
	good.put(t, "INBOX", inHours, []byte("Subject: x\r\n\r\n"+strings.Repeat("0123456789abcde\n", 180)))
	expired, expiredTLS := dovecotWith(t, valid(-48*time.Hour, -24*time.Hour, "127.0.0.1"), "")
	early, _ := dovecotWith(t, valid(24*time.Hour, 48*time.Hour, "127.0.0.1"), "")
	wrongHost, wrongHostTLS := dovecotWith(t, valid(-time.Hour, time.Hour, "192.0.2.1"), "")
	b := storetest.New(t)
	for _, tt := range []struct {
		name    string
		host    host
		change  func(o *mailpoll.Options)
		trouble intake.Trouble
		id      string
		names   string // what the sentence has beside the address
	}{
		{"wrong password", good, func(o *mailpoll.Options) { o.Password += "x" }, intake.WrongLogin, "mail.login", "mail.password_file"},
		{"wrong password by STARTTLS", starttls, func(o *mailpoll.Options) { o.Password = "plain" }, intake.WrongLogin, "mail.login", "mail.username"},
		{"expired", expired, nil, intake.Expired, "mail.expired", time.Now().Add(-24 * time.Hour).UTC().Format("2006-01-02")},
		{"expired, STARTTLS", expiredTLS, nil, intake.Expired, "mail.expired", "clock"},
		{"not valid yet", early, nil, intake.Expired, "mail.early", "clock"},
		{"another name", wrongHost, nil, intake.WrongHost, "mail.host", "127.0.0.1, which mail.address has"},
		{"another name, STARTTLS", wrongHostTLS, nil, intake.WrongHost, "mail.host", "127.0.0.1, which mail.address has"},
		{"untrusted", good, func(o *mailpoll.Options) { o.Roots = x509.NewCertPool() }, intake.Untrusted, "mail.certificate", "trusts"},
		{"untrusted, STARTTLS", starttls, func(o *mailpoll.Options) { o.Roots = x509.NewCertPool() }, intake.Untrusted, "mail.certificate", "trusts"},
		{"TLS where there is none", starttls, func(o *mailpoll.Options) { o.Security = mailpoll.ImplicitTLS }, intake.NoTLS, "mail.handshake", "mail.tls"},
		{"no mailbox", good, func(o *mailpoll.Options) { o.Mailbox = "没有" }, intake.NoMailbox, "mail.mailbox", `"没有"`},
		{"full", good, nil, intake.QuotaFull, "mail.quota", `"已收"`},
		{"full, STARTTLS", starttls, nil, intake.QuotaFull, "mail.quota", "mail.username"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.host.options()
			if tt.change != nil {
				tt.change(&o)
			}
			err := newPoller(t, b, o).TryMove(t.Context(), 1, "已收")
			same(t, "trouble", tt.trouble, mailpoll.Trouble(err))
			says(t, err, tt.id, o.Address, tt.names)
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l := listen(t)
		o := good.options()
		o.Address = l.Addr().String()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		err := newPoller(t, b, o).TryMove(t.Context(), 1, "已收")
		same(t, "trouble", intake.NoConnection, mailpoll.Trouble(err))
		says(t, err, "mail.nobody", o.Address, "that port")
	})
}

func says(t *testing.T, err error, id string, words ...string) {
	t.Helper()
	d, is := errors.AsType[*intake.Detail](err)
	if !is || d.ID != id {
		t.Fatalf("%v: no %s", err, id)
	}
	for _, w := range words {
		if !strings.Contains(d.Text, w) {
			t.Errorf("%q does not say %q", d.Text, w)
		}
	}
}

// TestFolderTroubles: what refusals of MOVE and CREATE mean, in the words of
// servers with codes and without.
func TestFolderTroubles(t *testing.T) {
	for _, tt := range []struct {
		name, copied, created string
		trouble               intake.Trouble
		id                    string
	}{
		{"code", "NO [OVERQUOTA] canary", "OK", intake.QuotaFull, "mail.quota"},
		{"a code in small letters", "NO [overquota] canary", "OK", intake.QuotaFull, "mail.quota"},
		{"words", "NO canary mailbox is full.", "OK", intake.QuotaFull, "mail.quota"},
		{"other words", "NO Over Quota, canary", "OK", intake.QuotaFull, "mail.quota"},
		{"words in Chinese", "NO 邮箱容量已满", "OK", intake.QuotaFull, "mail.quota"},
		{"no such words", "NO canary was not carefully handled, unsuccessfully", "OK", intake.FolderTrouble, "mail.unmoved"},
		{"no right", "NO [NOPERM] canary", "OK", intake.FolderTrouble, "mail.unmoved"},
		{"at work", "NO [INUSE] canary", "OK", intake.FolderTrouble, "mail.busy-folder"},
		{"a fault of the server", "NO [SERVERBUG] canary", "OK", intake.FolderTrouble, "mail.busy-folder"},
		{"missing", "NO [TRYCREATE] canary", "NO [CANNOT] canary", intake.FolderTrouble, "mail.unmade"},
		{"missing, full", "NO [NONEXISTENT] canary", "NO [OVERQUOTA] canary", intake.QuotaFull, "mail.quota"},
		{"missing, and there", "NO [TRYCREATE] canary", "NO [ALREADYEXISTS] canary", intake.FolderTrouble, "mail.unmoved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var servers sync.WaitGroup
			defer servers.Wait()
			server := but("MOVE", "%s "+tt.copied+"\r\n", "CREATE", "%s "+tt.created+"\r\n")
			p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Refused: "R"})
			p.SetDial(func(context.Context) (net.Conn, error) {
				near, far := net.Pipe()
				servers.Go(func() { server.serve(far) })
				return near, nil
			})
			err := p.TryMove(t.Context(), 1, "R")
			same(t, "trouble", tt.trouble, mailpoll.Trouble(err))
			says(t, err, tt.id, "127.0.0.1:143", `"R"`)
			if tt.trouble == intake.FolderTrouble {
				says(t, err, tt.id, "mail.refused")
			}
			if strings.Contains(err.Error(), "canary") {
				t.Error(err)
			}
		})
	}
}

// TestBoxTroubles: what the box says is not the mail server's.
func TestBoxTroubles(t *testing.T) {
	for err, want := range map[error]intake.Trouble{intake.ErrFull: intake.DiskFull, intake.ErrClosed: intake.PeriodOver, intake.ErrMoved: intake.TwoPollers,
		intake.ErrStopped: intake.BoxTrouble, context.Canceled: "", context.DeadlineExceeded: "", nil: ""} {
		if err != nil {
			err = fmt.Errorf("in the box: %w", err)
		}
		same(t, fmt.Sprint(err), want, mailpoll.Trouble(err))
	}
}

// TestPasswords: any name and password gets to the server as it is, in the way
// that the server offers.
func TestPasswords(t *testing.T) {
	for _, secret := range []string{`a b"c\d{5}%*(]`, "口令", "\"\\", strings.Repeat("长", 2000)} {
		for name, caps := range map[string][]imap.Cap{"nothing": nil, "LITERAL+": {imap.CapLiteralPlus}, "SASL-IR": {imap.CapSASLIR, imap.AuthCap("PLAIN")}, "rev2": {imap.CapIMAP4rev2}} {
			t.Run(name+" "+secret[:2], func(t *testing.T) {
				h := offeringTo(t, secret, caps...)
				o := h.options()
				o.Username, o.Password = secret, secret
				if _, err := newPoller(t, storetest.New(t), o).Pass(t.Context()); err != nil {
					t.Error(err)
				}
				o.Password += "x"
				_, err := newPoller(t, storetest.New(t), o).Pass(t.Context())
				same(t, "trouble", intake.WrongLogin, mailpoll.Trouble(err))
			})
		}
	}
}

// TestLoginMethod: the LOGIN of SASL, for servers that have nothing better.
func TestLoginMethod(t *testing.T) {
	var servers sync.WaitGroup
	defer servers.Wait()
	server := but("CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE LOGINDISABLED AUTH=LOGIN\r\n%s OK\r\n", "AUTHENTICATE LOGIN", "+ VXNlciBOYW1lAA==\r\n", "dQ==", "+ UGFzc3dvcmQ6\r\n", "aHVudGVyMg==", "T2 OK\r\n")
	p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Accepted: "A"})
	p.SetDial(func(context.Context) (net.Conn, error) {
		near, far := net.Pipe()
		servers.Go(func() { server.serve(far) })
		return near, nil
	})
	same(t, "accepted", 1, pass(t, p).Accepted)
}
