package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// nasty would run, or break out of where it stands, if anything let it.
const nasty = `</textarea></title>"'><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}` + "\u202e"

// inert fails if a page has a tag that is not ours, or lets text turn around
// what stands beside it.
func inert(t testing.TB, where string, page answer) {
	t.Helper()
	for _, bad := range []string{"<script", "<img", "onerror=alert(2)>"} {
		if strings.Contains(page.text, bad) {
			t.Errorf("%s has %s", where, bad)
		}
	}
}

// TestInert: whoever sends something, and whatever it is, a page shows it.
func TestInert(t *testing.T) {
	b := newBox(t)
	r := withFiles(b, nasty, intake.File{Name: nasty, Type: nasty, Body: strings.NewReader("x")}, intake.File{Name: nasty, Type: nasty, Private: true, Body: strings.NewReader("y")})
	r.Unit, r.Subject, r.Recorder, r.Marks = nasty, nasty, nasty, []intake.Mark{intake.Mark(nasty)}
	r.Persons = []intake.Person{{Name: nasty, Post: nasty}}
	r.Identity = intake.Identity{Name: nasty, Contact: nasty, Phone: nasty, Remark: nasty, Headers: nasty}
	id, receipt := b.submit(t, r)
	_, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: nasty, Files: filesOf(intake.File{Name: nasty, Type: nasty, Body: strings.NewReader("z")})})
	check(t, err)
	untitled := storetest.Web(b.clock.Now(), nasty)
	b.submit(t, untitled)
	s := b.site(t, func(o *desk.Options) { o.Inspection = nasty })
	for _, l := range ui.Languages() {
		// Its words are English in any language.
		u := newBrowser(t, s, l)
		u.plain = true
		inert(t, "sign-in", u.submit(u.get("/sign-in?locked="+url.QueryEscape(nasty)+"&lang="+url.QueryEscape(nasty)), "/sign-in", "name", nasty, "passphrase", nasty))
		inert(t, "the queue", u.signIn(leader, phrase).wants(t, 200, "<script>alert(1)"))
		inert(t, "a filter", u.get(u.base+"?state="+url.QueryEscape(nasty)+"&channel="+url.QueryEscape(nasty)+"&page="+url.QueryEscape(nasty)))
		inert(t, "a search", u.get(u.base+"find?report="+url.QueryEscape(nasty)))
		report := u.base + "report/" + id
		page := u.get(report).wants(t, 200, nasty, strings.ReplaceAll(nasty, "\u202e", `\u202e`))
		if n := strings.Count(page.text, "\u202e"); n != strings.Count(words(page.text), nasty) {
			t.Errorf("%d texts turn around what is beside them", n)
		}
		inert(t, "the report", page)
		for _, form := range []string{"note", "reply", "decide"} {
			page = u.submit(page, report+"/"+form, "text", nasty, "to", "routed/"+map[string]string{ui.Chinese: "verify", ui.English: "rectify"}[l]).wants(t, 200)
			inert(t, form, page)
		}
		inert(t, "a wrong form", u.submit(page, report+"/decide", "text", nasty, "to", nasty).wants(t, 400))
		inert(t, "a lost form", u.post(report+"/note", url.Values{"text": {nasty}, "token": {nasty}}).wants(t, 403, nasty))
		inert(t, "an address", u.get("/"+url.PathEscape(nasty)))
		inert(t, "the identity", u.submit(u.get(report+"/identity"), report+"/identity").wants(t, 200, nasty))
	}
	if log := b.log.String(); log != "" {
		t.Errorf("the log says %s", log)
	}
}
