package mailpoll_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/mailpoll"
	"dengwen/store/storetest"
)

// allowed is all that is ever said to a server: no ENVELOPE, no BODYSTRUCTURE,
// bodies with PEEK, no flag but \Deleted, and the same name from every machine.
var allowed = regexp.MustCompile(`^(?:CAPABILITY|NOOP|IDLE|DONE|LOGOUT|LOGIN "u" "hunter2"|ID \("name" "dengwen" "version" "1" "vendor" "dengwen"\)|SELECT "?[MA]"?|CREATE "?[AQR]"?|` +
	`UID (?:SEARCH (?:UID [\d,:*]+|SINCE "?[\w-]+"? BEFORE "?[\w-]+"?)|FETCH [\d,:]+ \(UID (?:INTERNALDATE RFC822\.SIZE|RFC822\.SIZE INTERNALDATE|BODY\.PEEK\[\])\)|` +
	`(?:MOVE|COPY) [\d,:]+ "?[AQR]"?|STORE [\d,:]+ \+FLAGS\.SILENT \(\\Deleted\)|EXPUNGE [\d,:]+))$`)

// TestSaid: everything that is said to a server of any kind, when all is well
// and when it breaks, is of a few known forms.
func TestSaid(t *testing.T) {
	for _, caps := range []string{everything, "UIDPLUS ID", "MOVE", "ID", "", everything + " CONDSTORE ENABLE ESEARCH LITERAL+ UTF8=ACCEPT SPECIAL-USE QRESYNC NAMESPACE COMPRESS=DEFLATE SAVEDATE"} {
		for _, at := range []string{"", "SELECT", "SEARCH", "heads", "bodies", "MOVE", "STORE", "present"} {
			synctest.Test(t, func(t *testing.T) {
				b, none := storetest.New(t), 0
				f := newFake(caps, "M")
				p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: "M", Accepted: "A", Refused: "R", Quarantine: "Q", KeepDays: &none})
				p.SetDial(f.Dial)
				p.SetMaxMessage(most)
				f.folders["M"].add(fakeMail{at: evening, raw: "Subject: canary\r\n\r\nlate"})
				f.put("Subject: canary\r\n\r\none", strings.Repeat("canary", most))
				f.turn = func(m moment) (string, bool) {
					if m.step == at {
						return m.tag + " NO canary\r\n", true
					}
					return m.good, true
				}
				stop := running(t, p)
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				f.mu.Lock()
				f.turn = nil
				f.mu.Unlock()
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				stop()
				f.running.Wait()
				for _, line := range f.lines {
					if !allowed.MatchString(line) {
						t.Errorf("%q, NO at %q: it says %q", caps, at, line)
					}
				}
				if len(f.lines) < 20 {
					t.Errorf("%q, NO at %q: it says little: %q", caps, at, f.lines)
				}
			})
		}
	}
}

// TestReceipts: who asks for a read receipt gets none, and nothing else happens
// than with any other mail.
func TestReceipts(t *testing.T) {
	said := map[string][]string{}
	for _, asks := range []string{"", "Disposition-Notification-To: <canary@example.invalid>\r\nReturn-Receipt-To: <canary@example.invalid>\r\nX-Confirm-Reading-To: <canary@example.invalid>\r\nX-PMRQC: 1\r\nOriginal-Recipient: rfc822;canary@example.invalid\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			b := storetest.New(t)
			f := newFake("MOVE UIDPLUS ID", "M", asks+string(letter("一")))
			p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: "M", Accepted: "A"})
			p.SetDial(f.Dial)
			same(t, "pass", 1, pass(t, p).Accepted)
			f.running.Wait()
			for _, line := range f.lines { // go-imap asks for these two in any order
				line = strings.Replace(line, "RFC822.SIZE INTERNALDATE", "INTERNALDATE RFC822.SIZE", 1)
				said[asks[:min(len(asks), 1)]] = append(said[asks[:min(len(asks), 1)]], line)
			}
			same(t, "connections", 1, len(f.calls))
			same(t, "folders", []int{0, 1, 0}, []int{len(f.raws("M")), len(f.raws("A")), len(f.raws("Q"))})
			same(t, "box", []string{"一"}, taken(t, b))
		})
	}
	same(t, "commands", said[""], said["D"])
}

// TestLargeOnDisk: while a large message is on its way, or waits for the box,
// the directory for temporary files shows nothing, and nothing that can be read
// is in a file that has no name, or in the log.
func TestLargeOnDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	trace := map[string]string{"text": "金丝雀正文7100", "sender": "canary-sender-7101"}
	raw := "From: " + trace["sender"] + "\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat(trace["text"]+"\r\n", 150_000)
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := &watched{Box: storetest.New(t)}
		kept, err := os.ReadDir(dir) // that of the box, below t.TempDir
		if err != nil {
			t.Fatal(err)
		}
		looked := 0
		look := func(when string, files bool) {
			t.Helper()
			names, err := os.ReadDir(dir)
			if err != nil || len(names) != len(kept) {
				t.Errorf("%s: the directory has %v, %v", when, names, err)
			}
			open := nameless(t, dir)
			if files != (len(open) > 0) {
				t.Errorf("%s: %d files", when, len(open))
			}
			for _, path := range open {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				looked += len(text)
				same(t, when+": in a file", []string(nil), storetest.TracesIn("", text, trace))
			}
		}
		f := newFake("MOVE UIDPLUS ID", "M", raw)
		p := newPoller(t, b, mailpoll.Options{Address: "127.0.0.1:143", Security: mailpoll.NoTLS, Username: "u", Password: "hunter2", Mailbox: "M", Accepted: "A",
			Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		p.SetDial(f.Dial)
		f.turn = func(m moment) (string, bool) {
			if m.step == "bodies" {
				return m.good[:len(m.good)/2], true
			}
			return m.good, true
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := p.Pass(ctx)
			ended <- err
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		look("on its way", true)
		cancel()
		wantErr(t, <-ended, context.Canceled)
		f.running.Wait()
		look("broken off", false)
		f.turn = nil
		b.step = func(what string) error {
			if strings.HasSuffix(what, " SubmitGroup") {
				look(what, true)
			}
			return nil
		}
		same(t, "pass", 1, pass(t, p).Accepted)
		f.running.Wait()
		look("after it", false)
		if looked < 3*len(raw)/2 {
			t.Errorf("%d bytes were looked at", looked)
		}
		same(t, "box", 1, len(taken(t, b.Box)))
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		same(t, "traces", []string(nil), append(storetest.FindTraces(t, trace, b.Path), storetest.TracesIn("the log", log.Bytes(), trace)...))
	})
}

// nameless are the open files of this process that were removed from a
// directory, under names that reach them.
func nameless(t *testing.T, dir string) (paths []string) {
	t.Helper()
	const fds = "/proc/self/fd"
	names, err := os.ReadDir(fds)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := filepath.Join(fds, name.Name())
		if to, err := os.Readlink(path); err == nil && strings.HasPrefix(to, dir+"/") && strings.HasSuffix(to, " (deleted)") {
			paths = append(paths, path)
		}
	}
	return paths
}
