package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dengwen/store/storetest"
)

// Counts stand still until a day is closed, health notices a day that is not,
// and only this machine is answered.
func TestMetrics(t *testing.T) {
	b := storetest.New(t)
	var failing atomic.Bool
	h := metricsHandler(&boxMetrics{box: b.Box}, &failing)
	ask := func(host, path string, status int) string {
		t.Helper()
		r := httptest.NewRequest("GET", path, nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			t.Fatalf("%s at %s: status %d: %s", path, host, w.Code, w.Body)
		}
		return w.Body.String()
	}
	if _, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "一份举报")); err != nil {
		t.Fatal(err)
	}
	const before, after = `dengwen_accepted_total{channel="web"} 0`, `dengwen_accepted_total{channel="web"} 1`
	if got := ask("127.0.0.1:9090", "/metrics", http.StatusOK); !strings.Contains(got, before) || !strings.Contains(got, `dengwen_open{channel="web"} 1`) {
		t.Errorf("with the day open:\n%s", got)
	}
	b.Clock.Add(7 * time.Hour)
	failing.Store(true)
	if got := ask("localhost", "/healthz", http.StatusServiceUnavailable); got != unshut+"\n" {
		t.Errorf("health: %q", got)
	}
	if err := b.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	failing.Store(false)
	if got := ask("[::1]:9090", "/metrics", http.StatusOK); !strings.Contains(got, after) || !strings.Contains(got, `dengwen_open{channel="web"} 0`) {
		t.Errorf("with the day closed:\n%s", got)
	}
	if got := ask("localhost", "/healthz", http.StatusOK); got != well+"\n" {
		t.Errorf("health: %q", got)
	}
	ask("rebound.example.invalid:9090", "/metrics", http.StatusMisdirectedRequest)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ask("127.0.0.1", "/healthz", http.StatusServiceUnavailable); got != silent+"\n" {
		t.Errorf("health: %q", got)
	}
	if got := ask("127.0.0.1", "/metrics", http.StatusInternalServerError); strings.Contains(got, b.Path) {
		t.Errorf("the metrics say %s", got)
	}
}
