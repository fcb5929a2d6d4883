package mailpoll_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"dengwen/store/storetest"
)

const (
	overMemory = 80 << 10            // a message over it lies in a spool
	overKilled = overMemory + 60_000 // the limit of pollers in kill tests; about one huge more
)

// Messages of kill tests: one that lies in a spool, and one over the limit.
var (
	large = letter("大" + string(bytes.Repeat([]byte("0123456789abcdef\r\n"), overMemory/18+1)))
	over  = letter(string(bytes.Repeat([]byte("0123456789abcdef\r\n"), overKilled/18+1)))
)

// spools makes a place for the files of large messages, and returns how many
// are open there.
func spools(t *testing.T) func() int {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() (n int) {
		fds, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, fd := range fds {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, dir+"/") && strings.Contains(to, "(deleted)") {
				n++
			}
		}
		return n
	}
}

// bulky is a letter that lies in a spool.
func bulky(text string) []byte {
	return letter(text + "\r\n" + string(bytes.Repeat([]byte("0123456789abcdef\r\n"), overMemory/18+1)))
}

// heads are the first lines of the reports in the box.
func heads(t *testing.T, b *storetest.Box) (list []string) {
	t.Helper()
	for _, text := range taken(t, b) {
		line, _, _ := strings.Cut(text, "\n")
		list = append(list, strings.TrimSpace(line))
	}
	return list
}

// waitFor fails when goroutines beside those that were there before run on.
// The servers of these tests answer each connection in one of their own.
func waitFor(t *testing.T, before goleak.Option) {
	t.Helper()
	if err := goleak.Find(before, goleak.IgnoreAnyFunction("github.com/emersion/go-imap/v2/imapserver.(*Conn).serve")); err != nil {
		t.Error(err)
	}
}
