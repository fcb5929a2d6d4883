package mailpoll_test

import (
	"bufio"
	"context"
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
