package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// grace is how long calls under way may take when the server stops, and
	// how long a caller who gave up waits for the answer.
	grace = 10 * time.Second
	// A connection that says nothing is closed, and headers are small.
	headerTimeout = 10 * time.Second
	idleTimeout   = time.Minute
	maxHeader     = 16 << 10
)

// Serve answers calls until ctx ends; then it removes the socket and returns
// nil. Calls under way have ten seconds to finish. After that their contexts
// end and their connections are closed. When Serve returns, none of them
// touches the box any more. A nil log discards.
func (l *Listener) Serve(ctx context.Context, box Box, logger *slog.Logger) error {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	s := newServer(box, logger, l.wait)
	srv := s.http(base)
	broke := make(chan error, 1)
	go func() { broke <- srv.Serve(guard{l, logger}) }()

	var err error
	select {
	case err = <-broke:
		err = fmt.Errorf("%s: %w", l.path, err)
	case <-ctx.Done():
		within, done := context.WithTimeout(base, l.grace)
		defer done()
		if errors.Is(srv.Shutdown(within), context.DeadlineExceeded) {
			logger.Warn("control socket: calls under way were cut off")
		}
	}
	cut()
	err = errors.Join(err, l.Close())
	_ = srv.Close() // the connections; the listener has said what it had to say
	s.leave()
	return err
}

// A server answers calls on a box.
type server struct {
	box  Box
	log  *slog.Logger
	wait patience
	mux  *http.ServeMux

	calls sync.RWMutex // each call holds it for reading
	left  bool
}

func newServer(box Box, logger *slog.Logger, wait patience) *server {
	s := &server{box: box, log: logger, wait: wait}
	s.mux = s.routes()
	return s
}

// http serves s; the contexts of its calls end with base.
func (s *server) http(base context.Context) *http.Server {
	return &http.Server{Handler: s, BaseContext: func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0)} // it would print what came in, and the text of a panic
}

// leave waits for the calls under way and lets no other begin.
func (s *server) leave() {
	s.calls.Lock()
	s.left = true
	s.calls.Unlock()
}

// ServeHTTP answers one call. A panic ends the connection and nothing else; the
// caller learns that there was no answer, and the log where it was. What the
// panic said is nobody's to read: it may hold a piece of a report.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.RLock()
	defer s.calls.RUnlock()
	if s.left {
		panic(http.ErrAbortHandler)
	}
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			s.log.Error("control socket: a call panicked", "call", r.Pattern, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler)
		}
	}()
	// Every call may be answered before all of it was read: the answer must not
	// wait for files that nobody wants.
	_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/1.1 always can
	out := newReply(w, s.wait.answer)
	s.mux.ServeHTTP(out, r)
	out.hurry() // what is left in buffers is sent after this
	if out.stalled {
		s.log.Warn("control socket: a caller who did not read the answer was given up", "call", r.Pattern)
	}
}
