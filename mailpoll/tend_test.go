package mailpoll_test

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// keeping are options of a poller that expunges accepted mail after so many
// days by the box's clock, nil for never.
func keeping(h host, b *storetest.Box, days *int) mailpoll.Options {
	o := h.options()
	o.KeepDays, o.Now = days, b.Clock.Now
	return o
}

// two is how many days accepted mail waits in these tests; what is put into the
// folder at storetest.Start is due at twoOver.
var (
	two     = 2
	twoOver = time.Date(2026, 9, 11, 0, 0, 0, 0, time.UTC)
)

// foreign puts two messages of somebody else's into a folder, and marks the
// second as deleted.
func foreign(t *testing.T, h host, folder string) (raws []string) {
	t.Helper()
	h.put(t, folder, inHours, letter("别人的"))
	h.look(t, func(c *imapclient.Client) {
		putOne(t, c, folder, letter("别人删的"), &imap.AppendOptions{Time: inHours, Flags: []imap.Flag{imap.FlagDeleted}})
	})
	return texts(letter("别人的"), letter("别人删的"))
}

// tended is what a pass says of the accepted folder.
type tended struct{ Kept, Expunged int }

func tend(t *testing.T, p *mailpoll.Poller) tended {
	t.Helper()
	sum, err := p.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tended{sum.Kept, sum.Expunged}
}

func keepers(t *testing.T) map[string]host {
	t.Helper()
	return map[string]host{"Dovecot": plainDovecot(t, ""), "Dovecot without MOVE": plainDovecot(t, noMove), "memory": memory(t), "UIDPLUS": offering(t, imap.CapUIDPlus)}
}

// TestKeepDays: accepted mail waits whole days, and then it alone is expunged.
func TestKeepDays(t *testing.T) {
	for name, h := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			p := smallPoller(t, b, keeping(h, b, &two))
			h.put(t, "INBOX", inHours, letter("一"), letter("二"), huge(), nested())
			h.put(t, "INBOX", evening, letter("晚"))
			same(t, "first pass", tended{2, 0}, tend(t, p))
			theirs := foreign(t, h, "已收")
			foreign(t, h, "Refused")

			b.Clock.Add(24 * time.Hour)
			h.put(t, "INBOX", inHours, letter("三"))
			same(t, "a day later", tended{3, 0}, tend(t, p))
			b.Clock.Set(twoOver.Add(-time.Second))
			same(t, "a second before", tended{3, 0}, tend(t, smallPoller(t, b, keeping(h, b, &two))))
			b.Clock.Set(twoOver)
			same(t, "two days over", tended{1, 2}, tend(t, smallPoller(t, b, keeping(h, b, &two))))
			same(t, "accepted", append(theirs, string(letter("三"))), h.holds(t, "已收"))
			b.Clock.Add(24 * time.Hour)
			same(t, "three days over", tended{0, 1}, tend(t, p))
			b.Clock.Add(30 * 24 * time.Hour)
			same(t, "a month later", tended{}, tend(t, p))
			same(t, "accepted", theirs, h.holds(t, "已收"))
			same(t, "refused", append(texts(letter("晚")), theirs...), h.holds(t, "Refused"))
			same(t, "quarantine", texts(huge(), nested()), h.holds(t, "Set Aside"))
			same(t, "totals", 3, p.Status().Totals.Expunged+2)
		})
	}
}

// TestKeepNone: with 0 days accepted mail goes with the next pass; without a
// number, or where the server cannot expunge one message alone, never.
func TestKeepNone(t *testing.T) {
	none := 0
	for name, tt := range map[string]struct {
		host host
		days *int
		want []tended
		left []string
	}{
		"0 days":  {memory(t), &none, []tended{{1, 0}, {0, 1}, {}}, nil},
		"forever": {memory(t), nil, []tended{{}, {}, {}}, texts(letter("一"))},
		"MOVE":    {offering(t, imap.CapMove), &none, []tended{{}, {}, {}}, texts(letter("一"))},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			p := newPoller(t, b, keeping(tt.host, b, tt.days))
			tt.host.put(t, "INBOX", inHours, letter("一"))
			for _, want := range tt.want {
				same(t, "pass", want, tend(t, p))
				b.Clock.Add(10 * 24 * time.Hour)
			}
			same(t, "accepted", tt.left, tt.host.holds(t, "已收"))
		})
	}
}

// TestKeepOthers: a folder that is another one than before, or that somebody
// else has tidied up, loses nothing that is not known to be ours.
func TestKeepOthers(t *testing.T) {
	other, hosts := letters(3), map[string]host{"Dovecot": plainDovecot(t, ""), "memory": memory(t)}
	for name, tt := range map[string]struct {
		change func(t *testing.T, h host, o *mailpoll.Options)
		want   tended
		left   []string
	}{
		"made anew": {func(t *testing.T, h host, _ *mailpoll.Options) {
			remake(t, h, "已收")
			h.put(t, "已收", inHours, other...)
		}, tended{0, 0}, texts(other...)},
		"made anew, with new ones": {func(t *testing.T, h host, _ *mailpoll.Options) {
			remake(t, h, "已收")
			h.put(t, "已收", inHours, other...)
			h.put(t, "INBOX", inHours, letter("新"))
		}, tended{1, 0}, append(texts(other...), string(letter("新")))},
		"made anew, with a new one under an old UID": {func(t *testing.T, h host, _ *mailpoll.Options) {
			remake(t, h, "已收")
			h.put(t, "INBOX", inHours, letter("新"))
		}, tended{1, 0}, texts(letter("新"))},
		"gone": {func(t *testing.T, h host, _ *mailpoll.Options) {
			h.look(t, func(c *imapclient.Client) {
				if err := c.Delete("已收").Wait(); err != nil {
					t.Fatal(err)
				}
			})
		}, tended{0, 0}, nil},
		"another name": {func(t *testing.T, h host, o *mailpoll.Options) {
			o.Accepted = "Other"
			h.look(t, func(c *imapclient.Client) {
				if err := c.Create("Other", nil).Wait(); err != nil {
					t.Fatal(err)
				}
			})
			h.put(t, "Other", inHours, other...)
		}, tended{0, 0}, texts(letters(2)...)},
		"one removed by hand": {func(t *testing.T, h host, _ *mailpoll.Options) { removeFirst(t, h, "已收") }, tended{0, 1}, nil},
		"all removed by hand": {func(t *testing.T, h host, _ *mailpoll.Options) {
			removeFirst(t, h, "已收")
			removeFirst(t, h, "已收")
			h.put(t, "已收", inHours, other...)
		}, tended{0, 0}, texts(other...)},
	} {
		t.Run(name, func(t *testing.T) {
			for where, h := range hosts {
				t.Run(where, func(t *testing.T) {
					h.look(t, func(c *imapclient.Client) { _ = c.Delete("已收").Wait() })
					b := storetest.New(t)
					o := keeping(h, b, &two)
					h.put(t, "INBOX", inHours, letters(2)...)
					same(t, "first pass", tended{2, 0}, tend(t, newPoller(t, b, o)))
					tt.change(t, h, &o)
					b.Clock.Set(twoOver)
					p := newPoller(t, b, o)
					same(t, "when they are due", tt.want, tend(t, p))
					same(t, "accepted", tt.left, h.holds(t, "已收"))
					if o.Accepted == "Other" {
						same(t, "the other folder", texts(other...), h.holds(t, "Other"))
					}
					b.Clock.Add(240 * time.Hour)
					tend(t, p)
					if tt.want.Kept == 0 {
						same(t, "ten days later", tt.left, h.holds(t, "已收"))
					}
				})
			}
		})
	}
}
