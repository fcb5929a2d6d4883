package public_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// Who reads what, of a report and of what is added to it: each key opens what
// the pages say and nothing else.
func TestWhoReads(t *testing.T) {
	for about, may := range map[string]map[string][2]bool{ // the report, the identity
		"":  {"team": {true, false}, "custodian": {false, true}, "office": {false, false}, "archive": {true, true}},
		"1": {"team": {false, false}, "custodian": {false, false}, "office": {true, true}, "archive": {true, true}},
	} {
		w := newWorld(t)
		code := w.post(t, "/report", altered(typed, "about_team", about)).code(t)
		w.post(t, "/receipt/add", url.Values{"receipt": {code}, "text": {"补充一句"}})
		list := w.taken(t)
		for _, rec := range list {
			for who, key := range map[string]seal.Identity{"team": w.Keys.Team, "custodian": w.Keys.Custodian, "office": w.Keys.Office, "archive": w.Keys.Archive} {
				for i := range 2 {
					in, err := storetest.OpenPart(w.Box.Box, rec, i, key)
					if got := err == nil; got != may[who][i] {
						t.Errorf("about the team %q: %s opens part %d of %s: %v", about, who, i, rec.Header.Kind, got)
					}
					if err == nil && (in.Report != nil) != (i == 0) {
						t.Errorf("part %d of %s is another one", i, rec.Header.Kind)
					}
				}
			}
		}
		// Name and contact are in the identity, and nowhere else.
		report, err := storetest.OpenPart(w.Box.Box, list[0], 0, w.Keys.Archive)
		if err != nil {
			t.Fatal(err)
		}
		identity, err := storetest.OpenPart(w.Box.Box, list[0], 1, w.Keys.Archive)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if id := identity.Identity; id.Name != typed.Get("contact_name") || id.Contact != typed.Get("contact_way") || strings.Contains(string(text), id.Name) || strings.Contains(string(text), id.Contact) {
			t.Errorf("who reports: %+v, beside %s", id, text)
		}
		if r := report.Report; r.Text != typed.Get("text") || string(r.Category) != typed.Get("category") || r.Unit != typed.Get("unit") || !r.Arrived.Equal(storetest.Start) {
			t.Errorf("the report: %+v", r)
		}
	}
}

// What can be seen of a report without a key: that one came by the website, on
// which day, how large its sealed parts are, and how many files and originals.
func TestWithoutAKey(t *testing.T) {
	w := newWorld(t)
	w.roomy(t, nil)
	for _, files := range [][]file{nil, {{"秘密的名字.txt", "x"}}, {{"a.jpg", somePhoto(t, 6)}, {"b.heic", someHEIC}, {"c.txt", "y"}}} {
		w.post(t, "/report", typed, files...)
	}
	of := [][2]int{{0, 0}, {1, 0}, {2, 2}} // files and originals
	for i, rec := range w.taken(t) {
		var header map[string]any
		if err := json.Unmarshal(rec.Raw, &header); err != nil {
			t.Fatal(err)
		}
		for name, value := range header {
			if !slices.Contains([]string{"v", "id", "kind", "date", "channel", "parts"}, name) {
				t.Errorf("a header says %s: %v", name, value)
			}
		}
		if header["date"] != "2026-09-08" || header["channel"] != "web" || header["kind"] != "accepted" {
			t.Errorf("%s", rec.Raw)
		}
		var got [2]int
		for _, part := range header["parts"].([]any) {
			p := part.(map[string]any)
			switch entry.Role(p["role"].(string)) {
			case entry.RoleFile:
				got[0]++
			case entry.RoleOriginal:
				got[1]++
			}
			if len(p) != 3 {
				t.Errorf("a part says %v", p)
			}
		}
		if got != of[i] {
			t.Errorf("%d files and %d originals are seen, not %v", got[0], got[1], of[i])
		}
	}
}

// Whoever has the code reads how far it has come and the answers, and none of
// the words that were sent with it.
func TestCodeOpens(t *testing.T) {
	w := newReturned(t)
	for _, values := range []url.Values{{"receipt": {w.code}}, {"receipt": {w.code}, "text": {"补充的一句话"}}} {
		path := "/receipt"
		if values.Has("text") {
			path = "/receipt/add"
		}
		p := w.post(t, path, values)
		if p.status != http.StatusOK || !p.shows("我们的答复") || !p.shows("有答复") && !p.shows("给您写了答复") && !p.shows("已答复") {
			t.Errorf("%s: %d %s", path, p.status, p.words())
		}
		for name, list := range typed {
			for _, word := range list {
				if word = strings.TrimSpace(word); name != "category" && strings.Contains(p.words(), word) {
					t.Errorf("%s shows %q", path, word)
				}
			}
		}
		if p.shows("补充的一句话") {
			t.Errorf("%s shows what was added", path)
		}
	}
}

// Printed, the receipt's page is nothing but the digits, which one press selects.
func TestCodeOnPaper(t *testing.T) {
	w := newWorld(t)
	p := w.post(t, "/report", typed)
	css, _ := styled(p.body)
	paper := regexp.MustCompile(`(?s)@media print \{\s*([^{]*)\{ display: none !important; \}`).FindStringSubmatch(css)
	if paper == nil {
		t.Fatal("nothing is left off the paper")
	}
	for _, part := range []string{".exit", ".top", ".bottom", ".skip", ".noprint"} {
		if !strings.Contains(paper[1], part) {
			t.Errorf("%s is printed", part)
		}
	}
	body := regexp.MustCompile(`(?s)<main[^>]*>(.*)</main>`).FindStringSubmatch(p.body)[1]
	body = regexp.MustCompile(`(?s)<div class="noprint">.*?</div>|<p class="noprint".*?</p>`).ReplaceAllString(body, "")
	if got := strings.TrimSpace(markup.ReplaceAllString(body, "")); got != p.code(t) {
		t.Errorf("printed is %q", got)
	}
	if !regexp.MustCompile(`\.digits \{[^}]*[ ;]user-select: all;`).MatchString(css) {
		t.Error("one press does not select the digits")
	}
}
