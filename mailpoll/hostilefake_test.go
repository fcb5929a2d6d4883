package mailpoll_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// A fake is a mail server with folders that keep what is done to them: it is
// hostile at one moment and good before and after it.
type fake struct {
	caps string
	// turn, when not nil, says in place of the fake what is answered, in the
	// words of say, and whether the command is carried out.
	turn func(m moment) (answer string, acts bool)

	inbox   string
	mu      sync.Mutex
	folders map[string]*fakeFolder
	calls   []time.Time // of each connection
	heard   []string    // the steps
	lines   []string    // the commands, whole
	running sync.WaitGroup
}

// A moment is one command, or the greeting.
type moment struct {
	step string // see step; a second one in a connection ends with " again"
	tag  string
	good string // what a good server answers
}

type fakeFolder struct {
	validity, next uint32
	mails          []fakeMail
}

type fakeMail struct {
	uid     uint32
	at      time.Time
	raw     string
	deleted bool
}

const everything = "MOVE UIDPLUS ID IDLE"

// newFake has a mailbox with messages that came in hours, and the folders A
// and Q.
func newFake(caps, inbox string, raws ...string) *fake {
	f := &fake{caps: caps, inbox: inbox, folders: map[string]*fakeFolder{inbox: {validity: 1, next: 1}, "A": {validity: 2, next: 1}, "Q": {validity: 4, next: 1}}}
	f.put(raws...)
	return f
}

func (f *fake) put(raws ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, raw := range raws {
		f.folders[f.inbox].add(fakeMail{at: inHours, raw: raw})
	}
}

func (b *fakeFolder) add(m fakeMail) uint32 {
	m.uid, m.deleted = b.next, false
	b.mails, b.next = append(b.mails, m), b.next+1
	return m.uid
}

// raws are the messages of a folder.
func (f *fake) raws(folder string) (list []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b := f.folders[folder]; b != nil {
		for _, m := range b.mails {
			list = append(list, m.raw)
		}
	}
	return list
}

// Dial is how a poller reaches it.
func (f *fake) Dial(context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, time.Now())
	f.running.Go(func() { f.serve(far) })
	return near, nil
}

func (f *fake) serve(conn net.Conn) {
	defer conn.Close()
	c := fakeConn{fake: f, steps: map[string]int{}}
	if !say(conn, c.answer("greeting", "*", func() string { return "* OK canary-host ready\r\n" })) {
		return
	}
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil || !say(conn, c.command(strings.TrimRight(line, "\r\n"))) {
			return
		}
	}
}

// A fakeConn is one connection to a fake.
type fakeConn struct {
	*fake
	steps    map[string]int
	selected string
	idle     string // the tag of the IDLE that goes on
}

func (c *fakeConn) command(line string) string {
	tag, rest, _ := strings.Cut(line, " ")
	if tag == "DONE" {
		tag, rest = c.idle, "DONE"
	}
	c.mu.Lock()
	c.lines = append(c.lines, rest)
	c.mu.Unlock()
	words := strings.Fields(strings.TrimPrefix(rest, "UID "))
	step := words[0]
	switch {
	case step == "FETCH" && strings.Contains(rest, "BODY.PEEK[]"):
		step = "bodies"
	case step == "FETCH":
		step = "heads"
	case step == "SEARCH" && words[1] == "UID" && !strings.HasSuffix(rest, "*"):
		step = "present"
	case step == "SELECT":
		c.selected = strings.Trim(words[1], `"`)
	case step == "IDLE":
		c.idle = tag
	}
	if c.selected == "A" {
		step += " in A"
	}
	return c.answer(step, tag, func() string { return c.do(tag, words, step) })
}

// answer is what is said at a step.
func (c *fakeConn) answer(step, tag string, do func() string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, step)
	if c.steps[step]++; c.steps[step] > 1 {
		step += " again"
	}
	if c.turn == nil {
		return do()
	}
	before := map[string]fakeFolder{}
	for name, b := range c.folders {
		kept := *b
		kept.mails = slices.Clone(b.mails)
		before[name] = kept
	}
	good := do()
	answer, acts := c.turn(moment{step, tag, good})
	if !acts {
		clear(c.folders)
		for name, b := range before {
			c.folders[name] = &b
		}
	}
	return answer
}

// do carries a command out, and answers.
func (c *fakeConn) do(tag string, words []string, step string) string {
	ok := tag + " OK done\r\n"
	here, all := c.folders[c.selected], ""
	switch words[0] {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 " + c.caps + "\r\n" + ok
	case "ID":
		return "* ID (\"name\" \"canary\")\r\n" + ok
	case "SELECT":
		if here == nil {
			return tag + " NO [NONEXISTENT] canary\r\n"
		}
		return fmt.Sprintf("* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [UIDNEXT %d] x\r\n%s", len(here.mails), here.validity, here.next, ok)
	case "SEARCH":
		for i, m := range here.mails {
			if words[1] != "UID" || inSet(words[2], m.uid) || strings.HasSuffix(words[2], "*") && i == len(here.mails)-1 {
				all += fmt.Sprintf(" %d", m.uid)
			}
		}
		return "* SEARCH" + all + "\r\n" + ok
	case "FETCH":
		for i, m := range here.mails {
			switch {
			case !inSet(words[1], m.uid):
			case strings.HasPrefix(step, "bodies"):
				all += body(i+1, m.uid, m.raw)
			default:
				all += headAt(m.at, i+1, m.uid, len(m.raw))
			}
		}
		return all + ok
	case "MOVE", "COPY":
		return c.take(tag, words)
	case "STORE":
		for i, m := range here.mails {
			here.mails[i].deleted = m.deleted || inSet(words[1], m.uid)
		}
	case "EXPUNGE":
		here.mails = slices.DeleteFunc(here.mails, func(m fakeMail) bool { return m.deleted && inSet(words[1], m.uid) })
	case "CREATE":
		if c.folders[strings.Trim(words[1], `"`)] != nil {
			return tag + " NO [ALREADYEXISTS] canary\r\n"
		}
		c.folders[strings.Trim(words[1], `"`)] = &fakeFolder{validity: 3, next: 1}
	case "IDLE":
		return "+ canary\r\n"
	case "LOGOUT":
		return "* BYE canary\r\n" + ok + "CLOSE"
	}
	return ok
}

// take is MOVE and COPY.
func (c *fakeConn) take(tag string, words []string) string {
	here, to := c.folders[c.selected], c.folders[strings.Trim(words[2], `"`)]
	if to == nil {
		return tag + " NO [TRYCREATE] canary\r\n"
	}
	var from, into, gone []string
	for i := len(here.mails) - 1; i >= 0; i-- {
		m := here.mails[i]
		if !inSet(words[1], m.uid) {
			continue
		}
		from, into = append(from, fmt.Sprint(m.uid)), append(into, fmt.Sprint(to.add(m)))
		if words[0] == "MOVE" {
			here.mails = slices.Delete(here.mails, i, i+1)
			gone = append(gone, fmt.Sprintf("* %d EXPUNGE\r\n", i+1))
		}
	}
	if len(from) == 0 { // RFC 4315 section 3: no code
		return tag + " OK none\r\n"
	}
	code := fmt.Sprintf("[COPYUID %d %s %s] x", to.validity, strings.Join(from, ","), strings.Join(into, ","))
	if words[0] == "COPY" {
		return tag + " OK " + code + "\r\n"
	}
	return "* OK " + code + "\r\n" + strings.Join(gone, "") + tag + " OK done\r\n"
}
