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
		if w.Code != http.StatusTeapot || w.Header().Get("Content-Language") != tt.want || !strings.Contains(page, `<html lang="`+tt.want+`" dir="ltr">`) {
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

// Large text is a class of the page, and a link beside the languages changes it.
func TestSizeOfAPage(t *testing.T) {
	s := testSite(t)
	here := func(v View) View { v.Path = "/form"; return v.With("x") }
	for target, want := range map[string][]string{
		"/":                       {`<html lang="en" dir="ltr">`, `<a href="/form?size=large">Large text</a></nav>`},
		"/?size=large":            {`<html lang="en" dir="ltr" class="large">`, `<a href="/form">Normal text</a></nav>`, `action="/send?size=large&amp;unit=a`},
		"/?lang=zh-CN&size=large": {`<html lang="zh-CN" dir="ltr" class="large">`, `<a href="/form?lang=zh-CN">标准字号</a></nav>`, `href="/form?lang=en&amp;size=large" lang="en"`},
	} {
		page := get(t, s, target, "en", here).Body.String()
		for _, want := range want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not have %s", target, want)
			}
		}
	}
	if page := get(t, s, "/?size=large", "en", func(v View) View { return v }).Body.String(); strings.Contains(page, `class="tongues"`) || !strings.Contains(page, `class="large"`) {
		t.Error("the answer to a form has links to itself, or forgets the size")
	}
}

// A site that asks for it has a way out at the top of every page, and one that
// does not has none. A page loads nothing of where it leads.
func TestWayOut(t *testing.T) {
	templates := fstest.MapFS{
		"_frame.html": {Data: []byte(`{{define "leave"}}{{template "exit" .}}{{end}}`)},
		"form.html":   {Data: []byte(`{{define "title"}}x{{end}}{{define "body"}}<form>{{template "kept" .}}</form>{{qr "https://a.invalid/" "A code"}}{{end}}`)},
	}
	s, err := NewSite(templates)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{
		English: `<a class="button danger" href="https://www.bbc.com/weather" rel="noreferrer noopener">Leave this page quickly</a>`,
		Chinese: `<a class="button danger" href="https://www.weather.com.cn/" rel="noreferrer noopener">快速离开本页</a>`,
	} {
		page := get(t, s, "/?size=large&lang="+lang, "", func(v View) View { v.Path = "/"; return v }).Body.String()
		skip, exit, header := strings.Index(page, `class="skip"`), strings.Index(page, want), strings.Index(page, "<header")
		if skip < 0 || exit < skip || header < exit {
			t.Errorf("%s: the way out stands at %d, after %d and before %d", lang, exit, skip, header)
		}
		if strings.Count(page, "https://") != 1 {
			t.Errorf("%s: the page has other addresses", lang)
		}
		for _, want := range []string{`<input type="hidden" name="lang" value="` + lang + `"><input type="hidden" name="size" value="large">`, `<svg class="qr" role="img" aria-label="A code"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not have %s", lang, want)
			}
		}
		labels := map[string]bool{}
		for _, m := range regexp.MustCompile(`<nav[^>]* aria-label="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if labels[m[1]] {
				t.Errorf("%s: two navigations are called %s", lang, m[1])
			}
			labels[m[1]] = true
		}
		if len(labels) != strings.Count(page, "<nav") {
			t.Errorf("%s: navigations: %v", lang, labels)
		}
	}
	if page := get(t, testSite(t), "/", "", func(v View) View { return v }).Body.String(); strings.Contains(page, `class="exit"`) {
		t.Error("a site that does not ask for it has a way out")
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
