package ui

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever the status, and even after a panic, the headers are there and the
// log has neither the client's address nor the panic's words.
func TestSecureOnEveryStatus(t *testing.T) {
	var log bytes.Buffer
	s := testSite(t)
	h := s.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic("some words of a reporter")
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			http.NotFound(w, r)
		}
	}), nil, slog.New(slog.NewTextHandler(&log, nil)))
	for path, status := range map[string]int{"/": 404, "/broken": 500, "/panic": 500} {
		r := httptest.NewRequest("POST", path, nil)
		r.RemoteAddr = "192.0.2.77:1234"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: status %d", path, w.Code)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Content-Security-Policy": s.csp, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-DNS-Prefetch-Control": "off", "Server": "", "Strict-Transport-Security": ""} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	if out := log.String(); !strings.Contains(out, "TestSecureOnEveryStatus") || strings.Contains(out, "reporter") || strings.Contains(out, "192.0.2.77") {
		t.Errorf("the log says %s", out)
	}
}

// A panic is answered by the site's page, or if that panics too by one sentence
// in every language; an answer that has begun breaks off.
func TestSecurePanics(t *testing.T) {
	s, log := testSite(t), slog.New(slog.DiscardHandler)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, "the page")
	})
	again := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("again") })
	early := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", "attachment")
		panic("early")
	})
	for _, tt := range []struct {
		failed http.Handler
		want   []string
	}{{page, []string{"the page"}}, {again, []string{"网站出了故障", "The website failed"}}, {nil, []string{"网站出了故障", "The website failed"}}} {
		w := httptest.NewRecorder()
		s.Secure(early, tt.failed, log).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		for _, want := range tt.want {
			if w.Code != 500 || !strings.Contains(w.Body.String(), want) || w.Header().Get("Content-Disposition") != "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d %v %q, want %q", w.Code, w.Header(), w.Body, want)
			}
		}
	}
	late := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "half")
		panic("late")
	})
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.String() != "half" {
			t.Errorf("panic %v after %q", p, w.Body)
		}
	}()
	s.Secure(late, page, log).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

// net/http tells its error log the client's address; ours keeps the kind.
func TestServeKeepsQuiet(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "here")
			w.WriteHeader(http.StatusOK) // net/http complains about the second one
			panic("words")
		}), logger)
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	line, _ := bufio.NewReader(c).ReadString('\n')
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	out := log.String()
	if !strings.Contains(out, "panic serving") || strings.Contains(out, "words") || strings.Contains(out, "127.0.0.1") {
		t.Errorf("after %q the log says %s", line, out)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("something still listens")
	}
}
