package mailpoll_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/intake"
	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// how often a step was heard.
func (f *fake) count(step string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, heard := range f.heard {
		if heard == step {
			n++
		}
	}
	return n
}

// no refuses a command without acting on it.
func no(m moment) (string, bool) { return m.tag + " NO canary\r\n", false }

// TestFetchRefused: one message for which the server says NO to the whole
// command keeps no other waiting, at the survey or at its body.
func TestFetchRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		f := newFake("MOVE UIDPLUS ID", "M", mails(500)...)
		f.turn = func(now moment) (string, bool) {
			if strings.HasPrefix(now.step, "heads") && strings.Contains(now.good, "(UID 8 ") || strings.HasPrefix(now.step, "bodies") && strings.Contains(now.good, "(UID 301 ") {
				return no(now)
			}
			return now.good, true
		}
		p := enduring(t, b, f)
		for _, accepted := range []int{498, 0} {
			same(t, "pass", sum(mailpoll.Summary{Accepted: accepted, Unread: 2}), pass(t, p))
			f.running.Wait()
			same(t, "left in the mailbox", []string{mails(8)[7], mails(301)[300]}, f.raws("M"))
		}
		if heads, bodies := f.count("heads"), f.count("bodies"); heads > 30 || bodies > 30 {
			t.Errorf("it asks %d times for heads, and %d times for bodies", heads, bodies)
		}
		f.turn = nil
		same(t, "a good server", sum(mailpoll.Summary{Accepted: 2}), pass(t, p))
		f.running.Wait()
		same(t, "reports", 500, len(taken(t, b)))
	})
}

// TestAllRefused: a server that says NO to all is not asked without end, and
// has its trouble.
func TestAllRefused(t *testing.T) {
	for step, trouble := range map[string]intake.Trouble{"heads": intake.ServerBroke, "bodies": ""} {
		synctest.Test(t, func(t *testing.T) {
			b := storetest.New(t)
			f := newFake("MOVE UIDPLUS ID", "M", mails(200)...)
			f.turn = func(now moment) (string, bool) {
				if strings.TrimSuffix(now.step, " again") == step {
					return no(now)
				}
				return now.good, true
			}
			p := enduring(t, b, f)
			got, err := p.Pass(t.Context())
			f.running.Wait()
			same(t, step+": trouble", trouble, mailpoll.Trouble(err))
			if n := f.count(step); n > 120 || n < 40 || got.Read > 0 {
				t.Errorf("%s: it asks %d times, %+v", step, n, got)
			}
			f.turn = nil
			same(t, step+": a good server", sum(mailpoll.Summary{Accepted: 200}), pass(t, p))
			f.running.Wait()
		})
	}
}

var sources = regexp.MustCompile(`COPYUID \d+ (\S+) `)

// TestMoveRefused: one message that the server does not move keeps no other in
// the mailbox; it waits there, and is told of as a trouble of the folder.
func TestMoveRefused(t *testing.T) {
	for name, caps := range map[string]string{"MOVE": "MOVE UIDPLUS ID", "COPY": "UIDPLUS ID"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := storetest.New(t)
				f := newFake(caps, "M", mails(60)...)
				f.turn = func(now moment) (string, bool) {
					if m := sources.FindStringSubmatch(now.good); m != nil && slices.Contains(strings.Split(m[1], ","), "8") {
						return no(now)
					}
					return now.good, true
				}
				p := enduring(t, b, f)
				for i := range 5 {
					got, err := p.Pass(t.Context())
					f.running.Wait()
					same(t, "trouble", intake.FolderTrouble, mailpoll.Trouble(err))
					same(t, "accepted and pending", [2]int{max(0, 60-60*i), 1}, [2]int{got.Accepted, got.Pending})
					same(t, "left in the mailbox", []string{mails(8)[7]}, f.raws("M"))
					same(t, "moved", 59, len(f.raws("A")))
				}
				f.turn = nil
				same(t, "a good server", sum(mailpoll.Summary{}), pass(t, p))
				f.running.Wait()
				same(t, "moved", 60, len(f.raws("A")))
				same(t, "reports", 60, len(taken(t, b)))
			})
		})
	}
}

// TestCopiedOnce: where there is no MOVE, and what was copied cannot be taken
// out of the mailbox, an hour of passes makes one copy, also of those that
// begin after a restart.
func TestCopiedOnce(t *testing.T) {
	for _, tt := range []struct {
		step string
		turn func(m moment) (string, bool)
	}{
		{"STORE", no}, {"EXPUNGE", no}, {"present", no},
		{"EXPUNGE", func(m moment) (string, bool) { return m.tag + " OK canary\r\n", false }},
		{"STORE", func(moment) (string, bool) { return "CLOSE", false }},
		{"EXPUNGE", func(moment) (string, bool) { return "CLOSE", false }},
		{"EXPUNGE", func(moment) (string, bool) { return "", false }},
	} {
		for _, restarts := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				b := storetest.New(t)
				f := newFake("UIDPLUS ID", "M", mails(3)...)
				f.turn = func(m moment) (string, bool) {
					if strings.TrimSuffix(m.step, " again") == tt.step {
						return tt.turn(m)
					}
					return m.good, true
				}
				p := enduring(t, b, f)
				for minute := range 60 {
					if restarts {
						p = enduring(t, b, f)
					}
					got, err := p.Pass(t.Context())
					f.running.Wait()
					if err == nil || got.Pending != 3 {
						t.Fatalf("%s: minute %d: %+v, %v", tt.step, minute, got, err)
					}
					b.Clock.Add(time.Minute)
				}
				same(t, tt.step+": in the folder", mails(3), slices.Sorted(slices.Values(f.raws("A"))))
				same(t, tt.step+": copies", 1, f.count("COPY"))
				f.turn = nil
				same(t, tt.step+": a good server", sum(mailpoll.Summary{}), pass(t, p))
				f.running.Wait()
				same(t, tt.step+": in the folder", 3, len(f.raws("A")))
				same(t, tt.step+": left in the mailbox", 0, len(f.raws("M")))
				same(t, tt.step+": reports", []string{"mail 0.", "mail 1.", "mail 2."}, taken(t, b))
				for i, raw := range mails(3) {
					if knows(t, b, []byte(raw), inHours) {
						t.Error(fmt.Sprint(tt.step, ": the box keeps the key of ", i))
					}
				}
			})
		}
	}
}
