package ui

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds on every connection. A handler that takes long uploads gives itself
// more time to read by http.ResponseController.
const (
	headTime   = 15 * time.Second // for a request's headers
	readTime   = time.Minute      // for a whole request
	writeTime  = 2 * time.Minute  // for a whole answer
	idleTime   = time.Minute      // between two requests
	maxHeader  = 32 << 10         // bytes of a request's headers
	finishTime = 10 * time.Second // for requests under way when the server ends
	// lateTime is for handlers whose connection was closed because they took
	// longer than that: they end with an error, but not at once.
	lateTime = 20 * time.Second
)

// Serve serves a site until ctx ends; requests under way then have ten seconds,
// and are cut off. When Serve returns no handler runs any more, so that what
// they use may be closed, but for one that hangs for another twenty seconds;
// the log says so. What net/http has to say goes there too, without the
// client's address.
func Serve(ctx context.Context, l net.Listener, h http.Handler, logger *slog.Logger) error {
	handlers, quiet := &counted{next: h}, &quiet{log: logger, kinds: map[string]*seen{}}
	defer quiet.rest()
	s := &http.Server{
		Handler: handlers, ReadHeaderTimeout: headTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: log.New(quiet, "", 0),
		DisableGeneralOptionsHandler: true, // it answers OPTIONS * without our headers
		BaseContext:                  func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(headed{l}) }()
	select {
	case err := <-ended:
		err = errors.Join(err, s.Close())
		if !handlers.ended(lateTime) {
			logger.Error("requests are still under way")
		}
		return err
	case <-ctx.Done():
	}
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	err := s.Shutdown(bound)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.Close()
	}
	<-ended
	if !handlers.ended(lateTime) {
		logger.Error("requests are still under way")
	}
	return err
}

// counted counts the requests under way: neither Shutdown that gives up nor
// Close waits for them.
type counted struct {
	next http.Handler
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when n is 0, once somebody waits for it
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.n--; c.n == 0 && c.none != nil {
			close(c.none)
			c.none = nil
		}
	}()
	c.next.ServeHTTP(w, r)
}

// ended waits until no request is under way, and reports whether that is so.
func (c *counted) ended(most time.Duration) bool {
	c.mu.Lock()
	if c.n == 0 {
		c.mu.Unlock()
		return true
	}
	none := make(chan struct{})
	c.none = none
	c.mu.Unlock()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-none:
		return true
	case <-timer.C:
		return false
	}
}
