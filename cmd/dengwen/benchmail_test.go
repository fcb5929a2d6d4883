package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"

	"dengwen/mailpoll"
	"dengwen/mailpoll/memserver"
)

// BenchmarkPollLarge has the real dengwen poll take one mail of 50 MB, of which
// nearly all is a file in base64, and shows the most memory that the process
// held resident, in MB. The aim is less than 64.
//
// The server is in this process. The peak is read from /proc whenever it hears
// from the command, so for the last time at LOGOUT, when the mail is in the box
// and moved. (The rusage of a child begins with the peak of its parent, whose
// memory it shares until it is the program.)
func BenchmarkPollLarge(b *testing.B) {
	raw := largeMail(50 << 20)
	mailbox := memserver.New("box", "secret")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	heard := &hearing{Listener: l, pid: make(chan int, 1)}
	go mailbox.Serve(heard)
	b.Cleanup(func() { mailbox.Close() })
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	most := 0.0
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		if err := mailbox.Append("INBOX", clockAt(testNow)(), raw); err != nil {
			b.Fatal(err)
		}
		config, _ := inspection(b)
		appendConfig(b, config, fmt.Sprintf("\n[mail]\naddress = %q\ntls = \"none\"\nusername = \"box\"\naccepted = \"Accepted\"\nrefused = \"Refused\"\nquarantine = \"Quarantine\"\n", l.Addr()))
		cmd := exec.Command(self)
		cmd.Args = []string{"dengwen", "poll", "--config", config, "--json"}
		cmd.Env = append(os.Environ(), "NOW="+testNow, "DENGWEN_MAIL_PASSWORD=secret")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, os.Stderr
		b.StartTimer()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		heard.pid <- cmd.Process.Pid
		err := cmd.Wait()
		b.StopTimer()
		<-heard.pid
		var sum mailpoll.Summary
		if err := errors.Join(err, json.Unmarshal(out.Bytes(), &sum)); err != nil || sum.Accepted != 1 || sum.Read != 1 {
			b.Fatalf("poll ended with %v and says\n%s", err, &out)
		}
		most = max(most, peakIn(b, heard.status()))
		b.StartTimer()
	}
	b.StopTimer()
	b.ReportMetric(most, "peak-MB")
}

// largeMail is a mail of so many bytes.
func largeMail(size int) []byte {
	var raw bytes.Buffer
	raw.WriteString("From: =?utf-8?B?5LiA5ZCN576k5LyX?= <sender@example.invalid>\r\nSubject: =?utf-8?B?5p2Q5paZ?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n材料在附件里，请查收。\r\n" +
		"--b\r\nContent-Type: application/octet-stream; name=\"large.dat\"\r\nContent-Disposition: attachment; filename=\"large.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	const end = "--b--\r\n"
	for data, i := make([]byte, 57), 0; raw.Len()+78+len(end) <= size; i++ {
		copy(data, fmt.Sprintf("一份很大的材料，第%09d行", i))
		raw.WriteString(base64.StdEncoding.EncodeToString(data) + "\r\n")
	}
	raw.WriteString(end)
	return raw.Bytes()
}

// A hearing listener looks into /proc at a client whenever that says something.
type hearing struct {
	net.Listener
	pid chan int // holds that of the client, once it is known

	mu   sync.Mutex
	last []byte
}

// status is what /proc said of the client when it spoke last.
func (h *hearing) status() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

func (h *hearing) look() {
	pid := <-h.pid
	h.pid <- pid
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return // it ended in this moment
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = text
}

func (h *hearing) Accept() (net.Conn, error) {
	c, err := h.Listener.Accept()
	return &heardConn{c, h}, err
}

type heardConn struct {
	net.Conn
	by *hearing
}

func (c *heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.by.look()
	}
	return n, err
}
