package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/store/entry"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestForeign: a request that another page makes the browser send does nothing.
func TestForeign(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	s := b.site(t, nil)
	u := newBrowser(t, s, ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	page, v := u.get(report), newBrowser(t, s, ui.English)
	v.signIn(leader, phrase)
	others := formOf(t, v.get(v.base), v.base+"lock").Get("token")
	good := formOf(t, page, report+"/note")
	nonce, mac, _ := strings.Cut(good.Get("token"), ".")
	for name, tt := range map[string]struct {
		header, value string
		token         string // "-" is none; empty is the page's own
		taken         bool
	}{
		"own page": {taken: true}, "no token": {token: "-"}, "another session's token": {token: others}, "half a token": {token: nonce}, "no number": {token: "." + mac},
		"the sign-in token": {token: formOf(t, v.get("/sign-in"), "/sign-in").Get("token")}, "changed token": {token: "0" + good.Get("token")[1:] + "0"},
		"cross-site": {header: "Sec-Fetch-Site", value: "cross-site"}, "another port": {header: "Sec-Fetch-Site", value: "same-site"},
		"unheard of": {header: "Sec-Fetch-Site", value: "else"}, "same origin": {header: "Sec-Fetch-Site", value: "same-origin", taken: true},
		"typed": {header: "Sec-Fetch-Site", value: "none", taken: true}, "origin": {header: "Origin", value: "http://" + host, taken: true},
		"null origin": {header: "Origin", value: "null", taken: true}, "other port's origin": {header: "Origin", value: "http://127.0.0.1:9000"},
		"other scheme": {header: "Origin", value: "https://" + host}, "other origin": {header: "Origin", value: "http://example.invalid"},
	} {
		form := cloned(good)
		form.Set("text", name)
		if tt.token == "-" {
			form.Del("token")
		} else if tt.token != "" {
			form.Set("token", tt.token)
		}
		r := u.request(http.MethodPost, report+"/note", form)
		if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		before := b.kinds(t, id)[entry.KindNoted]
		a := u.send(r)
		taken := b.kinds(t, id)[entry.KindNoted] > before
		if taken != tt.taken || (a.StatusCode == 303) != tt.taken || !tt.taken && a.StatusCode != 403 {
			t.Errorf("%s: %d, written: %v", name, a.StatusCode, taken)
		}
	}
	for _, site := range []string{"cross-site", "same-site"} {
		before := b.kinds(t, id)[entry.KindRead]
		u.header.Set("Sec-Fetch-Site", site)
		u.get(report).wants(t, 403, says(ui.English, "desk.foreign"))
		u.get("/sign-in").wants(t, 200)
		u.follow(u.get("/")).wants(t, 200)
		if b.kinds(t, id)[entry.KindRead] != before {
			t.Error("another site's link opens a report")
		}
	}
}

// TestEveryPostNeedsAToken goes through all of them.
func TestEveryPostNeedsAToken(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	s, account := watching(t, b, nil)
	u := newBrowser(t, s, ui.English)
	u.signIn(leader, phrase)
	size, err := b.Size(t.Context())
	check(t, err)
	for _, path := range []string{"report/" + id + "/identity", "report/" + id + "/note", "report/" + id + "/reply", "report/" + id + "/decide", "report/" + id + "/hand-over", "lock"} {
		u.post(u.base+path, url.Values{"text": {"x"}, "to": {"routed/verify"}, "sure": {"yes"}, "route": {"verify"}}).wants(t, 403, says(ui.English, "desk.stale"))
	}
	if after, err := b.Size(t.Context()); err != nil || after != size || locked(t, account(0)) {
		t.Errorf("%d entries, had %d; %v", after, size, err)
	}
	for _, media := range []string{"text/plain", "application/json", ""} {
		r := u.request(http.MethodPost, u.base+"lock", url.Values{"token": {"x"}})
		r.Header.Set("Content-Type", media)
		u.send(r).wants(t, 400, says(ui.English, "desk.form"))
	}
}

// TestSignInToken: the form is good for the browser that got it, for an hour.
func TestSignInToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		s := b.site(t, func(o *desk.Options) { o.Idle = 5 * time.Hour })
		for _, l := range ui.Languages() {
			u, v := newBrowser(t, s, l), newBrowser(t, s, l)
			form := with(formOf(t, u.get("/sign-in"), "/sign-in"), "name", leader, "passphrase", phrase)
			v.post("/sign-in", form).wants(t, 403, says(l, "desk.sign-in-stale"))
			v.post("/sign-in", form).wants(t, 403, says(l, "desk.sign-in-stale"))
			u.post("/sign-in", with(cloned(form), "token", "9"+form.Get("token"))).wants(t, 403)
			u.post("/sign-in", with(cloned(form), "token", "")).wants(t, 403)
			r := u.request(http.MethodPost, "/sign-in", form)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			u.send(r).wants(t, 403, says(l, "desk.foreign"))
			later(time.Hour - time.Second)
			u.post("/sign-in", form).wants(t, 303)
			later(time.Second)
			stale := u.post("/sign-in", form).wants(t, 403, says(l, "desk.sign-in-stale"))
			u.submit(stale, "/sign-in", "passphrase", phrase).wants(t, 200)
		}
	})
}
