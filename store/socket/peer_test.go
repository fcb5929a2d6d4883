package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/socket"
	"dengwen/store/storetest"
)

func TestServes(t *testing.T) {
	for _, c := range []struct {
		own, uid uint32
		want     bool
	}{{1000, 1000, true}, {1000, 0, true}, {0, 0, true}, {1000, 1001, false}, {0, 1000, false}, {1000, 1<<32 - 1, false}, {65534, 0, true}} {
		if got := socket.Serves(c.own, c.uid); got != c.want {
			t.Errorf("own %d, caller %d: %v", c.own, c.uid, got)
		}
	}
}

func TestPeerUID(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	near, err := l.AcceptUnix()
	if err != nil {
		t.Fatal(err)
	}
	if uid, err := socket.PeerUID(near); err != nil || uid != uint32(os.Geteuid()) {
		t.Errorf("user %d, %v", uid, err)
	}
	if err := near.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := socket.PeerUID(near); err == nil {
		t.Error("a closed connection has a user")
	}
}

// TestStrangersAreHungUpOn: neither another user nor one that the kernel
// cannot name gets an answer, even to nonsense.
func TestStrangersAreHungUpOn(t *testing.T) {
	b := storetest.New(t)
	for name, who := range map[string]struct {
		uid uint32
		err error
	}{"another user": {uint32(os.Geteuid()) + 4711, nil}, "nobody knows": {0, errors.ErrUnsupported}} {
		var log bytes.Buffer
		path := filepath.Join(t.TempDir(), "control.sock")
		l, err := socket.Listen(path)
		if err != nil {
			t.Fatal(err)
		}
		l.SetPeer(who.uid, who.err)
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- l.Serve(ctx, b, slog.New(slog.NewTextHandler(&log, nil))) }()
		if _, err := socket.Dial(path); !errors.Is(err, intake.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(conn); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
		conn.Close()
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "refused"); n != 3 {
			t.Errorf("%s: the log has %d refusals: %s", name, n, &log)
		}
	}
}
