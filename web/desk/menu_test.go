package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// TestMenuStays: what is refused within a session keeps the session's menu, with
// what the account may reach. Without the session there is none.
func TestMenuStays(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	s := b.site(t, nil)
	for _, l := range ui.Languages() {
		for name, passphrase := range map[string]string{leader: phrase, "member": other} {
			u, stranger := newBrowser(t, s, l), newBrowser(t, s, l)
			u.signIn(name, passphrase)
			for what, page := range map[string]answer{
				"no page":        u.get(u.base+"nowhere/at/all").wants(t, http.StatusNotFound, says(l, "desk.missing")),
				"no such method": u.post(u.base+"accounts", nil).wants(t, http.StatusMethodNotAllowed, says(l, "desk.method")),
				"a stale form":   u.post(u.base+"lock", url.Values{"token": {"x"}}).wants(t, http.StatusForbidden, says(l, "desk.stale")),
			} {
				page.wants(t, page.StatusCode, says(l, "desk.queue"), says(l, "desk.lock"))
				if strings.Contains(page.text, u.base+"accounts") != (name == leader) || strings.Contains(page.text, "/sign-in") {
					t.Errorf("%s, for %s: not the account's menu", what, name)
				}
			}
			page := stranger.get(u.base+"nowhere").wants(t, http.StatusNotFound, says(l, "desk.missing"), says(l, "desk.sign-in"))
			if strings.Contains(page.text, "/s/") {
				t.Error("a session's page for who does not have its cookie")
			}
			r := u.request(http.MethodGet, u.base+"nowhere", nil)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if page := u.send(r).wants(t, http.StatusForbidden, says(l, "desk.foreign")); strings.Contains(page.text, "/s/") {
				t.Error("a session's page for another site's request")
			}
		}
	}
}
