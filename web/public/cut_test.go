package public_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/web/ui"
)

// pipes is a listener in memory, for tests in which time is not the world's.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error { close(p); return nil }
func (pipes) Addr() net.Addr { return nil }

// wire is a client of the site on a connection of its own. The server ends
// with the test.
func (w *world) wire(t *testing.T) net.Conn {
	t.Helper()
	near, far := net.Pipe()
	ln := make(pipes, 1)
	ln <- far
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- ui.Serve(ctx, ln, w.handler, slog.New(slog.NewTextHandler(w.log, nil))) }()
	t.Cleanup(func() {
		near.Close()
		stop()
		<-done
	})
	return near
}

// request is a multipart request as it goes over the wire.
func request(t *testing.T, values url.Values, files ...file) []byte {
	t.Helper()
	return wired(t, multi(t, "/report", values, files...))
}

func wired(t *testing.T, r *http.Request) []byte {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// A sender who goes away in the middle leaves nothing, wherever that is.
func TestAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		whole := request(t, typed, file{"a.jpg", strings.Repeat("x", 900)}, file{"b.jpg", "y"})
		for n := len(whole) / 3; n < len(whole)-20; n += 111 {
			conn := w.wire(t)
			go io.Copy(io.Discard, conn)
			if _, err := conn.Write(whole[:n]); err != nil {
				t.Fatal(err)
			}
			conn.Close()
			synctest.Wait()
			w.none(t, fmt.Sprintf("cut at %d of %d", n, len(whole)))
		}
		if got := w.log.text(); got != "" {
			t.Errorf("the log says %q", got)
		}
	})
}

// A form whose file drips is waited for, a quarter of an hour and no longer, but
// a minute for what comes before it; what began before the closing counts when
// it comes in after it.
func TestSlow(t *testing.T) {
	for _, tt := range []struct {
		from  string        // where it begins to drip
		every time.Duration // between two pieces of a twentieth
		want  int
		took  time.Duration
		says  string
	}{
		{strings.Repeat("x", 900), 40 * time.Second, 200, 800 * time.Second, ""},
		{strings.Repeat("x", 900), 50 * time.Second, 400, 900 * time.Second, "15 分钟"},
		{"--", 2 * time.Second, 200, 40 * time.Second, ""},
		{"--", 10 * time.Second, 400, time.Minute, "一分钟"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.Clock.Set(time.Date(2026, 9, 8, 9, 59, 0, 0, time.UTC))
			whole := request(t, typed, file{"a.jpg", strings.Repeat("x", 900)})
			conn, start := w.wire(t), time.Now()
			head := strings.Index(string(whole), "\r\n\r\n") + 4
			head += strings.Index(string(whole[head:]), tt.from)
			dripped := make(chan struct{})
			go func() {
				defer close(dripped)
				_, _ = conn.Write(whole[:head])
				for rest := whole[head:]; len(rest) > 0; {
					<-time.After(tt.every)
					w.Clock.Add(tt.every)
					n := min((len(whole)-head+19)/20, len(rest))
					if _, err := conn.Write(rest[:n]); err != nil {
						return
					}
					rest = rest[n:]
				}
			}()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); resp.StatusCode != tt.want || took != tt.took {
				t.Errorf("every %s: %d after %s", tt.every, resp.StatusCode, took)
			}
			if tt.want == http.StatusOK {
				if n := len(w.reports(t)); n != 1 {
					t.Errorf("%d records", n)
				}
			} else {
				if p := (page{body: string(body)}); tt.took > time.Minute && saysBack(p, typed) != nil || !p.shows(tt.says) {
					t.Errorf("%s", body)
				}
				w.none(t, "dripped")
			}
			conn.Close()
			<-dripped
		})
	}
}
