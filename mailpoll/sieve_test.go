package mailpoll

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
)

// saying is a connection on which a server says this.
type saying struct {
	net.Conn
	io.Reader
}

func (s saying) Read(b []byte) (int, error) { return s.Reader.Read(b) }

func sifted(said string, entering bool) (got string, fault error) {
	for _, in := range []io.Reader{strings.NewReader(said), iotest.OneByteReader(strings.NewReader(said))} {
		w := &wire{}
		s := newSieve(saying{Reader: in}, w, false)
		s.entering.Store(entering)
		b, _ := io.ReadAll(iotest.HalfReader(s))
		got, fault = string(b), w.fault
	}
	return got, fault
}

// TestSieve: what go-imap is given of what a server says.
func TestSieve(t *testing.T) {
	const hello = "* OK [CAPABILITY IMAP4rev1] -\r\n"
	long := strings.Repeat("1 ", 20<<10)
	for name, tt := range map[string]struct {
		said, want string
		fault      error
	}{
		"greeting":          {"* OK [CAPABILITY IMAP4rev2 X] canary\r\n", hello, nil},
		"preauth":           {"* preauth canary\r\n", "* PREAUTH [CAPABILITY IMAP4rev1] -\r\n", nil},
		"BYE":               {"* BYE go\r\n* 1 EXISTS\r\n", "* BYE go\r\n", nil},
		"second OK":         {"* OK a\r\n* OK b\r\n", hello + "* OK b\r\n", nil},
		"both kinds":        {"* OK\r\n* CAPABILITY IMAP4rev1 IMAP4rev2 MOVE\r\n", hello + "* CAPABILITY IMAP4rev1 MOVE\r\n", nil},
		"the newer kind":    {"* OK\r\n* CAPABILITY IMAP4rev2 MOVE\r\n", hello + "* CAPABILITY IMAP4rev2 MOVE\r\n", nil},
		"left out":          {"* OK\r\n* ID (\"a\" NIL)\r\n* 7 X {3}\r\na\r\n {4}\r\n(b\r\n)\r\n* 2 EXISTS\r\n", hello + "* 2 EXISTS\r\n", nil},
		"search":            {"* OK\r\n* SEARCH " + long + "\r\nT1 OK\r\n", hello + "* SEARCH " + long + "\r\nT1 OK\r\n", nil},
		"body":              {"* OK\r\n* 1 FETCH (UID 1 BODY[] {6}\r\n((\"\r\n) FLAGS (\\Seen))\r\nT1 OK\r\n", hello + "* 1 FETCH (UID 1 BODY[] {6}\r\n((\"\r\n) FLAGS (\\Seen))\r\nT1 OK\r\n", nil},
		"part of a body":    {"* OK\r\n* 1 FETCH (BODY[]<5> {1}\r\na)\r\n", hello + "* 1 FETCH (BODY[]<5> {1}\r\na)\r\n", nil},
		"parenthesis in \"": {"* OK\r\n* 1 FETCH (X \"((\\\"((\")\r\n", hello + "* 1 FETCH (X \"((\\\"((\")\r\n", nil},
		"too deep":          {"* OK\r\n* 1 FETCH (BODY (()))\r\n", hello, errNotIMAP},
		"literal elsewhere": {"* OK\r\n* 1 FETCH (ENVELOPE {3}\r\n", hello + "* 1 FETCH (ENVELOPE {3}\r\n", errNotIMAP},
		"long fetch":        {"* OK\r\n* 1 FETCH (X " + strings.Repeat("a", maxText) + ")\r\n", "", errFlood},
		"long text":         {"* OK\r\n* OK " + strings.Repeat("a", maxText) + "\r\n", "", errFlood},
		"long set":          {"* OK\r\n* ESEARCH UID ALL " + strings.Repeat("1,", maxSets/2) + "\r\n", "", errFlood},
		"literal in a set":  {"* OK\r\n* ESEARCH (TAG {3}\r\n", "", errFlood},
		"endless":           {"* OK\r\n* CAPABILITY IMAP4rev1 (\r\n", "", errNotIMAP},
		"endless at once":   {"* OK\r\n* capability(\r\n", "", errNotIMAP},
		"endless in a code": {"* OK\r\n* OK [CAPABILITY A (] x\r\n", "", errNotIMAP},
		"no loop":           {"* OK\r\n* OK [CAPABILITY A] x (\r\n", hello + "* OK [CAPABILITY A] x (\r\n", nil},
		"long capabilities": {"* OK\r\n* CAPABILITY " + strings.Repeat("A ", maxWords) + "\r\n", "", errFlood},
		"code not closed":   {"* OK\r\n* OK [X a\r\nT1 OK\r\n", "", errNotIMAP},
	} {
		t.Run(name, func(t *testing.T) {
			got, fault := sifted(tt.said, false)
			if tt.want != "" && fault == nil && got != tt.want || fault != tt.fault {
				t.Errorf("%q, %v\nwant %q, %v", got, fault, tt.want, tt.fault)
			}
			if !strings.HasPrefix(got, tt.want) && !strings.HasPrefix(tt.want, got) {
				t.Errorf("%q", got)
			}
		})
	}
	if got, _ := sifted("* OK\r\nT2 OK [CAPABILITY X] in\r\nT3 NO [X] b\r\n", true); got != hello+"T2 OK [CAPABILITY IMAP4rev1] -\r\nT3 NO [X] b\r\n" {
		t.Errorf("at the login: %q", got)
	}
}

// TestWriteTimeout: a server that stops reading is one that does not answer,
// also when the write that waits is the first to know. go-imap closes the
// connection then, and the read says no more than that.
func TestWriteTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		w := &wire{Conn: near}
		w.expect(bodily(1<<20, 1<<20))
		read := make(chan error, 1)
		go func() {
			_, err := w.Read(make([]byte, 1))
			read <- err
		}()
		if err := w.SetWriteDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, err := w.Write([]byte("T9 CAPABILITY\r\n"))
		if err == nil {
			t.Fatal("it is written")
		}
		_ = w.Close() // as go-imap does
		if err := <-read; err == nil {
			t.Error("something is read")
		}
		if got := trouble(w.broken(t.Context(), "")); got != intake.ServerSilent {
			t.Errorf("trouble %q", got)
		}
	})
}

// FuzzServer: whatever a server says, our session and go-imap behind it come
// to an end, and the process goes on. Each command is answered by what stands
// up to the next NUL; %s is its tag.
func FuzzServer(f *testing.F) {
	good := []string{"* OK hello\r\n", "* CAPABILITY IMAP4rev1 MOVE UIDPLUS ID IDLE\r\n%s OK\r\n", "%s OK in\r\n", "* CAPABILITY IMAP4rev1 MOVE UIDPLUS ID IDLE\r\n%s OK\r\n",
		"* ID (\"name\" NIL)\r\n%s OK\r\n", "* 1 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] x\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n%s OK [READ-WRITE] x\r\n", "* SEARCH 1\r\n%s OK\r\n",
		"* 1 FETCH (UID 1 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 3)\r\n%s OK\r\n", "* 1 FETCH (UID 1 BODY[] {3}\r\na\r\n)\r\n%s OK\r\n", "* OK [COPYUID 2 1 1] x\r\n* 1 EXPUNGE\r\n%s OK\r\n",
		"+ idling\r\n* 2 EXISTS\r\n", "%s OK\r\n", "* BYE\r\n%s OK\r\n"}
	f.Add([]byte(strings.Join(good, "\x00")))
	for i := range good {
		for _, odd := range []string{"* 1 FETCH (BODYSTRUCTURE ((((((\r\n", "* 1 FETCH (ENVELOPE ({99999999999}\r\n", "* ESEARCH (TAG \"T7\") UID ALL 1:4294967295\r\n%s OK\r\n", "%s NO [OVERQUOTA] x\r\n", "+ \r\n", "* BYE\r\n",
			"* 1 FETCH (FLAGS (\\Seen) UID 1 MODSEQ (5) BODY[]<0> NIL)\r\n%s OK\r\n", "* OK [X \r\n]\r\n", "* LIST () NIL {3}\r\na)b\r\n%s BAD\r\n", "%s OK [COPYUID 1 1:* 1]\r\n", "* 4294967296 EXISTS\r\n", "* CAPABILITY IMAP4rev1 (\r\n%s OK\r\n"} {
			lines := append([]string{}, good...)
			lines[i] = odd
			f.Add([]byte(strings.Join(lines, "\x00")))
		}
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			p, err := New(nil, Options{Address: "127.0.0.1:143", Security: NoTLS, Username: "u", Password: "p"})
			if err != nil {
				t.Fatal(err)
			}
			p.dial = func(context.Context) (net.Conn, error) {
				near, far := net.Pipe()
				go answer(far, said)
				return near, nil
			}
			if err := converse(ctx, p); err != nil && trouble(err) == "" {
				t.Errorf("it does not come to an end: %v", err)
			}
		})
	})
}

// answer is the server of FuzzServer; it hangs up when it has said all.
func answer(conn net.Conn, said []byte) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for i, words := range bytes.Split(said, []byte{0}) {
		tag := "T0"
		if i > 0 {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			tag, _, _ = strings.Cut(line, " ")
		}
		if _, err := conn.Write(bytes.ReplaceAll(words, []byte("%s"), []byte(tag))); err != nil {
			return
		}
	}
}

// converse says what a pass says.
func converse(ctx context.Context, p *Poller) error {
	s, err := p.connect(ctx)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	if _, err := s.choose(ctx, "INBOX", false); err != nil {
		return err
	}
	found, err := s.search(ctx, 1)
	uids := above(0, found)
	if err != nil {
		return err
	}
	if _, err := s.heads(ctx, append(uids[:min(len(uids), 3)], 1)); err != nil {
		return err
	}
	err = s.ask(ctx, briefly, func() error {
		cmd := s.client.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				if b, is := item.(imapclient.FetchItemDataBodySection); is && b.Literal != nil {
					if _, err := io.Copy(io.Discard, b.Literal); err != nil {
						return err
					}
				}
			}
		}
		return cmd.Close()
	})
	if err != nil && refusal(err) == nil {
		return err
	}
	if _, err := s.shift(ctx, []imap.UID{1}, "A"); err != nil && refusal(err) == nil {
		return err
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if s.caps.Has(imap.CapIdle) {
		if _, err := s.idle(ctx, done.Done()); refusal(err) == nil {
			return err
		}
	}
	return nil
}
