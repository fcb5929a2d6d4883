package mailpoll_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// A kind is a message that ends up in some way.
type kind struct {
	name   string
	raw    []byte
	at     time.Time
	folder string
	want   func(n int) mailpoll.Summary
	counts func(t *testing.T, b *storetest.Box) int64 // in the box
}

func kinds() []kind {
	aside := func(n int) mailpoll.Summary { return sum(mailpoll.Summary{Quarantined: n}) }
	set := func(t *testing.T, b *storetest.Box) (n int64) {
		for _, c := range status(t, b).Quarantined[intake.Mail] {
			n += c
		}
		return n
	}
	return []kind{
		{"accepted", letter("同"), inHours, "已收", func(n int) mailpoll.Summary { return sum(mailpoll.Summary{Accepted: n}) },
			func(t *testing.T, b *storetest.Box) int64 { return status(t, b).Accepted[intake.Mail] }},
		{"refused", letter("同"), evening, "Refused", func(n int) mailpoll.Summary {
			return sum(mailpoll.Summary{Refused: map[intake.Reason]int{intake.OutsideHours: n}})
		}, func(t *testing.T, b *storetest.Box) int64 { return status(t, b).Refused[intake.Mail] }},
		{"beyond the guard", nested(), inHours, "Set Aside", aside, set},
		{"too large", huge(), inHours, "Set Aside", aside, set},
	}
}

// times is a message so many times.
func times(raw []byte, n int) [][]byte { return slices.Repeat([][]byte{raw}, n) }

// TestAlike: the same bytes in the same second are as many messages as there
// are, whatever becomes of them, in one pass and over several; where they stay,
// they are the same ones under new UIDs and after a place that is lost, and those
// that come in between are new. Only the count of refused ones and of those set
// aside that stay, and were met in several passes, is not held here.
func TestAlike(t *testing.T) {
	for _, k := range kinds() {
		for _, n := range []int{1, 2, 60} {
			for _, stays := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %d, stays %t", k.name, n, stays), func(t *testing.T) {
					h, b := memory(t), storetest.New(t)
					o := h.options()
					if stays {
						o.Accepted, o.Refused, o.Quarantine = "", "", ""
					}
					p := smallPoller(t, b, o)
					all, passes := 0, []int{n, n, 1}
					if stays && k.name != "accepted" {
						passes = passes[:1] // what came earlier is known to the box alone, and it does not tell
					}
					for _, more := range passes {
						h.put(t, "INBOX", k.at, times(k.raw, more)...)
						all += more
						want := k.want(more)
						if stays {
							want.Left = all
						}
						same(t, fmt.Sprintf("a pass with %d more", more), want, pass(t, p))
						same(t, "the box counts", int64(all), k.counts(t, b))
					}
					where := k.folder
					if stays {
						where = "INBOX"
					}
					same(t, where, all, len(h.holds(t, where)))
					if !stays {
						same(t, "keys", false, knows(t, b, k.raw, k.at))
						return
					}
					h.anew(t, k.at, times(k.raw, all)...)
					pass(t, p)
					same(t, "under new UIDs the box counts", int64(all), k.counts(t, b))
					forgetPlace(t, b)
					pass(t, smallPoller(t, b, o))
					same(t, "without a place the box counts", int64(all), k.counts(t, b))
					h.anew(t, k.at, times(k.raw, all+2)...)
					pass(t, p)
					same(t, "with two more under new UIDs the box counts", int64(all+2), k.counts(t, b))
				})
			}
		}
	}
}

// anew is renumber for messages of another arrival.
func (h host) anew(t *testing.T, at time.Time, raws ...[]byte) {
	t.Helper()
	h.renumber(t)
	h.look(t, func(c *imapclient.Client) { appendTo(t, c, "INBOX", at, raws...) })
}

// forgetPlace leaves a cursor in the box that nobody can read.
func forgetPlace(t *testing.T, b *storetest.Box) {
	t.Helper()
	if err := b.Forget(t.Context(), intake.Mail, nil, intake.Cursor{Name: "mail:INBOX", Value: []byte("{")}); err != nil {
		t.Fatal(err)
	}
}

// TestResend: what a sender sends again later is a report of its own, wherever
// the first one is.
func TestResend(t *testing.T) {
	for _, folder := range []string{"已收", ""} {
		t.Run("folder "+folder, func(t *testing.T) {
			h, b := memory(t), storetest.New(t)
			o := h.options()
			o.Accepted = folder
			p := newPoller(t, b, o)
			for i := range 4 {
				h.put(t, "INBOX", inHours.Add(time.Duration(i/2)*time.Second), letter("又"))
				same(t, "accepted", 1, pass(t, p).Accepted)
			}
			same(t, "box", []string{"又", "又", "又", "又"}, taken(t, b))
		})
	}
}

// TestAlikeKilled: of many that are alike, a pass that was killed in the middle
// of them leaves those that are in the box, and the next one takes the others.
func TestAlikeKilled(t *testing.T) {
	for _, folder := range []string{"已收", ""} {
		for _, at := range []string{"before SubmitGroup", "after SubmitGroup"} {
			t.Run(fmt.Sprintf("folder %s, %s", folder, at), func(t *testing.T) {
				h, b := memory(t), &watched{Box: storetest.New(t)}
				const n = 2*mailpoll.PerGroup + 9
				h.put(t, "INBOX", inHours, times(letter("同"), n)...)
				o := h.options()
				o.Accepted = folder
				for kill := range 3 {
					seen := 0
					b.step = func(what string) error {
						if what == at {
							seen++
						}
						if seen > kill {
							return intake.ErrStopped
						}
						return nil
					}
					if _, err := newPoller(t, b, o).Pass(t.Context()); kill < 2 && err == nil {
						t.Error("the pass ends well")
					}
					b.step = nil
				}
				pass(t, newPoller(t, b, o))
				same(t, "reports", n, len(taken(t, b.Box)))
				value, err := b.Cursor(t.Context(), "mail:INBOX")
				if err != nil || bytes.Contains(value, []byte("pending")) {
					t.Errorf("the place is %.200s, %v", value, err)
				}
			})
		}
	}
}
