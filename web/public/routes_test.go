package public_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
	"dengwen/web/public"
)

// HEAD answers like GET without a body; every other method has its page.
func TestMethods(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	for _, path := range []string{"/", "/report", "/receipt", "/checkpoint", "/privacy", "/receipt/add", "/receipt/delete", "/receipt/proof", "/nowhere"} {
		for _, method := range []string{"HEAD", "TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "POST", "GET"} {
			want := http.StatusMethodNotAllowed
			switch {
			case path == "/nowhere":
				want = http.StatusNotFound
			case method == "HEAD" || method == "GET":
				if !strings.HasPrefix(path, "/receipt/") {
					want = http.StatusOK
				}
			case method == "POST" && strings.HasPrefix(path, "/re"):
				want = http.StatusUnsupportedMediaType
			}
			r := httptest.NewRequest(method, path, nil)
			p := do(t, w.handler, r)
			if p.status != want || want == http.StatusMethodNotAllowed && (p.header.Get("Allow") == "" || strings.Contains(p.header.Get("Allow"), "OPTIONS")) {
				t.Errorf("%s %s: %d, want %d, allow %q", method, path, p.status, want, p.header.Get("Allow"))
			}
			if (want == http.StatusNotFound || want == http.StatusMethodNotAllowed) && !strings.Contains(p.body, `<a href="/?lang=en" lang="en"`) {
				t.Errorf("%s %s: no way to the notice in English", method, path)
			}
			if method != "HEAD" {
				continue
			}
			resp, err := http.Head(server.URL + path)
			if err != nil || resp.StatusCode != want || resp.ContentLength == 0 {
				t.Errorf("HEAD %s: %v %v", path, resp, err)
			}
			resp.Body.Close()
		}
	}
}

// noNote is a box that has no public checkpoint yet.
type noNote struct{ public.Box }

func (noNote) PublicCheckpoint(context.Context) ([]byte, error) {
	return nil, fmt.Errorf("checkpoint: %w", intake.ErrNotFound)
}

func TestCheckpoint(t *testing.T) {
	w := newWorld(t)
	w.Clock.Set(time.Date(2026, 9, 9, 1, 0, 0, 0, time.UTC))
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := w.PublicCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := w.get(t, "/checkpoint")
	if p.status != http.StatusOK || p.body != string(want) || p.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %q %q", p.status, p.header, p.body)
	}
	h, err := public.New(noNote{w.Box}, options(w.Box, w.log, storetest.Schedule(t)))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]string{
		time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC):  "2026年9月7日（星期一）18:00",
		time.Date(2026, 9, 8, 1, 0, 0, 0, time.UTC):  "2026年9月8日（星期二）18:00",
		time.Date(2026, 9, 8, 11, 0, 0, 0, time.UTC): "2026年9月9日（星期三）18:00",
		time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC): "网上渠道不再受理",
	} {
		w.Clock.Set(at)
		if p := do(t, h, httptest.NewRequest("GET", "/checkpoint", nil)); p.status != http.StatusNotFound || !p.shows(want) {
			t.Errorf("at %s: %d, not %s:\n%s", at, p.status, want, p.words())
		}
	}
	w.Clock.Set(time.Date(2026, 9, 9, 1, 0, 0, 0, time.UTC))
}

// New refuses options that it cannot work with.
func TestNew(t *testing.T) {
	if _, err := public.New(nil, public.Options{}); err == nil {
		t.Error("a site without a clock")
	}
}
