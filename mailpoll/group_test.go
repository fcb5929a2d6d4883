package mailpoll_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestGroups: large and small messages go in in the order in which they lie in
// the mailbox, each once, and nothing of them stays open.
func TestGroups(t *testing.T) {
	for name, h := range map[string]host{"Dovecot": plainDovecot(t, ""), "memory": memory(t)} {
		t.Run(name, func(t *testing.T) {
			b, open := storetest.New(t), spools(t)
			var raws [][]byte
			var want []string
			for i := range mailpoll.PerGroup + 13 {
				text := fmt.Sprintf("第%d封", i)
				want = append(want, text)
				if i == 3 || i == 7 || i == 8 || i == mailpoll.PerGroup+12 {
					raws = append(raws, bulky(text))
					continue
				}
				raws = append(raws, letter(text))
			}
			h.put(t, "INBOX", inHours, raws...)
			before := open()
			same(t, "pass", sum(mailpoll.Summary{Accepted: len(raws)}), pass(t, newPoller(t, b, h.options())))
			same(t, "box", want, heads(t, b))
			same(t, "accepted", texts(raws...), h.holds(t, "已收"))
			same(t, "files that are open", before, open())
		})
	}
}

// TestGroupRefused: where the box has no room, or is gone, for some groups of
// a pass, the pass ends, nothing of what went in is lost or doubled, nothing
// runs on, and the next pass goes on.
func TestGroupRefused(t *testing.T) {
	h := memory(t)
	for at := range 3 {
		for _, why := range []error{intake.ErrFull, intake.ErrStopped, intake.ErrClosed} {
			if why != intake.ErrFull && at != 1 {
				continue
			}
			t.Run(fmt.Sprintf("group %d, %v", at, why), func(t *testing.T) {
				b, open := &watched{Box: storetest.New(t)}, spools(t)
				o := h.options()
				o.Accepted = fmt.Sprintf("Accepted %d %d", at, len(why.Error()))
				raws := letters(2*mailpoll.PerGroup + 5)
				raws[mailpoll.PerGroup+9] = bulky(fmt.Sprintf("第%d封", mailpoll.PerGroup+9)) // ends the second group of three
				h.put(t, "INBOX", inHours, raws...)
				quiet, groups := goleak.IgnoreCurrent(), 0
				b.step = func(what string) error {
					if what == "before SubmitGroup" {
						if groups++; groups == at+1 {
							return fmt.Errorf("in the box: %w", why)
						}
					}
					return nil
				}
				p := newPoller(t, b, o)
				got, err := p.Pass(t.Context())
				wantErr(t, err, why)
				same(t, "trouble", mailpoll.Trouble(why), p.Status().Trouble)
				same(t, "it says what went in", len(taken(t, b.Box)), got.Accepted)
				if at > 0 && got.Accepted < mailpoll.PerGroup || got.Accepted >= len(raws) {
					t.Errorf("%d went in before group %d", got.Accepted, at)
				}
				same(t, "files that are open", 0, open())
				waitFor(t, quiet)
				b.step = nil
				pass(t, newPoller(t, b, o))
				var want []string
				for i := range raws {
					want = append(want, fmt.Sprintf("第%d封", i))
				}
				got2 := heads(t, b.Box)
				slices.Sort(want)
				slices.Sort(got2)
				same(t, "box", want, got2)
				same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
				same(t, "accepted", len(raws), len(h.holds(t, o.Accepted)))
			})
		}
	}
}

// TestGroupUnfit: a report that the box never takes holds up none of those that
// were read with it; it alone is set aside, wherever it lies among them.
func TestGroupUnfit(t *testing.T) {
	h := memory(t)
	for _, at := range [][]int{{0}, {17}, {mailpoll.PerGroup - 1}, {mailpoll.PerGroup}, {3, 4, mailpoll.PerGroup + 2}} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			b, open := &watched{Box: storetest.New(t)}, spools(t)
			b.unfit = func(r *intake.Report) bool { return strings.Contains(r.Text, "不收") }
			o := h.options()
			o.Accepted, o.Quarantine = fmt.Sprint("Accepted ", at[0], len(at)), fmt.Sprint("Aside ", at[0], len(at))
			raws := letters(mailpoll.PerGroup + 3)
			var want []string
			var aside [][]byte
			for i := range raws {
				if slices.Contains(at, i) {
					raws[i] = letter(fmt.Sprintf("不收 %d", i))
					if i == 4 {
						raws[i] = bulky("不收")
					}
					aside = append(aside, raws[i])
					continue
				}
				want = append(want, fmt.Sprintf("第%d封", i))
			}
			h.put(t, "INBOX", inHours, raws...)
			got, err := newPoller(t, b, o).Pass(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			same(t, "why", map[intake.Quarantine]int{intake.Unfit: len(at)}, got.Quarantine)
			same(t, "pass", sum(mailpoll.Summary{Accepted: len(want), Quarantined: len(at)}), counts(got))
			same(t, "counted", map[intake.Quarantine]int64{intake.Unfit: int64(len(at))}, status(t, b.Box).Quarantined[intake.Mail])
			same(t, "box", want, heads(t, b.Box))
			same(t, "quarantine", texts(aside...), h.holds(t, o.Quarantine))
			same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
			same(t, "files that are open", 0, open())
			same(t, "another pass", sum(mailpoll.Summary{}), pass(t, newPoller(t, b, o)))
		})
	}
}

// TestGroupUnfitThenFull: what was to go in one by one and found no room goes in
// by the next pass.
func TestGroupUnfitThenFull(t *testing.T) {
	h := memory(t)
	for full := 1; full < 9; full += 2 {
		b := &watched{Box: storetest.New(t)}
		b.unfit = func(r *intake.Report) bool { return strings.Contains(r.Text, "不收") }
		o := h.options()
		o.Quarantine = fmt.Sprint("Aside ", full)
		h.put(t, "INBOX", inHours, letter("一"), letter("不收"), letter("二"), letter("三"))
		steps := 0
		b.step = func(string) error {
			if steps++; steps > full {
				return intake.ErrFull
			}
			return nil
		}
		if _, err := newPoller(t, b, o).Pass(t.Context()); err == nil {
			t.Error("the pass ends well")
		}
		b.step = nil
		pass(t, newPoller(t, b, o))
		same(t, "box", []string{"一", "二", "三"}, taken(t, b.Box))
		same(t, "counted", map[intake.Quarantine]int64{intake.Unfit: 1}, status(t, b.Box).Quarantined[intake.Mail])
		same(t, "quarantine", texts(letter("不收")), h.holds(t, o.Quarantine))
	}
}

// TestGroupCancelled: the end of the context while a group is on its way, and
// the next is being read.
func TestGroupCancelled(t *testing.T) {
	h := memory(t)
	for _, at := range []string{"before SubmitGroup", "after SubmitGroup"} {
		t.Run(at, func(t *testing.T) {
			b, open := &watched{Box: storetest.New(t)}, spools(t)
			o := h.options()
			o.Accepted = "Accepted " + at
			raws := letters(3 * mailpoll.PerGroup)
			raws[mailpoll.PerGroup+1] = bulky(fmt.Sprintf("第%d封", mailpoll.PerGroup+1))
			h.put(t, "INBOX", inHours, raws...)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			quiet, seen := goleak.IgnoreCurrent(), 0
			b.step = func(what string) error {
				if what == at {
					if seen++; seen == 2 {
						cancel()
					}
				}
				return nil // and the box goes on as if nothing had happened
			}
			_, err := newPoller(t, b, o).Pass(ctx)
			wantErr(t, err, context.Canceled)
			same(t, "files that are open", 0, open())
			waitFor(t, quiet)
			b.step = nil
			pass(t, newPoller(t, b, o))
			same(t, "box", len(raws), len(taken(t, b.Box)))
			same(t, "INBOX", []string(nil), h.holds(t, "INBOX"))
			same(t, "accepted", len(raws), len(h.holds(t, o.Accepted)))
		})
	}
}
