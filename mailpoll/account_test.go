package mailpoll_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestAccount: another account, whose mailbox has the same UIDVALIDITY and
// whose UIDs are the same numbers, begins anew: by the UIDs of the one before it
// nothing is moved, and nothing expunged.
func TestAccount(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*mailpoll.Options)
		other  bool
	}{
		"another user":            {func(o *mailpoll.Options) { o.Username = "v" }, true},
		"another host":            {func(o *mailpoll.Options) { o.Address = "127.0.0.2:143" }, true},
		"a name in other letters": {func(o *mailpoll.Options) { o.Username = "U" }, true},
		"another port":            {func(o *mailpoll.Options) { o.Address = "127.0.0.1:1143" }, false},
		"another password":        {func(o *mailpoll.Options) { o.Password = "q" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				none, b := 0, &watched{Box: storetest.New(t)}
				o := mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Mailbox: "M", Accepted: "A", Quarantine: "Q", KeepDays: &none, Now: b.Clock.Now}
				to := func(f *fake) *mailpoll.Poller {
					p := newPoller(t, b, o)
					p.SetDial(f.Dial)
					return p
				}
				one := newFake(everything, "M", mails(2)...)
				same(t, "first pass", tended{2, 0}, tend(t, to(one)))
				// Two more are in the box, and to be removed, when it is stopped.
				one.put("Subject: x\r\n\r\nthird", "Subject: x\r\n\r\nfourth")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				b.step = func(what string) error {
					if what == "after SubmitGroup" {
						cancel()
					}
					return ctx.Err()
				}
				_, err := to(one).Pass(ctx)
				wantErr(t, err, context.Canceled)
				one.running.Wait()
				same(t, "not moved yet", 2, len(one.raws("M")))
				b.step = nil
				tt.change(&o)
				if !tt.other {
					same(t, "it goes on", tended{2, 2}, tend(t, to(one)))
					one.running.Wait()
					same(t, "box", 4, len(taken(t, b.Box)))
					return
				}
				two := newFake(everything, "M")
				theirs := []string{"their first", "their second"}
				for _, raw := range theirs {
					two.folders["A"].add(fakeMail{at: inHours, raw: raw})
				}
				var ours []string
				for _, text := range []string{"a", "b", "c", "d", "e"} {
					ours = append(ours, "Subject: x\r\n\r\n"+text)
				}
				two.put(ours...)
				two.turn = func(m moment) (string, bool) {
					if m.step == "MOVE" && len(taken(t, b.Box)) != 4+len(ours) {
						t.Error("something is moved before all are in the box")
					}
					return m.good, true
				}
				same(t, "the other one", tended{5, 0}, tend(t, to(two)))
				two.running.Wait()
				got := two.raws("A")
				slices.Sort(got)
				same(t, "in its folder", append(ours, theirs...), got)
				same(t, "its own are expunged", tended{0, 5}, tend(t, to(two)))
				two.running.Wait()
				same(t, "in its folder", theirs, two.raws("A"))
				same(t, "box", 9, len(taken(t, b.Box)))
				same(t, "of the first, in its folder", mails(2), slices.Sorted(slices.Values(one.raws("A"))))
			})
		})
	}
}
