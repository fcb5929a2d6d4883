package mailpoll_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// enduring is a poller of a fake, with the box's clock.
func enduring(t *testing.T, b *storetest.Box, f *fake) *mailpoll.Poller {
	t.Helper()
	p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Mailbox: f.inbox, Accepted: "A", Quarantine: "Q", Now: b.Clock.Now})
	p.SetDial(f.Dial)
	return p
}

// mails are as many messages, each with its number.
func mails(n int) (raws []string) {
	for i := range n {
		raws = append(raws, fmt.Sprintf("Subject: x\r\n\r\nmail %d.", i))
	}
	return raws
}

// TestOutage: an outage of six hours, at whatever a pass asks for and over
// midnight, sets nothing aside, and a few passes after it all mail is in.
func TestOutage(t *testing.T) {
	for _, step := range []string{"SEARCH", "heads", "bodies"} {
		for _, m := range []string{"silence", "hang-up", "cut"} {
			for _, restarts := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, restarts %t", step, m, restarts), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						b := storetest.New(t)
						b.Clock.Set(time.Date(2026, 9, 9, 21, 0, 0, 0, time.UTC))
						f := newFake(everything, "M", mails(30)...)
						f.turn = func(now moment) (string, bool) {
							if now.step != step {
								return now.good, true
							}
							return map[string]string{"silence": "", "hang-up": "CLOSE", "cut": now.good[:len(now.good)/2] + "CLOSE"}[m], true
						}
						p := enduring(t, b, f)
						for range 6 * 60 {
							if got, err := p.Pass(t.Context()); err == nil && got.Unread+got.Accepted == 0 {
								t.Fatal("a pass ends well")
							}
							if restarts {
								p = enduring(t, b, f)
							}
							b.Clock.Add(time.Minute)
						}
						f.turn = nil
						b.Clock.Add(time.Hour)
						for range 3 {
							pass(t, p)
						}
						f.running.Wait()
						same(t, "set aside", 0, len(f.raws("Q")))
						same(t, "left in the mailbox", 0, len(f.raws("M")))
						same(t, "reports", 30, len(taken(t, b)))
						same(t, "in doubt", 0, doubtsIn(t, b, "M"))
					})
				})
			}
		}
	}
}

// TestSilentSurvey: where a survey gets no answer for a week, it is the server:
// nothing is set aside, and all go in once it answers.
func TestSilentSurvey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		f := newFake(everything, "M", mails(60)...)
		f.turn = func(now moment) (string, bool) {
			if now.step == "heads" {
				return "", false
			}
			return now.good, true
		}
		p := enduring(t, b, f)
		for range 7 * 24 * 60 / 20 {
			if _, err := p.Pass(t.Context()); err == nil {
				t.Fatal("a pass ends well")
			}
			b.Clock.Add(20 * time.Minute)
		}
		same(t, "set aside", 0, len(f.raws("Q")))
		f.turn = nil
		b.Clock.Add(time.Hour)
		pass(t, p)
		f.running.Wait()
		same(t, "reports", 60, len(taken(t, b)))
	})
}

// TestManyBad: more messages at which the server hangs up than can be in doubt
// at once do not keep a good one waiting for ever.
func TestManyBad(t *testing.T) {
	const bad, bound = 120, 2000
	for _, step := range []string{"heads", "bodies"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := storetest.New(t)
				f := newFake(everything, "M", mails(bad)...)
				f.put("Subject: x\r\n\r\ngood")
				f.turn = func(now moment) (string, bool) {
					if strings.TrimSuffix(now.step, " again") != step {
						return now.good, true
					}
					for uid := range bad {
						if i := strings.Index(now.good, fmt.Sprintf("(UID %d ", uid+1)); i >= 0 && step == "heads" {
							return now.good[:i] + "CLOSE", true
						}
						if i := strings.Index(now.good, fmt.Sprintf("mail %d.", uid)); i >= 0 {
							return now.good[:i] + "CLOSE", true
						}
					}
					return now.good, true
				}
				p, passes := enduring(t, b, f), 0
				for ; len(f.raws("A")) == 0 && passes < bound; passes++ {
					_, _ = p.Pass(t.Context()) // nearly all break
					f.running.Wait()
					b.Clock.Add(10 * time.Minute)
				}
				t.Logf("%d passes, %d in doubt, %d set aside", passes, doubtsIn(t, b, "M"), len(f.raws("Q")))
				same(t, "the good one", []string{"Subject: x\r\n\r\ngood"}, f.raws("A"))
				same(t, "box", []string{"good"}, taken(t, b))
			})
		})
	}
}
