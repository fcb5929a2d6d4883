package mailpoll_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

func TestOptions(t *testing.T) {
	good := mailpoll.Options{Address: "imap.example.com:993", Security: mailpoll.ImplicitTLS, Username: "u", Password: "p"}
	for _, tt := range []struct {
		change func(*mailpoll.Options)
		want   string // what the refusal begins with; empty for none
	}{
		{func(*mailpoll.Options) {}, ""},
		{func(o *mailpoll.Options) { o.Address = "imap.example.com" }, "mail.address: "},
		{func(o *mailpoll.Options) { o.Address = ":993" }, "mail.address: "},
		{func(o *mailpoll.Options) { o.Address = "imap.example.com:" }, "mail.address: "},
		{func(o *mailpoll.Options) { o.Security = "" }, "mail.tls: "},
		{func(o *mailpoll.Options) { o.Security = "TLS" }, "mail.tls: "},
		{func(o *mailpoll.Options) { o.Security = mailpoll.NoTLS }, "mail.tls: "},
		{func(o *mailpoll.Options) { o.Security, o.Address = mailpoll.NoTLS, "10.0.0.1:143" }, "mail.tls: "},
		{func(o *mailpoll.Options) { o.Security, o.Address = mailpoll.NoTLS, "127.0.0.1.example.com:143" }, "mail.tls: "},
		{func(o *mailpoll.Options) { o.Security, o.Address = mailpoll.NoTLS, "127.0.0.9:143" }, ""},
		{func(o *mailpoll.Options) { o.Security, o.Address = mailpoll.NoTLS, "[::1]:143" }, ""},
		{func(o *mailpoll.Options) { o.Security, o.Address = mailpoll.NoTLS, "localhost:143" }, ""},
		{func(o *mailpoll.Options) { o.Username = "" }, "mail.username: "},
		{func(o *mailpoll.Options) { o.Password = "" }, "the password of the mailbox"},
		{func(o *mailpoll.Options) { o.Accepted = "inbox" }, "mail.accepted: "},
		{func(o *mailpoll.Options) { o.Mailbox, o.Quarantine = "举报", "举报" }, "mail.quarantine: "},
		{func(o *mailpoll.Options) { o.Accepted, o.Refused = "Same", "Same" }, "mail.refused: "},
		{func(o *mailpoll.Options) { o.Accepted, o.Quarantine = "Same", "sAME" }, "mail.quarantine: "},
		{func(o *mailpoll.Options) { o.Refused, o.Quarantine = "Same", "Same" }, ""}, // nothing of either is deleted
		{func(o *mailpoll.Options) { o.Accepted, o.Refused, o.Quarantine = "", "", "" }, ""},
		{func(o *mailpoll.Options) { o.Every = -time.Second }, "mail.poll: "},
	} {
		o := good
		tt.change(&o)
		_, err := mailpoll.New(nil, o)
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantErr(t, err, intake.ErrInvalid)
		if err != nil && !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q, want %q…", err, tt.want)
		}
	}
}

// TestSummaryJSON holds the form of poll --json.
func TestSummaryJSON(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	h.put(t, "INBOX", inHours, letter("一"))
	h.put(t, "INBOX", evening, letter("晚"))
	p := newPoller(t, b, h.options())
	for _, want := range []string{
		`{"read":2,"accepted":1,"refused":{"outside-hours":1},"duplicate":0,"future":0,"quarantined":0,"unread":0,"expunged":0,"pending":0,"left":0,"kept":0}`,
		`{"read":0,"accepted":0,"refused":{},"duplicate":0,"future":0,"quarantined":0,"unread":0,"expunged":0,"pending":0,"left":0,"kept":0}`,
	} {
		got, err := json.Marshal(pass(t, p))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "summary", want, string(got))
	}
}

// TestNothingSends: no package that speaks SMTP is linked. The list is that of
// the whole program's part for mail.
func TestNothingSends(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "dengwen/mailpoll", "dengwen/mailpoll/memserver").Output()
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Fields(string(out))
	if len(list) < 50 {
		t.Fatalf("go list finds %d packages", len(list))
	}
	for _, path := range list {
		if strings.Contains(path, "smtp") || strings.HasSuffix(path, "net/textproto") && strings.Contains(path, "mail/send") {
			t.Errorf("%s is linked", path)
		}
	}
}
