package mailpoll_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// huge is a mail over a small limit.
func huge() []byte { return letter(string(bytes.Repeat([]byte("大"), 20_000))) }

// smallPoller is a poller that reads no message as large as huge.
func smallPoller(t testing.TB, box mailpoll.Box, o mailpoll.Options) *mailpoll.Poller {
	t.Helper()
	p := newPoller(t, box, o)
	p.SetMaxMessage(50_000)
	return p
}

// nested is a mail beyond the guard.
func nested() []byte {
	var b bytes.Buffer
	for i := range 40 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("\r\nx\r\n")
	return b.Bytes()
}

// TestOutcomes: every message is counted in one place and ends up in its
// folder, or stays when its time has not come; a second pass finds no more.
func TestOutcomes(t *testing.T) {
	for name, h := range map[string]host{"MOVE": memory(t), "UIDPLUS": offering(t, imap.CapUIDPlus)} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			p := smallPoller(t, b, h.options())
			h.put(t, "INBOX", inHours, letter("一"), huge(), letter("二"), nested())
			h.put(t, "INBOX", evening, letter("晚"))
			h.put(t, "INBOX", later, letter("将来"), huge())
			h.put(t, "INBOX", inHours, letter("三"), letter("三"))

			want := sum(mailpoll.Summary{Accepted: 4, Quarantined: 2, Future: 2, Refused: map[intake.Reason]int{intake.OutsideHours: 1}})
			same(t, "dry run", want, rehearse(t, p))
			if n := len(h.holds(t, "INBOX")); n != 9 || len(taken(t, b)) != 0 {
				t.Errorf("after a dry run the mailbox holds %d and the box %q", n, taken(t, b))
			}

			same(t, "pass", want, pass(t, p))
			same(t, "box", []string{"一", "二", "三", "三"}, taken(t, b))
			same(t, "INBOX", texts(letter("将来"), huge()), h.holds(t, "INBOX"))
			same(t, "accepted", texts(letter("一"), letter("二"), letter("三"), letter("三")), h.holds(t, "已收"))
			same(t, "refused", texts(letter("晚")), h.holds(t, "Refused"))
			same(t, "quarantine", texts(huge(), nested()), h.holds(t, "Set Aside"))
			if knows(t, b, letter("一"), inHours) {
				t.Error("the box keeps the key of a message that is gone")
			}

			same(t, "second pass", sum(mailpoll.Summary{Future: 2}), pass(t, p))
			b.Clock.Set(later)
			same(t, "third pass", sum(mailpoll.Summary{Accepted: 1, Quarantined: 1}), pass(t, p))
			same(t, "INBOX at last", []string(nil), h.holds(t, "INBOX"))
			same(t, "totals", sum(mailpoll.Summary{Accepted: 5, Quarantined: 3, Refused: map[intake.Reason]int{intake.OutsideHours: 1}}), counts(p.Status().Totals))
			st, err := b.Status(t.Context())
			if err != nil || st.Accepted[intake.Mail] != 5 || st.Refused[intake.Mail] != 1 {
				t.Errorf("the box counts %v, %v, %v", st.Accepted, st.Refused, err)
			}
		})
	}
}

// TestStays: where there is no way to remove a message it stays, is taken
// once, and is known to be there.
func TestStays(t *testing.T) {
	noFolders := memory(t).options()
	noFolders.Accepted, noFolders.Refused, noFolders.Quarantine = "", "", ""
	plain := offering(t)
	for name, h := range map[string]host{"no folders": {address: noFolders.Address, security: mailpoll.NoTLS, password: password}, "neither MOVE nor UIDPLUS": plain} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			o := h.options()
			if name == "no folders" {
				o = noFolders
			}
			p := smallPoller(t, b, o)
			h.put(t, "INBOX", inHours, letter("一"), huge())
			h.put(t, "INBOX", evening, letter("晚"))
			want := sum(mailpoll.Summary{Accepted: 1, Quarantined: 1, Refused: map[intake.Reason]int{intake.OutsideHours: 1}, Left: 3})
			same(t, "pass", want, pass(t, p))
			same(t, "second pass", sum(mailpoll.Summary{Left: 3}), pass(t, p))
			h.put(t, "INBOX", inHours, letter("二"))
			same(t, "third pass", sum(mailpoll.Summary{Accepted: 1, Left: 4}), pass(t, p))
			same(t, "box", []string{"一", "二"}, taken(t, b))
			same(t, "INBOX", texts(letter("一"), huge(), letter("晚"), letter("二")), h.holds(t, "INBOX"))
			if !knows(t, b, letter("一"), inHours) {
				t.Error("the key of a message that stays is gone")
			}
		})
	}
}

// TestMany: more messages than go into one MOVE and one FETCH.
func TestMany(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	raws := letters(mailpoll.PerFetch + mailpoll.PerGroup + 7)
	h.put(t, "INBOX", inHours, raws...)
	p := newPoller(t, b, h.options())
	same(t, "pass", sum(mailpoll.Summary{Accepted: len(raws)}), pass(t, p))
	same(t, "accepted", texts(raws...), h.holds(t, "已收"))
	if got := taken(t, b); len(got) != len(raws) {
		t.Errorf("%d reports", len(got))
	}
}

// TestClosed: once the inspection is over everything stays where it is.
func TestClosed(t *testing.T) {
	h, b := memory(t), storetest.New(t)
	h.put(t, "INBOX", inHours, letter("一"))
	box := &watched{Box: b, asked: intake.ErrClosed}
	p := newPoller(t, box, h.options())
	for _, run := range []func() (mailpoll.Summary, error){func() (mailpoll.Summary, error) { return p.Pass(t.Context()) }, func() (mailpoll.Summary, error) { return p.DryRun(t.Context()) }} {
		got, err := run()
		wantErr(t, err, intake.ErrClosed)
		same(t, "summary", sum(mailpoll.Summary{}), counts(got))
	}
	same(t, "trouble", intake.PeriodOver, p.Status().Trouble)
	same(t, "INBOX", texts(letter("一")), h.holds(t, "INBOX"))
}

// TestTwoPollers: a pass that finds another one at work on the mailbox ends,
// and what the other did stands.
func TestTwoPollers(t *testing.T) {
	h, _ := dovecot(t) // memserver does not bear that a message goes under a session
	b := &watched{Box: storetest.New(t)}
	h.put(t, "INBOX", inHours, letters(3)...)
	met := false
	one, other := newPoller(t, b, h.options()), newPoller(t, b.Box, h.options())
	b.step = func(what string) error {
		if what == "before SubmitGroup" && !met {
			met = true
			same(t, "the other's pass", sum(mailpoll.Summary{Accepted: 3}), pass(t, other))
		}
		return nil
	}
	got, err := one.Pass(t.Context())
	wantErr(t, err, intake.ErrMoved)
	same(t, "the first one's pass", 0, got.Accepted)
	same(t, "trouble", intake.TwoPollers, one.Status().Trouble)
	same(t, "after it", sum(mailpoll.Summary{}), pass(t, one))
	same(t, "box", []string{"第0封", "第1封", "第2封"}, taken(t, b.Box))
	same(t, "accepted", texts(letters(3)...), h.holds(t, "已收"))
}
