package mailpoll_test

import (
	"bytes"
	"context"
	"fmt"
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
		{"BYE", script{greeting: "* BYE canary full\r\nCLOSE"}, "busy", 1},
		{"BYE, and goes on", script{greeting: "* BYE canary\r\nFLOOD"}, "busy", 1},
		{"another protocol", script{greeting: "220 canary.example.com ESMTP\r\n"}, "server", 1},
		{"a line without end", script{greeting: "* OK FLOOD"}, "server", 1},
		{"a drip", script{greeting: "* OK DRIP"}, "silent", 1},
		{"BYE at LOGIN", but("LOGIN", "* BYE canary\r\nCLOSE"), "server", 1},
		{"wrong password", but("LOGIN", "%s NO [AUTHENTICATIONFAILED] canary hunter2\r\n"), "login", 1},
		{"no room", but("LOGIN", "%s NO [UNAVAILABLE] canary\r\n"), "busy", 1},
		{"too many connections", but("LOGIN", "%s NO [ALERT] Too many simultaneous canary connections\r\n"), "busy", 1},
		{"no TLS", but("LOGIN", "%s NO [PRIVACYREQUIRED] canary\r\n"), "tls", 1},
		{"no password is taken", but("CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\n%s OK\r\n", "LOGIN", "CLOSE", "AUTHENTICATE", "CLOSE"), "login", 1},
		{"unsafe login", but("SELECT", "%s NO SELECT Unsafe Login. Please contact canary@188.com for help\r\n"), "unsafe", 1},
		{"only SASL", but("CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE UIDPLUS LOGINDISABLED SASL-IR AUTH=PLAIN\r\n%s OK\r\n", "LOGIN", "%s NO canary\r\n",
			"AUTHENTICATE PLAIN AHUAaHVudGVyMg==", "%s OK\r\n"), "", 0},
		{"ID refused", but(" ID ", "%s BAD canary\r\n"), "", 0},
		{"ID with NIL in it", but(" ID ", "* ID (\"name\" NIL)\r\n%s OK\r\n"), "", 0},
		{"answers that nobody knows", but("SELECT", "* X-NEWS 7 canary\r\n* 3 VANISHED {6}\r\ncanary and more\r\n* LIST () \"/\" {3}\r\nA)\"\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n%s OK\r\n"), "", 0},
		{"10 GB that nobody knows", but("SELECT", "* LIST () \"/\" {10000000000}\r\nFLOOD"), "server", 1},
		{"a code without end", but("SELECT", "* OK [X \r\n* 1 EXISTS\r\n%s OK\r\n"), "server", 1},
		{"a text without end", but("SELECT", "* OK FLOOD"), "server", 1},
		{"BYE at SELECT", but("SELECT", "* BYE canary\r\n"), "server", 1},
		{"SELECT, no room", but("SELECT", "%s NO [INUSE] canary\r\n"), "busy", 1},
		{"SELECT, full", but("SELECT", "%s NO [OVERQUOTA] canary\r\n"), "quota", 1},
		{"not IMAP at SELECT", but("SELECT", "\r\n\r\n"), "server", 1},
		{"SELECT refused", but("SELECT", "%s NO canary\r\n"), "mailbox", 1},
		{"SELECT hangs", but("SELECT", ""), "silent", 1},
		{"no UIDVALIDITY", but("SELECT", "* 1 EXISTS\r\n%s OK\r\n"), "server", 1},
		{"SEARCH refused", but("SEARCH", "%s NO canary\r\n"), "server", 1},
		{"SEARCH of everything", but("SEARCH", "* ESEARCH UID ALL 1:4294967295\r\n%s OK\r\n", "INTERNALDATE", "%s NO canary\r\n"), "server", 1},
		{"SEARCH without end", but("SEARCH", "* SEARCH 1 FLOOD"), "server", 1},
		{"heads refused", but("INTERNALDATE", "%s BAD canary\r\n"), "", 1},
		{"heads of others", but("INTERNALDATE", "* 7 FETCH (UID 7 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 100)\r\n%s OK\r\n"), "", 1},
		{"heads without a date", but("INTERNALDATE", "* 1 FETCH (UID 1 RFC822.SIZE 100)\r\n%s OK\r\n"), "", 1},
		{"heads twice", but("INTERNALDATE", strings.Repeat("* 1 FETCH (UID 1 INTERNALDATE \"08-Sep-2026 10:00:00 +0800\" RFC822.SIZE 100)\r\n", 2)+"%s OK\r\n"), "", 0},
		{"body before its UID", but("BODY.PEEK", "* 1 FETCH (BODY[] {21}\r\nSubject: x\r\n\r\ncanary! UID 1)\r\n%s OK\r\n"), "", 0},
		{"body refused", but("BODY.PEEK", "%s NO canary\r\n"), "", 1},
		{"body NIL", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] NIL)\r\n%s OK\r\n"), "", 1},
		{"body of another", but("BODY.PEEK", "* 7 FETCH (UID 7 BODY[] {6}\r\ncanary)\r\n%s OK\r\n"), "", 1},
		{"body cut off", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\nCLOSE"), "server", 1},
		{"body stops", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\n"), "silent", 1},
		{"body drips", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {2000}\r\nSubject: canary\r\nDRIP"), "silent", 1},
		{"a structure without end", but("BODY.PEEK", "* 1 FETCH (BODYSTRUCTURE "+strings.Repeat("(", 1<<16)), "server", 1},
		{"a structure", but("BODY.PEEK", "* 1 FETCH (BODYSTRUCTURE ((\"a\" \"b\")))\r\n"), "server", 1},
		{"10 GB of a name", but("BODY.PEEK", "* 1 FETCH (ENVELOPE ({10000000000}\r\nFLOOD"), "server", 1},
		{"a body in quotes", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] \"FLOOD"), "server", 1},
		{"lines in quotes", but("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] \"a\r\nb\")\r\n%s OK\r\n"), "server", 1},
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
					Accepted: "A", Refused: "R", Quarantine: "Q", Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
				p.SetMaxMessage(1 << 20)
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
				same(t, "class", tt.class, string(p.Status().Trouble))
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

// TestCommands holds what is said to a server, in its order: ID before SELECT,
// nothing that marks a message as read, no other flag than \Deleted.
func TestCommands(t *testing.T) {
	const pass = "CAPABILITY|LOGIN|CAPABILITY|ID|SELECT|UID SEARCH|UID FETCH|UID FETCH|"
	for name, tt := range map[string]struct{ caps, want, class string }{
		"MOVE":    {"MOVE UIDPLUS ID IDLE", pass + "UID MOVE|LOGOUT", ""},
		"UIDPLUS": {"UIDPLUS ID", pass + "UID COPY|UID STORE|UID EXPUNGE|UID SEARCH|LOGOUT", "folder"}, // the script has the message for ever
		"neither": {"ID", pass + "LOGOUT", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var servers sync.WaitGroup
				defer servers.Wait()
				var said []string
				server := but("CAPABILITY", "* CAPABILITY IMAP4rev1 "+tt.caps+"\r\n%s OK\r\n", "COPY", "%s OK [COPYUID 2 1 1] x\r\n", "STORE 1 +FLAGS.SILENT (\\Deleted)", "%s OK\r\n", "EXPUNGE 1", "%s OK\r\n")
				server.heard = func(line string) {
					for _, bad := range []string{"ENVELOPE", "BODYSTRUCTURE", "BODY[", "RFC822)", "RFC822 ", "\\Seen"} {
						if strings.Contains(line, bad) {
							t.Errorf("%s: %q", bad, line)
						}
					}
					words := strings.Fields(line)[1:]
					if words[0] == "UID" {
						words[0] += " " + words[1]
					}
					said = append(said, words[0])
				}
				p := newPoller(t, storetest.New(t), mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "p", Accepted: "A"})
				p.SetDial(func(context.Context) (net.Conn, error) {
					near, far := net.Pipe()
					servers.Go(func() { server.serve(far) })
					return near, nil
				})
				_, err := p.Pass(t.Context())
				same(t, "class", tt.class, string(p.Status().Trouble))
				if (err == nil) != (tt.class == "") {
					t.Error(err)
				}
				servers.Wait()
				same(t, "commands", tt.want, strings.Join(said, "|"))
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
				same(t, "class", "", string(p.Status().Trouble))
			})
		})
	}
}
