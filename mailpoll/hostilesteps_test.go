package mailpoll_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// A manner is one way of not giving the answer that was asked for.
type manner struct {
	name string
	turn func(m moment) (answer string, acts bool)
}

// saying is a manner that does not carry the command out.
func saying(name, text string) manner {
	return manner{name, func(m moment) (string, bool) { return strings.ReplaceAll(text, "%s", m.tag), false }}
}

var manners = []manner{
	saying("NO", "%s NO canary hunter2\r\n"),
	saying("BAD", "%s BAD canary hunter2\r\n"),
	saying("BYE", "* BYE canary hunter2\r\n"),
	saying("silence", ""),
	saying("hang-up", "CLOSE"),
	saying("garbage", "canary ]){ \"\r\n"),
	saying("binary", "\x16\x03\x01\x00canary\xff\x00\r\n\r\n"),
	saying("OK alone", "%s OK canary\r\n"),
	saying("endless", "* OK canary FLOOD"),
	saying("drip", "* OK canary DRIP"),
	saying("another's tag", "T9999 OK canary\r\n"),
	{"twice", func(m moment) (string, bool) { return strings.TrimSuffix(m.good, "CLOSE") + m.good, true }},
	{"cut", func(m moment) (string, bool) { return m.good[:len(m.good)/2] + "CLOSE", true }},
	{"BYE after it", func(m moment) (string, bool) { return strings.TrimSuffix(m.good, "CLOSE") + "* BYE canary\r\n", true }},
	{"done, hang-up", func(moment) (string, bool) { return "CLOSE", true }},
	{"done, NO", func(m moment) (string, bool) { return m.tag + " NO canary\r\n", true }},
	{"done, silence", func(moment) (string, bool) { return "", true }},
}

// A state is what a fake and the box are in when the server turns hostile.
type state struct {
	caps  string
	steps []string
	// mute says that the server tells no UIDs of what it moved.
	mute bool
	// before makes it of a new fake and a poller.
	before func(t *testing.T, f *fake, p *mailpoll.Poller)
}

const bodyOne = "Subject: x\r\n\r\ncanary"

var states = []state{
	{"MOVE UIDPLUS ID", []string{"greeting", "CAPABILITY", "LOGIN", "CAPABILITY again", "ID", "SELECT", "SEARCH", "heads", "bodies", "MOVE", "LOGOUT"}, false, nil},
	{"UIDPLUS ID", []string{"COPY", "STORE", "EXPUNGE", "present"}, false, nil},
	{"MOVE UIDPLUS ID", []string{"CREATE"}, false, func(_ *testing.T, f *fake, _ *mailpoll.Poller) { delete(f.folders, "A") }},
	// A message waits in the folder, and its time is over.
	{"MOVE UIDPLUS ID", []string{"SELECT in A", "present in A", "STORE in A", "EXPUNGE in A", "present in A again", "SELECT again"}, false,
		func(t *testing.T, f *fake, p *mailpoll.Poller) {
			f.put(bodyOne + fmt.Sprintf("-early-%p", f))
			pass(t, p)
		}},
	// What is moved there must be looked for.
	{"MOVE UIDPLUS ID", []string{"SEARCH in A", "heads in A", "bodies in A"}, true, nil},
}

// TestEveryStep: every step of a pass, with every manner of not answering it.
func TestEveryStep(t *testing.T) {
	t.Parallel()
	for _, st := range states {
		for _, step := range st.steps {
			t.Run(step, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := &reading{Box: storetest.New(t)}
					for i, m := range manners {
						misbehave(t, b, st, step, m, i)
					}
				})
			})
		}
	}
}

// misbehave is one case, on a mailbox of its own.
func misbehave(t *testing.T, b *reading, st state, step string, m manner, i int) {
	var log bytes.Buffer
	mailbox, none := fmt.Sprintf("M%d", i), 0
	texts := []string{fmt.Sprintf("canary %s %d one", step, i), fmt.Sprintf("canary %s %d two", step, i)}
	f := newFake(st.caps, mailbox)
	p := newPoller(t, b.Box, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: mailbox,
		Accepted: "A", KeepDays: &none, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	p.SetDial(f.Dial)
	if st.before != nil {
		st.before(t, f, p)
	}
	f.running.Wait()
	for _, text := range texts {
		f.put("Subject: x\r\n\r\n" + text)
	}
	met := false
	f.turn = func(now moment) (string, bool) {
		if st.mute {
			now.good = strings.ReplaceAll(now.good, "COPYUID", "X-COPIED")
		}
		if retried := slices.Contains([]string{"MOVE", "COPY", "STORE", "EXPUNGE"}, step); now.step != step && (!retried || now.step != step+" again") {
			return now.good, true
		}
		met = true
		return m.turn(now)
	}
	synctest.Wait()
	goroutines, begin := inBubble(), time.Now()
	_, err := p.Pass(t.Context())
	took := time.Since(begin)
	f.running.Wait()
	synctest.Wait()
	if left := inBubble(); left != goroutines {
		t.Errorf("%s: %d goroutines are left", m.name, left-goroutines)
	}
	if !met {
		t.Errorf("%s: it never came to %s: %v", m.name, step, f.heard)
	}
	if took > longest(step, m.name) {
		t.Errorf("%s: it takes %s", m.name, took)
	}
	got := string(mailpoll.Trouble(err))
	if want := troubles(step, m.name); !slices.Contains(want, got) || (got == "") != (err == nil) {
		t.Errorf("%s: the trouble is %q, not one of %q: %v", m.name, got, want, err)
	}
	same(t, m.name+": status", got, string(p.Status().Trouble))
	f.turn = nil
	pass(t, p)
	f.running.Wait()
	if said := fmt.Sprint(err, log.String()); strings.Contains(said, "canary") || strings.Contains(said, "hunter2") {
		t.Errorf("%s: it says what the server said: %s", m.name, said)
	}
	same(t, m.name+": left in the mailbox", []string(nil), f.raws(mailbox))
	in := slices.DeleteFunc(b.taken(t), func(text string) bool { return strings.Contains(text, "-early-") })
	same(t, m.name+": box", texts, in)
}

var bubble = regexp.MustCompile(`synctest bubble \d+`)

// inBubble is how many goroutines the bubble has.
func inBubble() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	mine := bubble.Find(stacks) // the first is this one
	return bytes.Count(stacks, append(mine, ']')) + bytes.Count(stacks, append(mine, ','))
}
