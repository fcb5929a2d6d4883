package desk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

var named = regexp.MustCompile(`"((?:desk|page|mark|channels|mailbox|hotline|calls)\.[a-z-]+)"`)

// TestWordsAreUsed: the pages and the code name every sentence of the desk, and
// none that is not there.
func TestWordsAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "pages/*.html"} {
		files, err := filepath.Glob(pattern)
		check(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			check(t, err)
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				used[m[1]] = true
			}
		}
	}
	// Ids that are put together.
	for _, kind := range []string{"note", "decision", "reply", "added"} {
		used["desk.log-"+kind] = true
	}
	for _, kind := range append(desk.Kinds(), "unknown") {
		used["desk.kind-"+kind] = true
	}
	for _, r := range triage.Routes() {
		if r.Leaves() {
			used["desk.body-"+string(r)] = true
		}
	}
	for _, kind := range []string{"", "-calls"} {
		for _, id := range []string{"rows", "taken", "confirm"} {
			used["hotline."+id+kind] = true
		}
		for _, panel := range []string{"good", "late", "known", "wrong"} {
			used["hotline."+panel], used["hotline."+panel+kind+"-text"] = true, true
		}
	}
	for _, list := range []string{"without", "outside"} {
		used["calls."+list], used["calls."+list+"-text"], used["calls."+list+"-none"] = true, true, true
	}
	for _, f := range hotline.Fields() {
		used["hotline.field-"+string(f)] = true
	}
	delete(used, "hotline.field-")
	delete(used, "desk.kind-")
	delete(used, "mailbox.lag-")
	delete(used, "desk.body-")
	delete(used, "desk.log-")
	for _, r := range desk.Refusals() {
		used[r.ID], used[r.ID+"-text"] = true, true
	}
	for _, id := range []string{"elsewhere", "foreign", "stale", "ended", "busy", "guessed", "crowded", "unknown"} {
		used["desk."+id+"-text"] = true
	}
	for _, id := range []string{"taking", "replaced", "gone", "left"} {
		used["hotline."+id+"-text"] = true
	}
	there := map[string]bool{}
	for _, id := range ui.IDs() {
		there[id] = true
		if (strings.HasPrefix(id, "desk.") || strings.HasPrefix(id, "mark.") || strings.HasPrefix(id, "channels.") ||
			strings.HasPrefix(id, "hotline.") || strings.HasPrefix(id, "calls.")) && !used[id] {
			t.Errorf("nothing says %s", id)
		}
	}
	for id := range used {
		if !there[id] {
			t.Errorf("%s has no words", id)
		}
	}
	if len(used) < 150 {
		t.Errorf("only %d ids are found", len(used))
	}
}

// TestNamesHaveWords: pages put together ids of the domain's names.
func TestNamesHaveWords(t *testing.T) {
	var ids []string
	for _, s := range triage.States() {
		ids = append(ids, "state."+string(s))
	}
	for _, r := range triage.Routes() {
		ids = append(ids, "route."+string(r))
	}
	for _, r := range triage.Roles() {
		ids = append(ids, "role."+string(r))
	}
	for _, c := range intake.Channels() {
		ids = append(ids, "channel."+string(c))
	}
	for _, r := range intake.Reasons() {
		ids = append(ids, "reason."+string(r))
	}
	for _, r := range hotline.Reasons() {
		ids = append(ids, "reason."+string(r))
	}
	for _, q := range intake.Quarantines() {
		ids = append(ids, "quarantine."+string(q), "quarantine."+string(q)+"-text")
	}
	for _, t := range intake.Troubles() {
		ids = append(ids, "trouble."+string(t), "trouble."+string(t)+"-do")
	}
	for _, lag := range []int64{0, 600, 86_400} {
		_, unit := triage.Ago(lag)
		ids = append(ids, "mailbox.lag-"+unit)
	}
	for _, h := range triage.Heaps(intake.Mailbox{}) {
		ids = append(ids, "mailbox."+h.Name)
	}
	for _, c := range intake.Categories() {
		ids = append(ids, "term.category-"+string(c))
	}
	for _, m := range []intake.Mark{intake.MarkPhoneDamaged, intake.MarkSignature, intake.MarkQuotes} {
		ids = append(ids, "mark."+string(m))
	}
	for _, l := range ui.Languages() {
		for _, id := range ids {
			if !ui.NewWords(l).Has(id) {
				t.Errorf("%s has no words in %s", id, l)
			}
		}
	}
}

// TestLanguageStays: a language that was chosen by a link is kept by every link,
// form and redirection of a session.
func TestLanguageStays(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	u := newBrowser(t, b.site(t, func(o *desk.Options) { o.Demo, o.Import = true, newRig(t, b).take }), ui.Chinese)
	page := u.follow(u.get("/?lang=en")).wants(t, 200, says(ui.English, "desk.demo"))
	queue := u.submit(page, "/sign-in?lang=en", "name", leader, "passphrase", phrase).wants(t, 200, "1 report.", says(ui.English, "desk.demo"))
	base := queue.base(t)
	report := base + "report/" + id
	page = u.get(report + "?lang=en")
	page = u.submit(page, report+"/note?lang=en", "text", "x").wants(t, 200, says(ui.English, "desk.said-note"))
	for _, page := range []answer{queue, page, u.get(report + "/identity?lang=en"), u.get(base + "accounts?lang=en"), u.get(base + "channels?lang=en"),
		u.get(base + "import?lang=en"), u.get(base + "calls?lang=en")} {
		for _, m := range regexp.MustCompile(`(?:href|action)="([^"#]+)"`).FindAllStringSubmatch(page.text, -1) {
			if !strings.Contains(m[1], "lang=") && m[1] != base { // the filter's form carries it in a field
				t.Errorf("a link loses the language: %s", m[1])
			}
		}
	}
	if !strings.Contains(queue.text, `<input type="hidden" name="lang" value="en">`) {
		t.Error("the filter loses the language")
	}
	u.submit(page, base+"lock?lang=en").wants(t, 200, says(ui.English, "desk.locked"))
}

// base is the path of the session that a page belongs to.
func (a answer) base(t testing.TB) string {
	t.Helper()
	path := regexp.MustCompile(`/s/[0-9a-f]{32}/`).FindString(a.text)
	if path == "" {
		t.Fatal("the page belongs to no session")
	}
	return path
}
