package public_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/web/public"
	"dengwen/web/ui"
)

// ownPages are the pages that have an address of their own.
var ownPages = []string{"/", "/report", "/receipt", "/privacy"}

// href finds where the links of a page lead.
var href = regexp.MustCompile(`(?:href|action|src)="([^"]*)"`)

// links are where a page's links and forms lead.
func (p page) links() (list []string) {
	for _, m := range href.FindAllStringSubmatch(p.body, -1) {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}

// A link may choose the unit, one of the list. Nothing else of an address gets
// into a form: it could name whoever was given the link.
func TestUnitByLink(t *testing.T) {
	w := newWorld(t)
	chosen := func(p page) (list []string) {
		for _, m := range regexp.MustCompile(`<option value="([^"]*)" selected>`).FindAllStringSubmatch(p.body, -1) {
			list = append(list, html.UnescapeString(m[1]))
		}
		return list
	}
	for _, unit := range someNotice().Units {
		for _, q := range []string{"", "lang=en&", "size=large&", "lang=zh-CN&size=large&"} {
			p := w.get(t, "/report?"+q+"unit="+url.QueryEscape(unit))
			if got := chosen(p); p.status != http.StatusOK || !slices.Equal(got, []string{unit}) {
				t.Errorf("%s%s: chosen is %q", q, unit, got)
			}
			// In another language, and in another size, it is still chosen.
			for _, link := range p.links() {
				if at, err := url.Parse(link); err == nil && at.Path == "/report" && at.Query().Has("unit") {
					if got := chosen(w.get(t, link)); !slices.Equal(got, []string{unit}) {
						t.Errorf("%s: chosen is %q", link, got)
					}
				}
			}
			if n := strings.Count(strings.Join(p.links(), "\n"), "unit="+url.QueryEscape(unit)); n != 2 {
				t.Errorf("%s: %d links keep the unit: the language's and the size's should", unit, n)
			}
		}
	}
	plain := w.get(t, "/report")
	stamps := regexp.MustCompile(`name="stamp" value="[^"]+"`)
	for _, query := range []string{"unit=市林业局", "unit=other", "unit=", `unit="><script>alert(1)</script>`, "unit=市水利局%00", "unit=市水利局 ", "unit=no-such-unit&unit=市水利局", "unit=" + strings.Repeat("x", 5000),
		"text=prefilled-by-someone", "person=prefilled-by-someone&post=x&subject=prefilled-by-someone", "contact_name=prefilled-by-someone", "about_team=1", "category=life", "homepage=prefilled-by-someone", "stamp=AAAA"} {
		name, value, _ := strings.Cut(query, "=")
		p := w.get(t, "/report?"+name+"="+strings.ReplaceAll(url.PathEscape(value), "+", "%2B"))
		if got, want := stamps.ReplaceAllString(p.body, ""), stamps.ReplaceAllString(plain.body, ""); got != want {
			t.Errorf("?%.60s is in the page", query)
		}
	}
	// The notice links to the form with each of its units.
	for _, link := range w.get(t, "/?lang=en").links() {
		if at, err := url.Parse(link); err == nil && at.Query().Has("unit") {
			if got := chosen(w.get(t, link)); at.Path != "/report" || !slices.Equal(got, []string{at.Query().Get("unit")}) || at.Query().Get("lang") != "en" {
				t.Errorf("%s: chosen is %q", link, got)
			}
		}
	}
	// Also while it is closed the links keep it, for who comes in the evening.
	w.Clock.Set(time.Date(2026, 9, 8, 11, 0, 0, 0, time.UTC))
	if p := w.get(t, "/report?unit="+url.QueryEscape("市水利局")); p.status != http.StatusOK || !strings.Contains(p.body, "unit="+url.QueryEscape("市水利局")+`" lang="en"`) {
		t.Error("closed: the link to the other language loses the unit")
	}
}

// Where there is an onion address, every page tells of it; elsewhere none does.
func TestOnion(t *testing.T) {
	const onion = "http://" + "example" + ".onion"
	for _, at := range []string{onion, ""} {
		w := newWorld(t)
		w.roomy(t, func(o *public.Options) { o.Onion = at })
		for _, path := range append(ownPages, "/report?unit=x&lang=en") {
			for _, method := range []string{"GET", "HEAD"} {
				want := strings.Replace(path, "unit=x&", "", 1)
				if want = at + want; at == "" {
					want = ""
				}
				if got := do(t, w.handler, httptest.NewRequest(method, path, nil)).header.Get("Onion-Location"); got != want {
					t.Errorf("%s %s: %q, not %q", method, path, got, want)
				}
			}
		}
		// What was asked for is not repeated.
		p := w.get(t, "/canary-path?canary-query=1")
		if got := p.header.Get("Onion-Location"); strings.Contains(got, "canary") {
			t.Errorf("a page that is not there: %q", got)
		}
	}
}

// The printed notice has the address, in words and as a code.
func TestAddress(t *testing.T) {
	const address = "https://report.example.invalid/"
	for _, at := range []string{address, ""} {
		w := newWorld(t)
		w.roomy(t, func(o *public.Options) { o.Address = at })
		for q, says := range map[string]string{"": "微信", "?lang=en": "scan it with the camera, not with WeChat"} {
			p := w.get(t, "/"+q)
			if p.status != http.StatusOK || strings.Contains(p.body, "<svg") != (at != "") || p.shows(address) != (at != "") || at != "" && !p.shows(says) {
				t.Errorf("address %q: %d %s", at, p.status, p.words())
			}
		}
		if at == "" {
			continue
		}
		code, err := ui.QR(address, ui.NewWords("zh-CN").Text("public.address"))
		if err != nil || !strings.Contains(w.get(t, "/").body, string(code)) {
			t.Error("the code is not that of the address:", err)
		}
	}
}
