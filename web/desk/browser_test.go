package desk_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dengwen/web/ui"
)

// A browser keeps cookies as browsers do, by host and path, and looks at every
// page that it is given: see examine.
type browser struct {
	t        testing.TB
	site     http.Handler
	jar      http.CookieJar
	language string
	header   http.Header // sent along
	from     string      // client address
	base     string      // of the session, once signed in
	plain    bool        // pages have English in any language
	rushed   bool        // a page about something that takes its time is looked at as it is
}

// An answer is what came back.
type answer struct {
	*http.Response
	text string
}

func newBrowser(t testing.TB, site http.Handler, language string) *browser {
	jar, err := cookiejar.New(nil)
	check(t, err)
	return &browser{t: t, site: site, jar: jar, language: language, header: http.Header{}, from: "127.0.0.1:50000"}
}

func address(path string) *url.URL {
	u, err := url.Parse("http://" + host + path)
	if err != nil {
		panic(err)
	}
	return u
}

// request builds what the browser would send.
func (b *browser) request(method, path string, form url.Values) *http.Request {
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://"+host+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = b.from
	for name, values := range b.header {
		r.Header[name] = values
	}
	r.Header.Set("Accept-Language", b.language)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range b.jar.Cookies(address(path)) {
		r.AddCookie(c)
	}
	return r
}

// send sends a request as it is.
func (b *browser) send(r *http.Request) answer {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	a := answer{w.Result(), w.Body.String()}
	b.jar.SetCookies(r.URL, a.Cookies())
	b.examine(r, a)
	return a
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.send(b.request(http.MethodGet, path, nil))
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	return b.send(b.request(http.MethodPost, path, form))
}

// submit fills in the form of a page that posts to path, and follows where that
// leads. Pairs are names and values.
func (b *browser) submit(page answer, path string, pairs ...string) answer {
	b.t.Helper()
	form := formOf(b.t, page, path)
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.follow(b.post(path, form))
}

// follow goes where an answer leads, and waits for what takes its time.
func (b *browser) follow(a answer) answer {
	b.t.Helper()
	for {
		_, again, waits := strings.Cut(a.Header.Get("Refresh"), "; url=")
		switch {
		case a.StatusCode == http.StatusSeeOther:
			a = b.get(a.Header.Get("Location"))
		case waits && !b.rushed:
			a = b.get(again)
		default:
			return a
		}
	}
}

// signIn signs in and remembers the session's path.
func (b *browser) signIn(name, passphrase string) answer {
	b.t.Helper()
	page := b.follow(b.get("/"))
	a := b.post("/sign-in", with(formOf(b.t, page, "/sign-in"), "name", name, "passphrase", passphrase))
	if a.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("sign-in: %d\n%s", a.StatusCode, words(a.text))
	}
	b.base = a.Header.Get("Location")
	if !sessionPath.MatchString(b.base) {
		b.t.Fatalf("sign-in leads to %s", b.base)
	}
	return b.follow(a)
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

var (
	sessionPath = regexp.MustCompile(`^/s/[0-9a-f]{32}/$`)
	// leftover is the id of a sentence that has no words.
	leftover = regexp.MustCompile(`\b(desk|page|term|public|state|route|role|channel|channels|progress|reason|mailbox|trouble|quarantine|hotline|calls)\.[a-z][a-z-]+`)
	// english is a piece of a sentence; commands are not, nor what a provider
	// itself says in English.
	english  = regexp.MustCompile(`[A-Za-z]{3,} [A-Za-z]{2,}`)
	commands = strings.NewReplacer("dengwen serve", "", "dengwen desk", "", "dengwen verify", "", "dengwen staff --help", "", "dengwen poll", "", "dengwen import", "", "Unsafe Login", "")
)

// leftovers finds ids that have no words. Only around a dot between small
// letters is it worth looking.
func leftovers(text string) []string {
	small := func(c byte) bool { return 'a' <= c && c <= 'z' }
	for i := 1; i+1 < len(text); i++ {
		if text[i] == '.' && small(text[i-1]) && small(text[i+1]) {
			return leftover.FindAllString(text, -1)
		}
	}
	return nil
}

// examine fails the test on what no page of the desk may ever be: without the
// headers, badly nested, with an id left in place of words, or half in another
// language.
func (b *browser) examine(r *http.Request, a answer) {
	b.t.Helper()
	where := fmt.Sprintf("%s %s: %d", r.Method, r.URL.Path, a.StatusCode)
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := a.Header.Get(name); got != want {
			b.t.Errorf("%s: %s is %q", where, name, got)
		}
	}
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		b.t.Errorf("%s: Content-Security-Policy is %q", where, csp)
	}
	for _, c := range a.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Domain != "" || c.Path == "" || c.Path == "/" {
			b.t.Errorf("%s: cookie %s is %v", where, c.Name, c)
		}
	}
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || r.Method == http.MethodHead {
		return
	}
	if errs := nesting(a.text); len(errs) > 0 {
		b.t.Errorf("%s: %v", where, errs)
	}
	text := words(a.text)
	if want := b.language; !strings.Contains(r.URL.RawQuery, "lang=") && a.Header.Get("Content-Language") != want {
		b.t.Errorf("%s: in %s, want %s", where, a.Header.Get("Content-Language"), want)
	}
	if ids := leftovers(text); ids != nil {
		b.t.Errorf("%s: no words for %v", where, ids)
	}
	if a.Header.Get("Content-Language") == ui.Chinese && !b.plain {
		if s := english.FindAllString(commands.Replace(text), -1); s != nil {
			b.t.Errorf("%s: English in Chinese: %q", where, s)
		}
	}
}

// wants fails unless the answer has the status and says all the texts.
func (a answer) wants(t testing.TB, status int, texts ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d\n%s", a.StatusCode, status, words(a.text))
	}
	if len(texts) == 0 {
		return a
	}
	said := words(a.text)
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("the page does not say %q:\n%s", text, strings.Join(strings.Fields(said), " "))
		}
	}
	return a
}
