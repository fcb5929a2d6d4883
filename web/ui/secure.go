package ui

import (
	"fmt"
	"log/slog"
	"net/http"
)

// Secure puts around a site's handler what every answer has, whatever its
// status: nothing is kept by a browser or a proxy, nothing is loaded from
// elsewhere, no other page frames it, reads it or learns where its reader came
// from. Over TLS, browsers are told to stay with it for a year.
//
// A handler that panics is answered with a plain 500. The log says where it
// happened, and never who asked: net/http would print the client's address and
// the panic's text, which may hold a reporter's words.
func (s *Site) Secure(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", s.csp)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p) // net/http closes the connection and prints nothing
			default:
				log.Error("a page panicked", "at", panicPlace(), "type", fmt.Sprintf("%T", p))
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
