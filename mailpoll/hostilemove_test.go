package mailpoll_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// TestMoved: what a server says of where it has put messages, true or not.
func TestMoved(t *testing.T) {
	t.Parallel()
	var list []lie
	for _, c := range []struct{ name, code, trouble string }{
		{"none", "", ""},
		{"right", "[COPYUID 2 1:4 1:4]", ""},
		{"descending", "[COPYUID 2 4:1 4:1]", ""},
		{"other UIDs", "[COPYUID 2 90:93 1:4]", ""},
		{"some UIDs", "[COPYUID 2 1:2 1:2]", ""},
		{"more than there are", "[COPYUID 2 1:9 1:9]", ""},
		{"other counts", "[COPYUID 2 1:4 1:9]", ""},
		{"one for all", "[COPYUID 2 1,1,1,1 1]", ""},
		{"four billion", "[COPYUID 2 1:4294967295 1:4294967295]", ""},
		{"the last", "[COPYUID 2 1:4 4294967292:4294967295]", ""},
		{"no UIDVALIDITY", "[COPYUID 0 1:4 1:4]", ""},
		{"another UIDVALIDITY", "[COPYUID 77 1:4 1:4]", ""},
		{"of UIDs of others", "[COPYUID 2 1:4 100:103]", ""},
		{"open end", "[COPYUID 2 1:* 1:*]", "server"},
		{"over 32 bits", "[COPYUID 2 1:4294967296 1]", "server"},
		{"words", "[COPYUID canary]", "server"},
		{"nothing", "[COPYUID]", "server"},
	} {
		for _, acts := range []bool{true, false} {
			w := wanted{trouble: c.trouble}
			if told := slices.Contains([]string{"right", "descending", "more than there are", "other counts", "four billion", "the last", "no UIDVALIDITY", "another UIDVALIDITY", "of UIDs of others"}, c.name); !acts && c.trouble == "" {
				switch {
				case told: // it is believed: they are in the box, whatever it does with them
					w.stays = 4
				case c.name == "some UIDs":
					w.trouble, w.stays = "folder", 2
				case c.name == "one for all":
					w.trouble, w.stays = "folder", 1
				default:
					w.trouble = "folder"
				}
			}
			list = append(list, lie{name: fmt.Sprintf("%s, moved %t", c.name, acts), step: "MOVE", acts: acts, want: w, say: plain("* OK " + c.code + " x\r\n%s OK done\r\n")})
		}
	}
	lies(t, list)
}

// waitingPoller leaves messages where they are, for no folder is named.
func waitingPoller(t *testing.T, b *storetest.Box, f *fake) *mailpoll.Poller {
	t.Helper()
	p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: f.inbox})
	p.SetDial(f.Dial)
	return p
}

// TestBackwards: a mailbox is restored from a backup, with the UIDVALIDITY that
// it had and UIDs that were given before. What comes then is not taken for what
// came then.
func TestBackwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		f := newFake(everything, "M", string(letter("一")), string(letter("二")), string(letter("三")))
		p := waitingPoller(t, b, f)
		same(t, "pass", 3, pass(t, p).Accepted)
		f.folders["M"].mails, f.folders["M"].next = f.folders["M"].mails[:1], 2
		same(t, "restored", sum(mailpoll.Summary{Duplicate: 1, Left: 1}), pass(t, p))
		f.put(string(letter("四")))
		same(t, "after it", sum(mailpoll.Summary{Accepted: 1, Left: 2}), pass(t, p))
		same(t, "nothing new", sum(mailpoll.Summary{Left: 2}), pass(t, p))
		same(t, "box", []string{"一", "二", "三", "四"}, taken(t, b))
		f.running.Wait()
	})
}

// TestNotFoundOnce: a message that waits for its time is not given up because a
// SEARCH tells of nothing.
func TestNotFoundOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		f := newFake(everything, "M")
		f.folders["M"].add(fakeMail{at: later, raw: string(letter("将来"))})
		f.put(string(letter("一")))
		p := waitingPoller(t, b, f)
		same(t, "pass", sum(mailpoll.Summary{Accepted: 1, Future: 1, Left: 1}), pass(t, p))
		for _, answer := range []string{"* SEARCH\r\n%s OK\r\n", "%s OK\r\n", "* ESEARCH (TAG \"%s\") UID\r\n%s OK\r\n"} {
			f.turn = func(m moment) (string, bool) {
				if m.step == "SEARCH" {
					return strings.ReplaceAll(answer, "%s", m.tag), true
				}
				return m.good, true
			}
			pass(t, p)
		}
		f.turn = nil
		b.Clock.Set(later)
		same(t, "its time", 1, pass(t, p).Accepted)
		same(t, "box", []string{"一", "将来"}, taken(t, b))
		f.running.Wait()
	})
}

// TestFourBillion: a search that finds every UID there can be takes no time,
// wherever the place is.
func TestFourBillion(t *testing.T) {
	b := storetest.New(t)
	f := newFake(everything, "M")
	f.folders["M"].add(fakeMail{at: later, raw: string(letter("将来"))})
	f.folders["M"].next = 4294967294
	f.put(string(letter("一")))
	p := waitingPoller(t, b, f)
	same(t, "pass", sum(mailpoll.Summary{Accepted: 1, Future: 1, Left: 1}), pass(t, p))
	f.turn = func(m moment) (string, bool) {
		if m.step == "SEARCH" {
			return fmt.Sprintf("* ESEARCH (TAG %q) UID ALL 1:4294967295\r\n%s OK\r\n", m.tag, m.tag), true
		}
		return m.good, true
	}
	begin := time.Now()
	got := pass(t, p)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it takes %s", took)
	}
	same(t, "with all UIDs", sum(mailpoll.Summary{Future: 1, Unread: 1}), got)
	f.running.Wait()
}

// TestValidityWavers: a server that gives another UIDVALIDITY each time, in two
// sessions or in one, has every message taken once, and none removed by a UID
// of another time.
func TestValidityWavers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storetest.New(t)
		f := newFake(everything, "M", string(letter("一")), string(letter("二")))
		validity := 0
		f.turn = func(m moment) (string, bool) {
			if strings.HasPrefix(m.step, "SELECT") {
				validity++
				return strings.Replace(m.good, "[UIDVALIDITY 1]", fmt.Sprintf("[UIDVALIDITY %d]", 1+validity%3), 1), true
			}
			return m.good, true
		}
		p := waitingPoller(t, b, f)
		same(t, "pass", sum(mailpoll.Summary{Accepted: 2, Left: 2}), pass(t, p))
		same(t, "again", sum(mailpoll.Summary{Duplicate: 2, Left: 2}), pass(t, p))
		stop := running(t, p)
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		f.put(string(letter("三")))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		stop()
		f.running.Wait()
		if n := slices.Index(f.heard, "IDLE"); n < 0 || validity < 20 {
			t.Errorf("%d passes: %v", validity, f.heard)
		}
		same(t, "box", []string{"一", "二", "三"}, taken(t, b))
		same(t, "mailbox", 3, len(f.raws("M")))
	})
}
