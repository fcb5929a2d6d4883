package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

func TestSocketFile(t *testing.T) {
	old := syscall.Umask(0) // the worst that a parent process can leave
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	longest := filepath.Join(dir, strings.Repeat("x", socket.MaxPath-len(dir)-1))
	l, err := socket.Listen(longest)
	if err != nil {
		t.Fatalf("a path of %d bytes: %v", len(longest), err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	long := longest + "x"
	for path, want := range map[string]error{long: intake.ErrTooLong, "": intake.ErrInvalid, "@abstract": intake.ErrInvalid} {
		_, err := socket.Dial(path)
		if !errors.Is(err, want) {
			t.Errorf("dial %q: %v", path, err)
		}
		_, err = socket.Listen(path)
		if !errors.Is(err, want) {
			t.Errorf("listen %q: %v", path, err)
		}
		if path == long && !strings.Contains(err.Error(), fmt.Sprintf("has %d bytes, a socket's path can have %d", len(long), socket.MaxPath)) {
			t.Errorf("the error does not say how long: %v", err)
		}
	}
	if _, err := socket.Dial(filepath.Join(dir, "none")); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("no socket: %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := socket.Listen(file); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("a file in the way: %v", err)
	}
	if b, err := os.ReadFile(file); string(b) != "keep" {
		t.Errorf("the file in the way: %q, %v", b, err)
	}
	if _, err := socket.Listen(filepath.Join(dir, "none", "s")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
}

// stale leaves a socket behind as a killed server does.
func stale(t *testing.T, path string) {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStaleSocket(t *testing.T) {
	b := storetest.New(t)
	path := filepath.Join(t.TempDir(), "control.sock")
	stale(t, path)
	if _, err := socket.Dial(path); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("dial: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	go func() { served <- l.Serve(ctx, b, nil) }()
	c, err := socket.Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := socket.Listen(path); !errors.Is(err, intake.ErrInUse) {
		t.Errorf("a second server: %v", err)
	}
	if n, err := c.Size(t.Context()); err != nil || n != 4 {
		t.Errorf("the first server: %d, %v", n, err)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestServersAtOnce starts many servers on a stale socket: one gets it, and
// none removes that one's.
func TestServersAtOnce(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "s")
		stale(t, path)
		var wg sync.WaitGroup
		won := make(chan *socket.Listener, 8)
		for range 8 {
			wg.Go(func() {
				l, err := socket.Listen(path)
				switch {
				case err == nil:
					won <- l
				case !errors.Is(err, intake.ErrInUse):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d servers listen", len(won))
		}
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if err := (<-won).Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOnlyItsOwnSocketIsRemoved: somebody removed the file and started another
// server, which a late stop must not harm.
func TestOnlyItsOwnSocketIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	first, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the other server's socket: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
}
