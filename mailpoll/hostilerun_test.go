package mailpoll_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// An ever is what a server does at a step for ever.
type ever struct {
	step  string
	name  string
	turn  func(m moment) (answer string, acts bool)
	calls int // connections that an hour may have at most; 0 is mostCalls
}

const (
	mostCalls = 62    // one a minute, and the first few
	mostHeard = 1_500 // commands in an hour
	mostMegas = 64    // of memory more than before
)

// forever runs a poller for an hour against each, and then for a while against
// a good server: it has not gone round in a circle, nothing has piled up, and
// in the end every message is in once.
func forever(t *testing.T, list []ever) {
	synctest.Test(t, func(t *testing.T) {
		b := &reading{Box: storetest.New(t)}
		for i, e := range list {
			endure(t, b, e, i)
		}
	})
}

func endure(t *testing.T, b *reading, e ever, i int) {
	name := strings.TrimSpace(e.step + " " + e.name)
	none := 0
	f := newFake(everything, fmt.Sprintf("F%d", i))
	want := []string{"canary " + name + " one", "canary " + name + " two"}
	for _, text := range want {
		f.put("Subject: x\r\n\r\n" + text)
	}
	f.turn = func(m moment) (string, bool) {
		if strings.TrimSuffix(m.step, " again") == e.step || e.step == "" {
			return e.turn(m)
		}
		return m.good, true
	}
	p := newPoller(t, b.Box, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Mailbox: f.inbox, Accepted: "A", Quarantine: "Q", KeepDays: &none})
	p.SetDial(f.Dial)
	runtime.GC()
	var then, now runtime.MemStats
	runtime.ReadMemStats(&then)
	stop := running(t, p)
	synctest.Wait()
	goroutines := 0
	for range 6 {
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		goroutines = max(goroutines, inBubble())
	}
	runtime.GC()
	runtime.ReadMemStats(&now)
	if mega := (int64(now.HeapAlloc) - int64(then.HeapAlloc)) >> 20; mega > mostMegas {
		t.Errorf("%s: %d MB more", name, mega)
	}
	if goroutines > 25 {
		t.Errorf("%s: %d goroutines", name, goroutines)
	}
	f.mu.Lock()
	calls, heard := slices.Clone(f.calls), len(f.heard)
	f.turn = nil
	f.mu.Unlock()
	if most := max(e.calls, mostCalls); len(calls) > most || len(calls) == 0 {
		t.Errorf("%s: %d connections in an hour", name, len(calls))
	}
	if heard > mostHeard {
		t.Errorf("%s: %d commands in an hour", name, heard)
	}
	for i := range calls[1:] {
		if pause := calls[i+1].Sub(calls[i]); pause < time.Second {
			t.Errorf("%s: a new connection after %s", name, pause)
		}
	}
	time.Sleep(17 * time.Minute) // the longest answer, and the longest pause
	synctest.Wait()
	if st := p.Status(); st.Trouble != "" || !st.Connected {
		t.Errorf("%s: a good server after it: %+v", name, st)
	}
	stop()
	f.running.Wait()
	in := b.taken(t)
	for _, raw := range f.raws("Q") { // what a connection breaks at three times is set aside unread, and kept
		in = append(in, strings.TrimPrefix(raw, "Subject: x\r\n\r\n"))
	}
	if n := len(f.raws("Q")); n > 0 && !slices.Contains([]string{"SEARCH", "heads", "bodies", ""}, e.step) {
		t.Errorf("%s: %d set aside", name, n)
	}
	slices.Sort(in)
	same(t, name+": box", want, in)
	same(t, name+": left in the mailbox", []string(nil), f.raws(f.inbox))
}

// TestRunForever: every step, with every manner, for an hour each.
func TestRunForever(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"greeting", "CAPABILITY", "LOGIN", "ID", "SELECT", "SEARCH", "heads", "bodies", "MOVE", "NOOP", "IDLE", "DONE"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			var list []ever
			for _, m := range manners {
				list = append(list, ever{step: step, name: m.name, turn: m.turn})
			}
			forever(t, list)
		})
	}
}

// TestRunOdd: what else a server may do all the time.
func TestRunOdd(t *testing.T) {
	t.Parallel()
	idle := func(name, text string) ever {
		return ever{step: "IDLE", name: name, turn: func(m moment) (string, bool) { return strings.ReplaceAll(text, "%s", m.tag), true }}
	}
	forever(t, []ever{
		idle("ends at once", "+ canary\r\n%s OK done\r\n"),
		idle("OK without waiting", "%s OK done\r\n"),
		idle("news at once", "+ canary\r\n* 9 EXISTS\r\n"),
		idle("news without end", "+ canary\r\nSTORM"),
		idle("news before it", "* 9 EXISTS\r\n+ canary\r\n"),
		idle("asked twice", "+ canary\r\n+ canary\r\n"),
		idle("BYE a little later", "+ canary\r\n* BYE canary\r\n"),
		{name: "closes after each command", turn: func(m moment) (string, bool) {
			if slices.Contains([]string{"greeting", "CAPABILITY", "LOGIN", "CAPABILITY again", "ID", "SELECT", "SEARCH"}, m.step) {
				return m.good, true
			}
			return strings.TrimSuffix(m.good, "CLOSE") + "CLOSE", true
		}},
		{name: "closes after the first command", turn: func(m moment) (string, bool) {
			if m.step == "greeting" {
				return m.good, true
			}
			return strings.TrimSuffix(m.good, "CLOSE") + "CLOSE", true
		}},
		{step: "NOOP", name: "news at each", turn: func(m moment) (string, bool) { return "* 9 EXISTS\r\n" + m.good, true }},
		{step: "SELECT", name: "another UIDVALIDITY for each", turn: func(m moment) (string, bool) {
			return strings.Replace(m.good, "[UIDVALIDITY 1]", fmt.Sprintf("[UIDVALIDITY %d]", time.Now().UnixNano()%1e9+1), 1), true
		}},
		{step: "SELECT", name: "UIDNEXT 1", turn: func(m moment) (string, bool) {
			return strings.Replace(m.good, "[UIDNEXT", "[UIDNEXT 1] x\r\n* OK [X", 1), true
		}},
	})
}
