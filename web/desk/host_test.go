package desk_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestHosts: the desk answers at its own address and at no other.
func TestHosts(t *testing.T) {
	b := newBox(t)
	for _, tt := range []struct {
		listen, local string
		known, others string
	}{
		{"127.0.0.1:8081", "", "127.0.0.1:8081 localhost:8081 LocalHost:8081 [::ffff:127.0.0.1]:8081",
			"127.0.0.1 localhost 127.0.0.1:8080 127.0.0.2:8081 [::1]:8081 desk.example.invalid:8081 localhost.:8081 localhost.example.invalid:8081 0.0.0.0:8081 127.1:8081 2130706433:8081 127.0.0.1:08081x 127.0.0.1:99999 :8081 @127.0.0.1:8081"},
		{"[::1]:8081", "", "[::1]:8081 localhost:8081 [0:0::1]:8081", "127.0.0.1:8081 ::1:8081 [::2]:8081"},
		{"192.0.2.7:80", "", "192.0.2.7 192.0.2.7:80", "localhost 192.0.2.8 127.0.0.1:80 192.0.2.7:81"},
		{"0.0.0.0:8081", "192.0.2.7:8081", "192.0.2.7:8081", "0.0.0.0:8081 127.0.0.1:8081 localhost:8081 192.0.2.8:8081"},
		{"[::]:8081", "[::ffff:127.0.0.1]:8081", "127.0.0.1:8081 localhost:8081", "[::]:8081 192.0.2.7:8081"},
		{":8081", "[2001:db8::5]:8081", "[2001:db8::5]:8081 [2001:db8:0::5]:8081", "[2001:db8::6]:8081 localhost:8081"},
		{"0.0.0.0:8081", "", "", "127.0.0.1:8081 localhost:8081"},
		{"desk.example.invalid:8081", "192.0.2.7:8081", "desk.example.invalid:8081 DESK.example.invalid:8081 192.0.2.7:8081", "example.invalid:8081 desk.example.invalid:8082 desk.example.invalid"},
	} {
		s := b.site(t, func(o *desk.Options) { o.Listen = tt.listen })
		ask := func(name string) answer {
			u := newBrowser(t, s, ui.Chinese)
			r := u.request(http.MethodGet, "/sign-in", nil)
			r.Host = name
			if tt.local != "" {
				at, err := net.ResolveTCPAddr("tcp", tt.local)
				check(t, err)
				r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, at))
			}
			return u.send(r)
		}
		for name := range strings.FieldsSeq(tt.known) {
			if a := ask(name); a.StatusCode != 200 {
				t.Errorf("%s at %s, asked as %s: %d", tt.listen, tt.local, name, a.StatusCode)
			}
		}
		for name := range strings.FieldsSeq(tt.others) {
			a := ask(name)
			if a.StatusCode != http.StatusMisdirectedRequest || strings.Contains(a.text, "<form") || len(a.Cookies()) > 0 {
				t.Errorf("%s at %s, asked as %s: %d", tt.listen, tt.local, name, a.StatusCode)
			}
			if strings.Contains(a.text, name) || strings.Contains(a.text, tt.listen) {
				t.Errorf("%s, asked as %s: the page names a host", tt.listen, name)
			}
		}
		if a := ask(""); a.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s without a name: %d", tt.listen, a.StatusCode)
		}
	}
}

// TestTLS: over TLS cookies are for TLS, and the port that goes without saying
// is another.
func TestTLS(t *testing.T) {
	b := newBox(t)
	s := b.site(t, func(o *desk.Options) { o.Listen = "192.0.2.7:443" })
	u := newBrowser(t, s, ui.English)
	r := u.request(http.MethodGet, "/sign-in", nil)
	r.Host, r.TLS = "192.0.2.7", &tls.ConnectionState{}
	a := u.send(r).wants(t, 200)
	if c := a.Cookies(); len(c) != 1 || !c[0].Secure {
		t.Errorf("cookies: %v", c)
	}
}

func TestOptions(t *testing.T) {
	b := newBox(t)
	for name, change := range map[string]func(*desk.Options){
		"unlock": func(o *desk.Options) { o.Unlock = nil }, "zone": func(o *desk.Options) { o.Timezone = nil },
		"counts":  func(o *desk.Options) { o.Channels = nil },
		"no port": func(o *desk.Options) { o.Listen = "127.0.0.1" }, "no number": func(o *desk.Options) { o.Listen = "127.0.0.1:http" },
		"too large": func(o *desk.Options) { o.Listen = "127.0.0.1:65536" }, "nothing": func(o *desk.Options) { o.Listen = "" },
	} {
		o := desk.Options{Unlock: b.unlock, Channels: b.channels, Listen: host, Timezone: b.clock.Now().Location()}
		change(&o)
		if _, err := desk.New(o); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := desk.New(desk.Options{Unlock: b.unlock, Channels: b.channels, Listen: host, Timezone: b.clock.Now().Location()})
	check(t, err)
	s.Close()
}

// TestMethods: every way to ask for something else has a page.
func TestMethods(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	for _, l := range ui.Languages() {
		u := newBrowser(t, deskWith(t, b, newRig(t, b), nil), l)
		u.signIn(leader, phrase)
		size, err := b.Size(t.Context())
		check(t, err)
		report := u.base + "report/" + id
		for path, allowed := range map[string]string{
			"/": "GET HEAD", "/sign-in": "GET HEAD POST", u.base: "GET", u.base + "accounts": "GET", u.base + "channels": "GET", u.base + "lock": "POST", report: "GET",
			u.base + "calls": "GET POST", u.base + "import": "GET POST", u.base + "import/confirm": "POST", u.base + "import/discard": "POST", u.base + "import/rows.csv": "GET",
			report + "/note": "POST", report + "/identity": "GET POST", report + "/file/" + id + "/2": "GET",
		} {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"} {
				if strings.Contains(" "+allowed+" ", " "+method+" ") {
					continue
				}
				a := u.send(u.request(method, path, nil))
				a.wants(t, 405)
				if allow := a.Header.Get("Allow"); allow == "" || strings.Contains(allow, "OPTIONS") {
					t.Errorf("%s %s: allow %q", method, path, allow)
				}
				if method != "HEAD" {
					a.wants(t, 405, says(l, "desk.method"))
				}
			}
		}
		for _, path := range []string{"/x", "/s", "/s/", "/sign-in/", "/s/..%2f..%2fetc/", u.base + "x", report + "/", u.base + "report/", u.base + "report/1", u.base + "report/" + strings.Repeat("f", 32),
			report + "/file/" + id + "/x", report + "/file/" + id + "/-1", report + "/file/" + id + "/0", report + "/file/" + id + "/99", report + "/file/x/2", u.base + "report/1/identity"} {
			want := 404
			if path == "/s/..%2f..%2fetc/" {
				want = 403
			}
			u.get(path).wants(t, want)
		}
		if after, err := b.Size(t.Context()); err != nil || after != size {
			t.Errorf("%d entries, had %d; %v", after, size, err)
		}
	}
}
