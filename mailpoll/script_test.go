package mailpoll_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"time"
)

// A script is a mail server that says what it is told to. It answers a command
// with the first entry that the command contains; %s stands for its tag. With
// nothing more to say it hangs, and it hangs up after "CLOSE".
type script struct {
	greeting string
	on       [][2]string
	heard    func(line string) // each command; may be nil
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
		if s.heard != nil {
			s.heard(line)
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
// by byte, one in twenty seconds; FLOOD goes on for ever, and so do the lines
// of STORM.
func say(conn net.Conn, text string) bool {
	text, hangUp := strings.CutSuffix(text, "CLOSE")
	text, drip := strings.CutSuffix(text, "DRIP")
	text, flood := strings.CutSuffix(text, "FLOOD")
	text, storm := strings.CutSuffix(text, "STORM")
	_, err := io.WriteString(conn, text)
	for drip && err == nil {
		time.Sleep(20 * time.Second)
		_, err = io.WriteString(conn, "a")
	}
	for flood && err == nil {
		_, err = conn.Write(bytes.Repeat([]byte("a"), 4096))
	}
	for storm && err == nil {
		_, err = io.WriteString(conn, strings.Repeat("* 9 EXISTS\r\n", 300))
	}
	return err == nil && !hangUp
}
