package ui

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
)

// What net/http answers by itself has the headers that all answers have, and
// nothing of what was sent; what a handler answers stays as it is.
func TestRawAnswers(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}}
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Over-TLS", map[bool]string{true: "yes", false: "no"}[r.TLS != nil])
		io.WriteString(w, "HTTP/1.1 400 x"+bare)
	})
	for _, secure := range []bool{false, true} {
		ctx, stop := context.WithCancel(t.Context())
		inner, done := pipes{make(chan net.Conn, 1), make(chan struct{})}, make(chan error, 1)
		var l net.Listener = inner
		if secure {
			l = tls.NewListener(inner, config)
		}
		go func() { done <- Serve(ctx, l, own, slog.New(slog.DiscardHandler)) }()
		for request, want := range map[string]int{
			"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": 200,
			"canary\r\n\r\n":                                                                  400,
			"GET / HTTP/1.1\r\n\r\n":                                                          400,
			"GET / HTTP/1.1\r\nHost: a canary\r\n\r\n":                                        400,
			"GET / HTTP/9.9\r\nHost: x\r\n\r\n":                                               505,
			"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: canary\r\n\r\n":                 501,
			"GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("canary", 9_000) + "\r\n\r\n": 431,
		} {
			near, far := net.Pipe()
			inner.conns <- far
			if secure {
				near = tls.Client(near, &tls.Config{InsecureSkipVerify: true})
			}
			go io.WriteString(near, request)
			answer, err := http.ReadResponse(bufio.NewReader(near), nil)
			if err != nil {
				t.Fatalf("%.40q: %v", request, err)
			}
			body, _ := io.ReadAll(answer.Body)
			near.Close()
			if answer.StatusCode != want || strings.Contains(string(body), "canary") {
				t.Errorf("%.40q, secure %v: %d %q", request, secure, answer.StatusCode, body)
			}
			if want == 200 {
				if answer.Header.Get("Over-TLS") == "yes" != secure || string(body) != "HTTP/1.1 400 x"+bare || answer.Header.Get("Cache-Control") != "" {
					t.Errorf("secure %v: a handler's own answer: %v %q", secure, answer.Header, body)
				}
				continue
			}
			for _, h := range append(always, header{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}, header{"Content-Type", "text/plain; charset=utf-8"}) {
				if got := answer.Header.Get(h.name); got != h.value {
					t.Errorf("%.40q, secure %v: %s is %q", request, secure, h.name, got)
				}
			}
			if got := answer.Header.Get(transport.name); (got == transport.value) != secure {
				t.Errorf("%.40q, secure %v: %s is %q", request, secure, transport.name, got)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
