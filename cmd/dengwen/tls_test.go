package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// secured are the headers of every answer of the public site over TLS.
var secured = map[string]string{
	"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; ", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Strict-Transport-Security": "max-age=31536000",
}

// checkHeaders checks the headers of an answer: what must be there, and that
// nothing says by what it was made.
func checkHeaders(t *testing.T, answer *http.Response) {
	t.Helper()
	for name, want := range secured {
		if got := answer.Header.Values(name); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s %s, status %d: %s is %q", answer.Request.Method, answer.Request.URL, answer.StatusCode, name, got)
		}
	}
	for _, name := range []string{"Server", "X-Powered-By", "Via", "Set-Cookie", "Etag", "Last-Modified", "Alt-Svc"} {
		if got := answer.Header.Values(name); got != nil {
			t.Errorf("%s %s: %s is %q", answer.Request.Method, answer.Request.URL, name, got)
		}
	}
}

// TestHeadersOverTLS asks the real process, with certificate files, for answers
// of every status that a stranger can bring about.
func TestHeadersOverTLS(t *testing.T) {
	ca := newTestCA(t)
	certFile, keyFile := ca.server("127.0.0.1")
	config, _ := inspection(t)
	appendConfig(t, config, fmt.Sprintf("\n[public]\nlisten = \"127.0.0.1:0\"\ntls_cert = %q\ntls_key = %q\nonion = %q\nrate = 0\n", certFile, keyFile, onionA))
	serve := start(t, nil, "serve", "--config", config)
	at := "https://" + serve.await(`for=public at=(\S+)`)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.pool()}, ForceAttemptHTTP2: true}}
	defer c.CloseIdleConnections()
	for _, tt := range []struct {
		method, path, kind string
		body               string
		status             int
	}{
		{method: "GET", path: "/", status: 200},
		{method: "HEAD", path: "/report", status: 200},
		{method: "GET", path: "/receipt", status: 200},
		{method: "GET", path: "/checkpoint", status: 200},
		{method: "GET", path: "/nowhere", status: 404},
		{method: "GET", path: "/report/../../etc/passwd", status: 404},
		{method: "OPTIONS", path: "/nowhere", status: 404},
		{method: "PUT", path: "/report", status: 405},
		{method: "DELETE", path: "/receipt", status: 405},
		{method: "TRACE", path: "/", status: 405},
		{method: "OPTIONS", path: "/", status: 405},
		{method: "POST", path: "/", status: 405},
		{method: "POST", path: "/report", kind: "text/plain", body: "x", status: 415},
	} {
		r, err := http.NewRequest(tt.method, at+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		if tt.kind != "" {
			r.Header.Set("Content-Type", tt.kind)
		}
		answer, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != tt.status || answer.Proto != "HTTP/1.1" {
			t.Errorf("%s %s: %s %s, want %d", tt.method, tt.path, answer.Proto, answer.Status, tt.status)
		}
		checkHeaders(t, answer)
		if got := answer.Header.Get("Onion-Location"); tt.status == 200 && tt.path != "/checkpoint" && got != "http://"+onionA+tt.path {
			t.Errorf("%s %s: the onion service is said to be at %q", tt.method, tt.path, got)
		}
	}
	if _, err := shake(strings.TrimPrefix(at, "https://"), &tls.Config{RootCAs: ca.pool(), MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}
