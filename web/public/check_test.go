package public_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"dengwen/web/ui"
)

var (
	leftID = regexp.MustCompile(`\b(public|desk|page|term|progress|error|reason|channel)\.[a-z]+(-[a-z]+)*\b`)
	values = regexp.MustCompile(`"[^"]*"`)
	// badNames are attributes that run or style something, and values that are
	// not quoted.
	badNames = regexp.MustCompile(`\s(style|on[a-z]+)=|=[^"]`)
	markup   = regexp.MustCompile(`(?s)<(/?)([a-zA-Z0-9]+)([^>]*)>`)
	ids      = regexp.MustCompile(` id="([^"]*)"`)
	within   = regexp.MustCompile(`(?:href="#|for="|labelledby=")([^"]*)"`)
	descr    = regexp.MustCompile(`describedby="([^"]*)"`)
)

// styled cuts a page's style sheet out of it. It is most of the page, and an
// expression that looks for its end is most of what these tests would take.
func styled(body string) (css, rest string) {
	before, after, _ := strings.Cut(body, "<style>")
	css, after, _ = strings.Cut(after, "</style>")
	return css, before + after
}

// check holds a page to what all have: headers, no cookie, well-formed markup
// without scripts, and words in one language.
func (p page) check(t testing.TB, r *http.Request) {
	t.Helper()
	where := fmt.Sprintf("%s %s: %d", r.Method, r.URL.Path, p.status)
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s: %s is %q", where, name, got)
		}
	}
	for _, name := range []string{"Set-Cookie", "Server", "X-Powered-By", "Location"} {
		if got := p.header.Get(name); got != "" {
			t.Errorf("%s: %s is %q", where, name, got)
		}
	}
	if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
		return
	}
	css, body := styled(p.body)
	sum := sha256.Sum256([]byte(css))
	if csp := p.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("%s: policy %q", where, csp)
	}
	balanced(t, body, where)
	text := html.UnescapeString(markup.ReplaceAllString(body, " "))
	if id := leftID.FindString(strings.ReplaceAll(text, "example.invalid", "")); id != "" {
		t.Errorf("%s: the id %s is left", where, id)
	}
	for _, bad := range []string{"绝对匿名", "<no value>", "%!"} {
		if strings.Contains(text, bad) {
			t.Errorf("%s: it says %q", where, bad)
		}
	}
	han := strings.IndexFunc(strings.ReplaceAll(text, "中文", ""), func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
	if lang := p.header.Get("Content-Language"); lang == ui.Chinese && !han {
		t.Errorf("%s: a Chinese page without Chinese", where)
	}
}

// balanced checks that every element that is opened is closed, in order, that
// attributes are quoted, that ids are unique, and that links within the page
// lead somewhere.
func balanced(t testing.TB, body, where string) {
	t.Helper()
	void := map[string]bool{"meta": true, "input": true, "br": true, "link": true, "img": true, "hr": true}
	var open []string
	for _, m := range markup.FindAllStringSubmatch(body, -1) {
		name := strings.ToLower(m[2])
		switch {
		case name == "script", name == "img", name == "iframe", name == "link":
			t.Errorf("%s: an element %s", where, name)
		case void[name]:
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Errorf("%s: </%s> closes %v", where, name, open)
			return
		default:
			open = open[:len(open)-1]
		}
		if m[3] != "" && badNames.MatchString(values.ReplaceAllString(m[3], `""`)) {
			t.Errorf("%s: attributes of <%s%s>", where, name, m[3])
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: not closed: %v", where, open)
	}
	known := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(body, -1) {
		if known[m[1]] {
			t.Errorf("%s: the id %s is there twice", where, m[1])
		}
		known[m[1]] = true
	}
	for _, m := range within.FindAllStringSubmatch(body, -1) {
		if !known[m[1]] {
			t.Errorf("%s: nothing has the id %s", where, m[1])
		}
	}
	for _, m := range descr.FindAllStringSubmatch(body, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !known[id] {
				t.Errorf("%s: nothing has the id %s", where, id)
			}
		}
	}
}
