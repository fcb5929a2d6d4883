package ui

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
)

// A header is one of an answer's.
type header struct{ name, value string }

// always are the headers of every answer beside its policy, and transport that
// of one over TLS.
var (
	always = []header{
		{"Cache-Control", "no-store"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-DNS-Prefetch-Control", "off"}, // a name in a link would be asked for before anybody follows it
		{"X-Frame-Options", "DENY"},
	}
	transport = header{"Strict-Transport-Security", "max-age=31536000"}
)

// Secure puts around a site's handler what every answer has, whatever its
// status: nothing is kept by a browser or a proxy, nothing is loaded from
// elsewhere, no other page frames it, reads it or learns where its reader came
// from. Over TLS, browsers are told to stay with it for a year.
//
// A handler that panics is answered by failed, which writes the site's page for
// a status of 500; what has begun to be answered breaks off. The log says where
// it happened, and never who asked: net/http would print the client's address
// and the panic's text, which may hold a reporter's words.
func (s *Site) Secure(next, failed http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		w := &begun{ResponseWriter: to}
		h := w.Header()
		for _, a := range always {
			h.Set(a.name, a.value)
		}
		h.Set("Content-Security-Policy", s.csp)
		if r.TLS != nil {
			h.Set(transport.name, transport.value)
		}
		defer s.caught(w, r, failed, log)
		next.ServeHTTP(w, r)
	})
}

// caught is deferred, and answers a panic.
func (s *Site) caught(w *begun, r *http.Request, failed http.Handler, log *slog.Logger) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p) // net/http closes the connection and prints nothing
	}
	log.Error("a page panicked", "at", panicPlace(), "type", fmt.Sprintf("%T", p))
	if w.yet {
		panic(http.ErrAbortHandler) // half a page must not be taken for a whole one
	}
	for _, name := range []string{"Allow", "Content-Disposition", "Content-Length", "Content-Type", "Retry-After", "Set-Cookie"} {
		w.Header().Del(name)
	}
	if failed != nil {
		defer s.caught(w, r, nil, log)
		failed.ServeHTTP(w, r)
		return
	}
	var said []string
	for _, l := range Languages() {
		if words := NewWords(l); words.Has("page.failed") {
			said = append(said, words.Text("page.failed"))
		}
	}
	http.Error(w, strings.Join(said, "\n"), http.StatusInternalServerError)
}

// begun knows whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yet bool
}

func (b *begun) WriteHeader(status int) {
	b.yet = b.yet || status >= http.StatusOK
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(p []byte) (int, error) {
	b.yet = true
	return b.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }
