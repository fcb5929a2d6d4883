package public_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/store/storetest"
	"dengwen/web/public"
	"dengwen/web/ui"
)

// elsewhere finds what names another site, in links and in styles.
var elsewhere = regexp.MustCompile(`(?i)\b[a-z]+://[^"'\s<>)]*|["'(=]//[^"'\s<>)]*|@import|url\(`)

// states are all pages of the site: those with an address, and the answers to
// forms, open and closed.
func (w returned) states(t testing.TB, q string) map[string]page {
	t.Helper()
	pages := map[string]page{}
	for _, path := range append(ownPages, "/nowhere") {
		pages["GET "+path] = w.get(t, path+q)
	}
	for path, values := range w.posts() {
		pages["POST "+path] = w.post(t, path+q, values)
		pages["a foreign "+path] = w.postAs(t, path+q, values, "Sec-Fetch-Site", "cross-site")
	}
	pages["POST wrong"] = w.post(t, "/report"+q, url.Values{"text": {"短"}})
	pages["GET /receipt/add"] = w.get(t, "/receipt/add"+q)
	now := w.Clock.Now()
	w.Clock.Set(time.Date(2026, 9, 9, 11, 0, 0, 0, time.UTC))
	pages["closed"], pages["refused"] = w.get(t, "/report"+q), w.post(t, "/report"+q, typed)
	w.Clock.Set(now)
	return pages
}

// Every page in every state has the way out, names no other site but that, and
// runs nothing. Those with an address offer themselves in the other languages
// and in large text; the answers to forms do not, for a link would lose them.
func TestEveryPage(t *testing.T) {
	for _, lang := range ui.Languages() {
		w := newReturned(t)
		words := ui.NewWords(lang)
		exit := words.Text("page.exit-address")
		if at, err := url.Parse(exit); err != nil || at.Scheme != "https" || at.Host == "" {
			t.Fatalf("%s: the way out is %q", lang, exit)
		}
		for name, p := range w.states(t, "?lang="+lang) {
			if p.header.Get("Content-Language") != lang {
				t.Errorf("%s: in %q, not in %s", name, p.header.Get("Content-Language"), lang)
			}
			links := p.links()
			if n := strings.Count(p.body, `<a class="button danger" href="`+exit+`" rel="noreferrer noopener">`); n != 1 || !p.shows(words.Text("page.exit")) {
				t.Errorf("%s in %s: %d ways out", name, lang, n)
			}
			if at, before := strings.Index(p.body, exit), strings.Index(p.body, "<header"); at > before {
				t.Errorf("%s in %s: the way out does not stand first", name, lang)
			}
			for _, other := range elsewhere.FindAllString(p.body, -1) {
				if other != exit {
					t.Errorf("%s in %s: names %s", name, lang, other)
				}
			}
			for _, link := range links {
				if link != exit && !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") {
					t.Errorf("%s in %s: leads to %s", name, lang, link)
				}
				if at, err := url.Parse(link); err == nil && at.Host == "" && at.Path != "" && at.Query().Get("lang") == "" {
					t.Errorf("%s in %s: %s forgets the language", name, lang, link)
				}
			}
			_, body := styled(strings.ToLower(p.body))
			for _, bad := range []string{"<script", "<img", "<iframe", "<object", "<embed", "<video", "<base", "javascript:", " style=", "http-equiv", " onclick", "data:"} {
				if strings.Contains(body, bad) {
					t.Errorf("%s in %s: holds %s", name, lang, bad)
				}
			}
			w.offers(t, name, p, strings.HasPrefix(name, "GET ") && p.status == http.StatusOK || name == "closed", lang, links)
		}
	}
}

// offers checks that a page has the links to itself in the other languages and
// in large text, or has none.
func (w returned) offers(t *testing.T, name string, p page, has bool, lang string, links []string) {
	t.Helper()
	path := strings.TrimPrefix(name, "GET ")
	if name == "closed" {
		path = "/report"
	}
	large := slices.Contains(links, path+"?lang="+lang+"&size=large")
	if large != has {
		t.Errorf("%s in %s: offers large text: %v", name, lang, large)
	}
	for _, other := range ui.Languages() {
		if other == lang {
			continue
		}
		if offered := strings.Contains(p.body, `<a href="`+path+`?lang=`+other+`" lang="`+other+`" hreflang="`+other+`">`); offered != has {
			t.Errorf("%s in %s: offers %s: %v", name, lang, other, offered)
		}
	}
	if !has || name == "closed" {
		return
	}
	big := w.get(t, path+"?lang="+lang+"&size=large")
	if !strings.Contains(big.body, ` class="large">`) || strings.Contains(p.body, ` class="large">`) {
		t.Errorf("%s in %s: the text is not large where it should be", name, lang)
	}
	for _, link := range big.links() {
		if at, err := url.Parse(link); err == nil && strings.HasPrefix(link, "/") && at.Query().Get("size") != "large" && !slices.Contains([]string{path + "?lang=" + lang}, link) {
			t.Errorf("%s in %s: %s forgets the size", name, lang, link)
		}
	}
}

// Where there is no checkpoint yet, the page that says so is one as any other.
func TestNoCheckpointPage(t *testing.T) {
	w := newWorld(t)
	h, err := public.New(noNote{w.Box}, options(w.Box, w.log, storetest.Schedule(t)))
	if err != nil {
		t.Fatal(err)
	}
	p := do(t, h, httptest.NewRequest("GET", "/checkpoint", nil))
	leads := func(q string) bool {
		return slices.Contains(p.links(), "/checkpoint"+q) || slices.Contains(p.links(), "/"+q)
	}
	if p.status != http.StatusNotFound || !leads("?lang=en") || !leads("?size=large") {
		t.Errorf("%d, it leads to %q", p.status, p.links())
	}
}
