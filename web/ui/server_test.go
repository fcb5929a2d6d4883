package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory, for tests in which time is not the world's.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { close(p.ended); return nil }
func (pipes) Addr() net.Addr { return nil }

// When Serve returns no handler runs any more: what hangs on its connection is
// cut off after ten seconds and then waited for, within a bound.
func TestServeWaits(t *testing.T) {
	for _, tt := range []struct {
		what  string
		after time.Duration // that the handler takes once its connection is gone
		took  time.Duration
		ends  bool
	}{
		{"at once", 0, finishTime, true},
		{"slowly", 7 * time.Second, finishTime + 7*time.Second, true},
		{"not at all", time.Hour, finishTime + lateTime, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			var over atomic.Bool
			ctx, stop := context.WithCancel(t.Context())
			l, done := pipes{make(chan net.Conn, 1), make(chan struct{})}, make(chan error, 1)
			h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-time.After(tt.after)
				over.Store(true)
			})
			go func() { done <- Serve(ctx, l, h, slog.New(slog.NewTextHandler(&log, nil))) }()
			near, far := net.Pipe()
			defer near.Close()
			l.conns <- far
			if _, err := io.WriteString(near, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			start := time.Now()
			stop()
			err := <-done
			// Shutdown looks twice a second.
			if took := time.Since(start).Round(time.Second); err != nil || took != tt.took || over.Load() != tt.ends || strings.Contains(log.String(), "still under way") == tt.ends {
				t.Errorf("%s: %v, took %s, over %v; %s", tt.what, err, took, over.Load(), &log)
			}
			<-time.After(2 * time.Hour)
		})
	}
}

// A listener that fails ends the handlers, too.
func TestServeListenerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, done := &failing{pipes{make(chan net.Conn, 1), make(chan struct{})}}, make(chan error, 1)
		var over atomic.Bool
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			over.Store(true)
		})
		go func() { done <- Serve(t.Context(), l, h, slog.New(slog.DiscardHandler)) }()
		near, far := net.Pipe()
		defer near.Close()
		l.conns <- far
		if _, err := io.WriteString(near, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		l.conns <- nil
		if err := <-done; !errors.Is(err, errListener) || !over.Load() {
			t.Errorf("%v, over %v", err, over.Load())
		}
	})
}

var errListener = errors.New("the listener fails")

type failing struct{ pipes }

func (f *failing) Accept() (net.Conn, error) {
	conn, err := f.pipes.Accept()
	if conn == nil && err == nil {
		err = errListener
	}
	return conn, err
}

// Of each kind of error one a minute is said, with how many were not.
func TestQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		q := &quiet{log: slog.New(slog.NewTextHandler(&log, nil)), kinds: map[string]*seen{}}
		lines := func() int { return strings.Count(log.String(), "\n") }
		for range 5 {
			io.WriteString(q, "http: TLS handshake error from 192.0.2.7:1: EOF")
		}
		io.WriteString(q, "http: Accept error: x")
		if n := lines(); n != 2 {
			t.Errorf("%d lines: %s", n, &log)
		}
		<-time.After(time.Minute)
		io.WriteString(q, "http: TLS handshake error from 192.0.2.7:1: EOF")
		if n := lines(); n != 3 || !strings.Contains(log.String(), `kind="TLS handshake error" left_out=4`) {
			t.Errorf("%d lines: %s", n, &log)
		}
		io.WriteString(q, "http: TLS handshake error from 192.0.2.7:1: EOF")
		q.rest()
		q.rest()
		if n := lines(); n != 4 || !strings.HasSuffix(log.String(), "left_out=1\n") || strings.Contains(log.String(), "192.0.2.7") {
			t.Errorf("%d lines: %s", n, &log)
		}
	})
}
