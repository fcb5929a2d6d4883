package ui

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func testSite(t *testing.T) *Site {
	t.Helper()
	s, err := NewSite(fstest.MapFS{
		"_frame.html": {Data: []byte(`{{define "header"}}<a class="name" href="{{.Link "/"}}">登闻</a>{{end}}{{define "footer"}}{{end}}`)},
		"form.html":   {Data: []byte(`{{define "title"}}{{.Data}}{{end}}{{define "body"}}{{template "errors" .}}<form action="{{.Link "/send" "unit" "a b"}}"><p id="text">{{.Error "text"}}</p></form>{{end}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s *Site, target, languages string, v func(View) View) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", target, nil)
	r.Header.Set("Accept-Language", languages)
	if languages == "" {
		r.Header.Del("Accept-Language")
	}
	if err := s.Write(w, http.StatusTeapot, "form", v(NewView(r))); err != nil {
		t.Fatal(err)
	}
	return w
}

// Every page has the stylesheet in it, and the policy lets in this one only.
func TestStyleMatchesPolicy(t *testing.T) {
	s := testSite(t)
	page := get(t, s, "/", "", func(v View) View { return v }).Body.String()
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	if style == nil || len(style[1]) < 1000 {
		t.Fatal("the page has no stylesheet")
	}
	sum := sha256.Sum256([]byte(style[1]))
	if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(s.csp, hash) {
		t.Errorf("%s does not let in %s", s.csp, hash)
	}
	for _, never := range []string{"<script", "http://", "https://", "unsafe-inline", "url("} {
		if strings.Contains(page, never) || strings.Contains(s.csp, never) {
			t.Errorf("the page or its policy has %s", never)
		}
	}
}

func TestLanguageOfAPage(t *testing.T) {
	s := testSite(t)
	for _, tt := range []struct{ target, asked, want, form string }{
		{"/", "", "zh-CN", `action="/send?unit=a&#43;b"`},
		{"/", "zh-TW,zh;q=0.9", "zh-CN", `action="/send?unit=a&#43;b"`},
		{"/", "de-DE,en;q=0.5", "en", `action="/send?unit=a&#43;b"`},
		{"/", "fr", "en", `action="/send?unit=a&#43;b"`},
		{"/?lang=en", "zh", "en", `action="/send?lang=en&amp;unit=a&#43;b"`},
		{"/?lang=zh-CN", "en", "zh-CN", `action="/send?lang=zh-CN&amp;unit=a&#43;b"`},
		{"/?lang=%22%3E", "en", "en", `action="/send?unit=a&#43;b"`},
	} {
		w := get(t, s, tt.target, tt.asked, func(v View) View { return v.With("x") })
		page := w.Body.String()
		if w.Code != http.StatusTeapot || w.Header().Get("Content-Language") != tt.want || !strings.Contains(page, `<html lang="`+tt.want+`">`) {
			t.Errorf("%s for %q is in %s", tt.target, tt.asked, w.Header().Get("Content-Language"))
		}
		if got := strings.ReplaceAll(page, "&#43;", "+"); !strings.Contains(got, strings.ReplaceAll(tt.form, "&#43;", "+")) {
			t.Errorf("%s for %q: no %s in %s", tt.target, tt.asked, tt.form, page[strings.Index(page, "<body"):])
		}
	}
}

// What is wrong stands in the title, above the form with a link, and at the
// field, and nothing of it is obeyed.
func TestErrorsAreShown(t *testing.T) {
	page := get(t, testSite(t), "/", "en", func(v View) View {
		v.Path, v.Errors = "/form", []FieldError{{"text", "Write <what> happened."}}
		return v.With("Title <1>")
	}).Body.String()
	for _, want := range []string{"<title>Error: Title &lt;1&gt;</title>", `<a href="#text">Write &lt;what&gt; happened.</a>`, `<p id="text">Write &lt;what&gt; happened.</p>`,
		`<a href="/form?lang=zh-CN" lang="zh-CN" hreflang="zh-CN">中文</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
}

func TestPagesThatCannotBeMade(t *testing.T) {
	s := testSite(t)
	w := httptest.NewRecorder()
	if err := s.Write(w, http.StatusOK, "absent", View{}); err == nil || w.Body.Len() > 0 {
		t.Error("a page that is not there was written")
	}
	if _, err := NewSite(fstest.MapFS{"x.html": {Data: []byte(`{{define "title"}}{{.Nothing`)}}); err == nil {
		t.Error("a broken template makes a site")
	}
	if got := s.Pages(); len(got) != 1 || got[0] != "form" {
		t.Errorf("pages: %v", got)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KB", 1536: "1.5 KB", 10 << 10: "10 KB", 1<<20 - 1: "1 MB", 50 << 20: "50 MB", 1 << 30: "1 GB"} {
		if got := Size(n); got != strings.ReplaceAll(want, " ", "\u00a0") {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
