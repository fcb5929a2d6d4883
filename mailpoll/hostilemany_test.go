package mailpoll_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// most is the limit of a message in these tests, in bytes.
const most = 2000

// A lie is what a server says once about four messages, UIDs 1 to 4, in the
// mailbox M. "%s" stands for the tag.
type lie struct {
	name  string
	step  string
	say   func(c lied) string
	acts  bool
	want  wanted
	heads string // when not empty, what is said at heads
}

// lied is what a lie is made of.
type lied struct {
	moment
	raws []string // of UIDs 1 to 4
}

// body is the answer with the message of a UID.
func (c lied) body(uids ...int) (all string) {
	for _, uid := range uids {
		all += body(uid, uint32(uid), c.raws[uid-1])
	}
	return all
}

func (c lied) ok() string { return c.tag + " OK done\r\n" }

// wanted is what comes of a lie.
type wanted struct {
	trouble string
	unread  int
	aside   int      // in quarantine after all
	stays   int      // in the mailbox after all
	texts   []string // in place of those of UIDs 1 to 4: "" for none
}

// plain is a lie with the same words for all.
func plain(words string) func(lied) string {
	return func(c lied) string { return strings.ReplaceAll(words, "%s", c.tag) }
}

// lies tells each in a pass of its own, each on a mailbox of its own in one
// box. A message that comes after it, and a good server, must always do: no
// message is lost, and none is taken twice.
func lies(t *testing.T, list []lie) {
	synctest.Test(t, func(t *testing.T) {
		b := &reading{Box: storetest.New(t)}
		for i, l := range list {
			tell(t, b, l, i)
		}
	})
}

func tell(t *testing.T, b *reading, l lie, i int) {
	var log bytes.Buffer
	var raws, want []string
	for uid := 1; uid <= 4; uid++ {
		text := fmt.Sprintf("canary %s %d", l.name, uid)
		if len(l.want.texts) > 0 {
			text = l.want.texts[uid-1]
		}
		if text != "" {
			want = append(want, text)
		}
		raws = append(raws, fmt.Sprintf("Subject: x\r\n\r\ncanary %s %d", l.name, uid))
	}
	mailbox, none := fmt.Sprintf("L%d", i), 0
	f := newFake(everything, mailbox, raws...)
	p := newPoller(t, b.Box, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: mailbox,
		Accepted: "A", Quarantine: "Q", KeepDays: &none, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	p.SetDial(f.Dial)
	p.SetMaxMessage(most)
	f.turn = func(m moment) (string, bool) {
		switch {
		case m.step == l.step:
			return l.say(lied{m, raws}), l.acts
		case m.step == "heads" && l.heads != "":
			return strings.ReplaceAll(l.heads, "%s", m.tag), true
		}
		return m.good, true
	}
	got, err := p.Pass(t.Context())
	f.running.Wait()
	same(t, l.name+": trouble", l.want.trouble, string(mailpoll.Trouble(err)))
	same(t, l.name+": unread", l.want.unread, got.Unread)
	f.turn = nil
	f.put("Subject: x\r\n\r\ncanary " + l.name + " late")
	want = append(want, "canary "+l.name+" late")
	for range 2 {
		if last := pass(t, p); last.Unread > 0 {
			t.Errorf("%s: then %+v", l.name, last)
		}
		f.running.Wait()
	}
	if said := fmt.Sprint(err, log.String()); strings.Contains(said, "canary") {
		t.Errorf("%s: it says what the server said: %s", l.name, said)
	}
	slices.Sort(want)
	same(t, l.name+": box", want, b.taken(t))
	same(t, l.name+": quarantine", l.want.aside, len(f.raws("Q")))
	same(t, l.name+": left in the mailbox", l.want.stays, len(f.raws(mailbox)))
}

// TestBodies: what can be wrong in the answer to the FETCH of many messages.
func TestBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", most)
	var flood, unasked string
	for i := range 400 {
		flood += fmt.Sprintf("* %d EXISTS\r\n* 1 RECENT\r\n", i)
		unasked += body(9, uint32(100+i), "canary of another")
	}
	lies(t, []lie{
		{name: "any order", step: "bodies", say: func(c lied) string { return c.body(3, 1, 4, 2) + c.ok() }},
		{name: "some missing", step: "bodies", say: func(c lied) string { return c.body(4, 2) + c.ok() }, want: wanted{}},
		{name: "all missing", step: "bodies", say: func(c lied) string { return c.ok() }, want: wanted{}},
		{name: "some missing, and NO", step: "bodies", say: func(c lied) string { return c.body(4) + c.tag + " NO canary\r\n" }},
		{name: "some missing, and BYE", step: "bodies", say: func(c lied) string { return c.body(4, 1) + "* BYE canary\r\n" }, want: wanted{trouble: "server"}},
		{name: "some missing, and silence", step: "bodies", say: func(c lied) string { return c.body(2, 1) }, want: wanted{trouble: "silent"}},
		{name: "twice, other bytes", step: "bodies", say: func(c lied) string {
			return c.body(1, 2) + body(1, 1, "Subject: x\r\n\r\ncanary other") + c.body(2, 3, 4, 3) + c.ok()
		}},
		{name: "twice in one", step: "bodies", say: func(c lied) string {
			return strings.TrimSuffix(c.body(1), ")\r\n") + " BODY[] {6}\r\ncanary)\r\n" + c.body(2, 3, 4) + c.ok()
		}},
		{name: "not asked", step: "bodies", say: func(c lied) string {
			return body(9, 99, "Subject: x\r\n\r\ncanary other") + c.body(1, 2) + body(1, 5, "Subject: x\r\n\r\ncanary other") + c.body(3, 4) + c.ok()
		}},
		{name: "sequence numbers", step: "bodies", say: func(c lied) string {
			return body(4294967295, 1, c.raws[0]) + body(1, 2, c.raws[1]) + body(1, 3, c.raws[2]) + body(0, 4, c.raws[3]) + c.ok()
		}},
		{name: "UID after it", step: "bodies", say: func(c lied) string {
			return c.body(1) + fmt.Sprintf("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(c.raws[1]), c.raws[1]) + c.body(3, 4) + c.ok()
		}, want: wanted{}},
		{name: "no UID", step: "bodies", say: func(c lied) string {
			return c.body(1) + fmt.Sprintf("* 2 FETCH (BODY[] {%d}\r\n%s)\r\n", len(c.raws[1]), c.raws[1]) + c.body(3, 4) + c.ok()
		}, want: wanted{}},
		{name: "two UIDs", step: "bodies", say: func(c lied) string {
			return strings.Replace(c.body(1), "UID 1", "UID 7 UID 1", 1) + c.body(2, 3, 4) + c.ok()
		}},
		{name: "small letters", step: "bodies", say: func(c lied) string {
			return strings.NewReplacer("FETCH", "Fetch", "UID", "uid", "BODY", "body").Replace(c.body(1, 2, 3, 4)) + c.ok()
		}},
		{name: "flags as well", step: "bodies", say: func(c lied) string {
			return strings.ReplaceAll(c.body(1, 2, 3, 4), "BODY[]", `FLAGS (\Seen \Recent) BODY[]`) + c.ok()
		}},
		{name: "empty", step: "bodies", say: func(c lied) string {
			return c.body(1) + "* 2 FETCH (UID 2 BODY[] {0}\r\n)\r\n* 3 FETCH (UID 3 BODY[] \"\")\r\n" + c.body(4) + c.ok()
		}, want: wanted{}},
		{name: "NIL", step: "bodies", say: func(c lied) string { return c.body(1) + "* 2 FETCH (UID 2 BODY[] NIL)\r\n" + c.body(3, 4) + c.ok() }, want: wanted{}},
		{name: "in quotes", step: "bodies", say: func(c lied) string {
			return c.body(1) + "* 2 FETCH (UID 2 BODY[] \"canary in quotes\")\r\n" + c.body(3, 4) + c.ok()
		}, want: wanted{texts: []string{"canary in quotes 1", "canary in quotes", "canary in quotes 3", "canary in quotes 4"}}},
		{name: "a part", step: "bodies", say: func(c lied) string {
			return strings.Replace(c.body(1), "BODY[]", "BODY[]<0>", 1) + c.body(2, 3, 4) + c.ok()
		}, want: wanted{}},
		{name: "BODY[TEXT]", step: "bodies", say: func(c lied) string { return strings.Replace(c.body(1), "BODY[]", "BODY[TEXT]", 1) + c.ok() }, want: wanted{trouble: "server"}},
		{name: "RFC822", step: "bodies", say: func(c lied) string { return strings.Replace(c.body(1), "BODY[]", "RFC822", 1) + c.ok() }, want: wanted{trouble: "server"}},
		{name: "another kind of literal", step: "bodies", say: func(c lied) string { return strings.Replace(c.body(1), "{", "~{", 1) + c.ok() }, want: wanted{trouble: "server"}},
		{name: "no number", step: "bodies", say: func(c lied) string { return "* 1 FETCH (UID 1 BODY[] {-1}\r\n" + c.ok() }, want: wanted{trouble: "server"}},
		{name: "over 64 bits", step: "bodies", say: func(c lied) string { return "* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n" + c.ok() }, want: wanted{trouble: "server"}},
		{name: "cut off", step: "bodies", say: func(c lied) string { s := c.body(1, 2, 3); return s[:len(s)-20] + "CLOSE" }, want: wanted{trouble: "server"}},
		{name: "stops", step: "bodies", say: func(c lied) string { s := c.body(1, 2, 3); return s[:len(s)-20] }, want: wanted{trouble: "silent"}},
		{name: "drips", step: "bodies", say: func(c lied) string { s := c.body(1, 2, 3); return s[:len(s)-20] + "DRIP" }, want: wanted{trouble: "silent"}},
		{name: "shorter than it says", step: "bodies", say: func(c lied) string {
			return c.body(1) + strings.Replace(c.body(2), "{", "{9", 1) + c.body(3, 4) + c.ok()
		}, want: wanted{trouble: "silent"}},
		{name: "EXPUNGE in it", step: "bodies", say: func(c lied) string {
			return c.body(1) + "* 1 EXPUNGE\r\n* 7 EXPUNGE\r\n* 3 EXISTS\r\n" + c.body(2, 3, 4) + c.ok()
		}},
		{name: "EXPUNGE of four billion", step: "bodies", say: func(c lied) string {
			return strings.Repeat("* 4294967295 EXPUNGE\r\n", 400) + c.body(1, 2, 3, 4) + c.ok()
		}},
		{name: "EXISTS", step: "bodies", say: func(c lied) string { return c.body(1) + flood + c.body(2) + flood + c.body(3, 4) + flood + c.ok() }},
		{name: "EXISTS without end", step: "bodies", say: func(c lied) string { return c.body(1, 3) + "STORM" }, want: wanted{trouble: "server"}},
		{name: "many not asked", step: "bodies", say: func(c lied) string { return unasked + c.body(1) + unasked + c.body(2, 3, 4) + unasked + c.ok() }},
		{name: "not asked without end", step: "bodies", say: func(c lied) string { return c.body(2) + strings.Repeat(unasked, 100) }, want: wanted{trouble: "server"}},
		{name: "the same without end", step: "bodies", say: func(c lied) string { return c.body(2) + strings.Repeat(c.body(2), 40_000) }, want: wanted{trouble: "server"}},
		{name: "the limit", step: "bodies", say: func(c lied) string { return c.body(1) + body(2, 2, long) + c.body(3, 4) + c.ok() },
			want: wanted{texts: []string{"canary the limit 1", long, "canary the limit 3", "canary the limit 4"}}},
		{name: "over it", step: "bodies", say: func(c lied) string { return c.body(1) + body(2, 2, long+"x") + c.body(3, 4) + c.ok() },
			want: wanted{trouble: "server", aside: 1, texts: []string{"canary over it 1", "", "canary over it 3", "canary over it 4"}}},
		{name: "10 GB", step: "bodies", say: func(c lied) string { return c.body(1) + "* 2 FETCH (UID 2 BODY[] {10000000000}\r\nFLOOD" },
			want: wanted{trouble: "server", aside: 1, texts: []string{"canary 10 GB 1", "", "canary 10 GB 3", "canary 10 GB 4"}}},
		{name: "10 GB of another", step: "bodies", say: func(c lied) string { return c.body(1) + "* 2 FETCH (UID 9 BODY[] {10000000000}\r\nFLOOD" }, want: wanted{trouble: "server"}},
	})
}
