package ui

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
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
)

// Serve serves a site until ctx ends; requests under way then have ten seconds.
// What net/http has to say goes to the log without the client's address.
func Serve(ctx context.Context, l net.Listener, h http.Handler, logger *slog.Logger) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: log.New(quiet{logger}, "", 0),
		DisableGeneralOptionsHandler: true, // it answers OPTIONS * without our headers
		BaseContext:                  func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
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
	return err
}

// quiet keeps of net/http's log lines what kind of thing happened. All of them
// name the client's address, and some repeat what it sent.
type quiet struct{ log *slog.Logger }

func (q quiet) Write(line []byte) (int, error) {
	kind := "other"
	for _, k := range []string{"TLS handshake error", "panic serving", "superfluous response.WriteHeader", "Accept error", "URL query contains semicolon"} {
		if strings.Contains(string(line), k) {
			kind = k
			break
		}
	}
	q.log.Warn("the web server met an error", "kind", kind)
	return len(line), nil
}
