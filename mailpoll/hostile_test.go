package mailpoll_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// A script is a mail server that says what it is told to. It answers a command
// with the first entry that the command contains; %s stands for its tag. With
// nothing more to say it hangs, and it hangs up after "CLOSE".
type script struct {
	greeting string
	on       [][2]string
}

// usual is how a good server answers for a mailbox with one message.
var usual = [][2]string{
	{"CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE UIDPLUS ID\r\n%s OK\r\n"},
	{"LOGIN", "%s OK\r\n"},
	{" ID ", "* ID NIL\r\n%s OK\r\n"},
	{"SELECT", "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n%s OK [READ-WRITE] done\r\n"},
	{"SEARCH", "* SEARCH 1\r\n%s OK\r\n"},
	{"INTERNALDATE", "* 1 FETCH (UID 1 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 100)\r\n%s OK\r\n"},
	{"BODY.PEEK[]", "* 1 FETCH (UID 1 BODY[] {21}\r\nSubject: x\r\n\r\ncanary!)\r\n%s OK\r\n"},
	{"MOVE", "* OK [COPYUID 2 1 1] x\r\n* 1 EXPUNGE\r\n%s OK\r\n"},
	{"CREATE", "%s NO [ALREADYEXISTS] there is one\r\n"},
	{"LOGOUT", "* BYE\r\n%s OK\r\nCLOSE"},
	{"NOOP", "%s OK\r\n"},
}

// but is the usual server with another answer to some commands.
func but(on ...string) script {
	s := script{greeting: "* OK canary-host ready\r\n"}
	for i := 0; i < len(on); i += 2 {
		s.on = append(s.on, [2]string{on[i], on[i+1]})
	}
	s.on = append(s.on, usual...)
	return s
}

// serve talks until the other end hangs up.
func (s script) serve(conn net.Conn) {
	defer conn.Close()
	if !say(conn, s.greeting) {
		return
	}
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		tag, _, _ := strings.Cut(line, " ")
		for _, on := range s.on {
			if strings.Contains(line, on[0]) {
				if !say(conn, strings.ReplaceAll(on[1], "%s", tag)) {
					return
				}
				break
			}
		}
	}
}

// say reports whether the connection goes on. What ends with DRIP comes byte
// by byte, one in twenty seconds; FLOOD goes on for ever.
func say(conn net.Conn, text string) bool {
	text, hangUp := strings.CutSuffix(text, "CLOSE")
	text, drip := strings.CutSuffix(text, "DRIP")
	text, flood := strings.CutSuffix(text, "FLOOD")
	_, err := io.WriteString(conn, text)
	for drip && err == nil {
		time.Sleep(20 * time.Second)
		_, err = io.WriteString(conn, "a")
	}
	for flood && err == nil {
		_, err = conn.Write(bytes.Repeat([]byte("a"), 4096))
	}
	return err == nil && !hangUp
}

const tenGB = "* 1 FETCH (UID 1 BODY[] {10000000000}\r\n"

// TestHostile: whatever a server does, a pass ends within a bound, with the
// class of what went wrong, and neither the error nor the log repeat a word of
// the server's. A good server after it gets the one message in.
func TestHostile(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script script
		class  string
		left   int // messages that the good server has to give after it
	}{
		{"good", but(), "", 0},
		{"silent", script{}, "silent", 1},
		{"silent after the greeting", script{greeting: "* OK\r\n"}, "silent", 1},
		{"hangs up", script{greeting: "CLOSE"}, "server", 1},
		{"BYE", script{greeting: "* BYE canary full\r\nCLOSE"}, "server", 1},
		{"another protocol", script{greeting: "220 canary.example.com ESMTP\r\n"}, "server", 1},
		{"a line without end", script{greeting: "* OK FLOOD"}, "server", 1},
		{"a drip", script{greeting: "* OK DRIP"}, "silent", 1},
		{"BYE at LOGIN", but("LOGIN", "* BYE canary\r\nCLOSE"), "server", 1},
		{"wrong password", but("LOGIN", "%s NO [AUTHENTICATIONFAILED] canary hunter2\r\n"), "login", 1},
		{"no room", but("LOGIN", "%s NO [UNAVAILABLE] canary\r\n"), "server", 1},
		{"unsafe login", but("SELECT", "%s NO SELECT Unsafe Login. Please contact canary@188.com for help\r\n"), "unsafe", 1},
		{"ID refused", but(" ID ", "%s BAD canary\r\n"), "", 0},
		{"ID with NIL in it", but(" ID ", "* ID (\"name\" NIL)\r\n%s OK\r\n"), "server", 1},
		{"SELECT refused", but("SELECT", "%s NO canary\r\n"), "mailbox", 1},
		{"SELECT hangs", but("SELECT", ""), "silent", 1},
		{"no UIDVALIDITY", but("SELECT", "* 1 EXISTS\r\n%s OK\r\n"), "server", 1},
		{"SEARCH refused", but("SEARCH", "%s NO canary\r\n"), "server", 1},
		{"SEARCH of everything", but("SEARCH", "* ESEARCH UID ALL 1:4294967295\r\n%s OK\r\n", "INTERNALDATE", "%s NO canary\r\n"), "server", 1},
		{"SEARCH without end", but("SEARCH", "* SEARCH 1 FLOOD"), "server", 1},
		{"heads refused", but("INTERNALDATE", "%s BAD canary\r\n"), "server", 1},
		{"heads of others", but("INTERNALDATE", "* 7 FETCH (UID 7 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 100)\r\n%s OK\r\n"), "", 1},
		{"heads without a date", but("INTERNALDATE", "* 1 FETCH (UID 1 RFC822.SIZE 100)\r\n%s OK\r\n"), "", 1},
		{"heads twice", but("INTERNALDATE", strings.Repeat("* 1 FETCH (UID 1 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 100)\r\n", 2)+"%s OK\r\n"), "", 0},
		{"body refused", but("BODY.PEEK", "%s NO canary\r\n"), "", 1},
		{"body NIL", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] NIL)\r\n%s OK\r\n"), "", 1},
		{"body of another", but("BODY.PEEK", "* 7 FETCH (UID 7 BODY[] {6}\r\ncanary)\r\n%s OK\r\n"), "", 1},
		{"body cut off", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\nCLOSE"), "server", 1},
		{"body stops", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\n"), "silent", 1},
		{"body drips", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\nDRIP"), "silent", 1},
		{"body of 10 GB", but("BODY.PEEK", tenGB), "server", -1},
		{"body of 10 GB, sent", but("BODY.PEEK", tenGB+"FLOOD"), "server", -1},
		{"10 GB of another's body", but("BODY.PEEK", "* 7 FETCH (UID 7 BODY[] {10000000000}\r\nFLOOD"), "server", 1},
		{"MOVE refused", but("MOVE", "%s NO canary\r\n"), "folder", 0},
		{"MOVE hangs", but("MOVE", ""), "silent", 0},
		{"MOVE, says OK, and did not", but("MOVE", "%s OK\r\n"), "folder", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				var servers sync.WaitGroup
				defer servers.Wait()
				b, server := storetest.New(t), tt.script
				p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2",
					Accepted: "A", Refused: "R", Quarantine: "Q", MaxMessage: 1 << 20, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
				p.SetDial(func(context.Context) (net.Conn, error) {
					near, far := net.Pipe()
					now := server
					servers.Go(func() { now.serve(far) })
					return near, nil
				})
				begin := time.Now()
				_, err := p.Pass(t.Context())
				if took := time.Since(begin); took > 10*time.Minute {
					t.Errorf("it takes %s", took)
				}
				same(t, "class", tt.class, p.Status().LastError)
				if said := fmt.Sprint(err, log.String()); strings.Contains(said, "canary") || strings.Contains(said, "hunter2") {
					t.Errorf("it says what the server said: %s", said)
				}
				server = but()
				after := pass(t, p)
				if tt.left < 0 {
					same(t, "set aside", []string(nil), taken(t, b))
					return
				}
				if after.Read != tt.left || after.Pending != 0 {
					t.Errorf("after it %+v", after)
				}
				same(t, "box", []string{"canary!"}, taken(t, b))
			})
		})
	}
}

// The end of the context ends any wait at once.
func TestStopped(t *testing.T) {
	for _, at := range []string{"", "CAPABILITY", "LOGIN", "SELECT", "SEARCH", "INTERNALDATE", "BODY.PEEK", "MOVE"} {
		t.Run("at "+at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var servers sync.WaitGroup
				defer servers.Wait()
				server := but(at, "")
				if at == "" {
					server = script{}
				}
				p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Accepted: "A"})
				p.SetDial(func(context.Context) (net.Conn, error) {
					near, far := net.Pipe()
					now := server
					servers.Go(func() { now.serve(far) })
					return near, nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
				defer cancel()
				begin := time.Now()
				_, err := p.Pass(ctx)
				wantErr(t, err, context.DeadlineExceeded)
				if took := time.Since(begin); took != 7*time.Second {
					t.Errorf("it takes %s", took)
				}
				same(t, "class", "", p.Status().LastError)
			})
		})
	}
}
