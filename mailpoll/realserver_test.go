package mailpoll_test

import (
	"crypto/x509"
	"testing"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestDovecot: the same outcomes on a real server, by implicit TLS and by
// STARTTLS, both with a certificate that is checked.
func TestDovecot(t *testing.T) {
	implicit, starttls := dovecot(t)
	b := storetest.New(t)
	for i, h := range []host{implicit, starttls} {
		b.Clock.Set(storetest.Start)
		text := []string{"一", "二"}[i]
		h.put(t, "INBOX", inHours, letter(text), huge(), nested())
		h.put(t, "INBOX", evening, letter("晚"))
		h.put(t, "INBOX", later, letter("将来"+text))
		want := sum(mailpoll.Summary{Accepted: 1, Quarantined: 2, Future: 1, Refused: map[intake.Reason]int{intake.OutsideHours: 1}})
		p := smallPoller(t, b, h.options())
		same(t, "dry run", want, rehearse(t, p))
		same(t, "pass", want, pass(t, p))
		same(t, "INBOX", texts(letter("将来"+text)), h.holds(t, "INBOX"))
		b.Clock.Set(later)
		same(t, "second pass", sum(mailpoll.Summary{Accepted: 1}), pass(t, p))
		same(t, "INBOX at last", []string(nil), h.holds(t, "INBOX"))
	}
	same(t, "box", []string{"一", "将来一", "二", "将来二"}, taken(t, b))
	same(t, "accepted", texts(letter("一"), letter("将来一"), letter("二"), letter("将来二")), implicit.holds(t, "已收"))
	same(t, "refused", texts(letter("晚"), letter("晚")), implicit.holds(t, "Refused"))
	same(t, "quarantine", texts(huge(), nested(), huge(), nested()), implicit.holds(t, "Set Aside"))
}

// TestUntrusted: who is not vouched for gets neither the password nor a pass,
// and each mistake has its class.
func TestUntrusted(t *testing.T) {
	implicit, starttls := dovecot(t)
	b := storetest.New(t)
	implicit.put(t, "INBOX", inHours, letter("一"))
	for _, tt := range []struct {
		name   string
		host   host
		change func(*mailpoll.Options)
		class  string
	}{
		{"another authority", implicit, func(o *mailpoll.Options) { o.Roots = writeCertificate(t, t.TempDir()) }, "trust"},
		{"another authority, STARTTLS", starttls, func(o *mailpoll.Options) { o.Roots = writeCertificate(t, t.TempDir()) }, "trust"},
		{"no authority", implicit, func(o *mailpoll.Options) { o.Roots = x509.NewCertPool() }, "trust"},
		{"the system's authorities", starttls, func(o *mailpoll.Options) { o.Roots = nil }, "trust"},
		{"a name that the certificate has not", implicit, func(o *mailpoll.Options) { o.Address = "localhost" + o.Address[len("127.0.0.1"):] }, "host"},
		{"TLS where STARTTLS is", starttls, func(o *mailpoll.Options) { o.Security = mailpoll.ImplicitTLS }, "tls"},
		{"wrong password", implicit, func(o *mailpoll.Options) { o.Password += "x" }, "login"},
		{"wrong name", starttls, func(o *mailpoll.Options) { o.Username = "nobody" }, "login"},
		{"no such mailbox", implicit, func(o *mailpoll.Options) { o.Mailbox = "Nowhere" }, "mailbox"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.host.options()
			tt.change(&o)
			p := newPoller(t, b, o)
			got, err := p.Pass(t.Context())
			if err == nil {
				t.Fatal("it passes")
			}
			t.Log(err)
			same(t, "class", tt.class, string(p.Status().Trouble))
			same(t, "summary", sum(mailpoll.Summary{}), got)
		})
	}
	same(t, "INBOX", texts(letter("一")), implicit.holds(t, "INBOX"))
}
