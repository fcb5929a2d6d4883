package public_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/export"
	"dengwen/web/public"
)

// The proof waits for the closing of the day, and the page says so; then it is
// shown and saved, and holds under the box's key.
func TestProve(t *testing.T) {
	w := newWorld(t)
	code := w.post(t, "/report", typed).code(t)
	id := w.reports(t)[0].Header.ID
	form, saved := url.Values{"receipt": {code}}, url.Values{"receipt": {code}, "file": {"1"}}
	early := func(when string) {
		t.Helper()
		for lang, says := range map[string][2]string{"": {"当天受理结束以后，您可以在这里取得证明", "要等提交的那一天受理结束以后，才能取得证明"},
			"?lang=en": {"After the day is closed you can get a proof here", "The proof can be had after the day of the report is closed"}} {
			if p := w.post(t, "/receipt"+lang, form); p.status != http.StatusOK || !p.shows(says[0]) || strings.Contains(p.body, `action="/receipt/proof`) {
				t.Errorf("%s: %d %s", when, p.status, p.words())
			}
			for _, f := range []url.Values{form, saved} {
				if p := w.post(t, "/receipt/proof"+lang, f); p.status != http.StatusConflict || !p.shows(says[1]) || !strings.Contains(p.body, `value="`+code+`"`) || p.header.Get("Content-Disposition") != "" {
					t.Errorf("%s: %d %s", when, p.status, p.words())
				}
			}
		}
	}
	early("on the day")
	w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)) // 18:00:00
	early("before the day is closed")
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(time.Date(2026, 9, 8, 11, 0, 0, 0, time.UTC)) // the web is closed, the proof is not
	if p := w.post(t, "/receipt", form); p.status != http.StatusOK || !strings.Contains(p.body, `action="/receipt/proof"`) || !p.shows("谁在您那里发现它，就知道您举报过") || !p.shows("它不含您写的内容") {
		t.Errorf("the thread: %d %s", p.status, p.words())
	}
	p := w.post(t, "/receipt/proof", form)
	if p.status != http.StatusOK || !p.shows("谁在您那里发现它，就知道您举报过") || !p.shows("以现在这份加密的样子，已经收下") || !p.shows("--key VKEY") || !p.shows("dengwen verify dengwen.tlog-proof") {
		t.Fatalf("%d %s", p.status, p.words())
	}
	area := regexp.MustCompile(`(?s)<textarea class="code" id="proof"[^>]*>\n(.*?)</textarea>`).FindStringSubmatch(p.body)
	if area == nil {
		t.Fatal(p.body)
	}
	file := w.post(t, "/receipt/proof", saved) // do checks its headers
	if file.status != http.StatusOK || file.header.Get("Content-Type") != "text/plain; charset=utf-8" || file.header.Get("Content-Disposition") != "attachment; filename=dengwen.tlog-proof" {
		t.Errorf("%d %v", file.status, file.header)
	}
	if html.UnescapeString(area[1]) != file.body {
		t.Errorf("the page shows another proof than the file:\n%s\n%s", area[1], file.body)
	}
	state, err := w.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, proof := range map[string]string{"file": file.body, "copied": html.UnescapeString(area[1]), "copied with other line ends": strings.ReplaceAll(html.UnescapeString(area[1]), "\r\n", "\n")} {
		report, proven, err := export.VerifyProof([]byte(proof), export.Options{Key: state.Key})
		if err != nil || !report.OK || proven.Header.ID != id || proven.Header.Channel != intake.Web {
			t.Errorf("%s: %+v %v", what, report, err)
		}
	}
	for i := 0; i < len(file.body); i += 23 {
		other := []byte(file.body)
		if other[i]++; other[i] > '~' {
			other[i] = 'A'
		}
		if report, _, err := export.VerifyProof(other, export.Options{Key: state.Key}); err != nil || report.OK {
			t.Errorf("with another byte at %d it proves: %+v %v", i, report, err)
		}
	}
	// The command with the key that checks it, but not with another.
	w.roomy(t, func(o *public.Options) { o.Notice.Key = state.Key })
	if p := w.post(t, "/receipt/proof", form); !p.shows("dengwen verify dengwen.tlog-proof --key '" + state.Key + "'") {
		t.Error("the page does not name the key:", p.words())
	}
	another := newWorld(t)
	if state, err = another.State(t.Context()); err != nil {
		t.Fatal(err)
	}
	if report, _, err := export.VerifyProof([]byte(file.body), export.Options{Key: state.Key}); err != nil || report.OK {
		t.Error("another box's key vouches for it:", err)
	}
	for _, word := range []string{"一字一句", "张甲", "王己", strings.ReplaceAll(code, " ", ""), code} {
		if strings.Contains(file.body, word) {
			t.Errorf("the proof says %q", word)
		}
	}
}

// Without a code there is no proof, and none of another report.
func TestProveRefused(t *testing.T) {
	w := newReturned(t)
	today := w.post(t, "/report", url.Values{"text": {"今天反映的另一件事情"}}).code(t)
	for code, status := range map[string]int{"": 422, "1234": 422, intake.NewReceipt().Grouped(): 404, today: 409} {
		for _, f := range []string{"", "1"} {
			p := w.post(t, "/receipt/proof", url.Values{"receipt": {code}, "file": {f}})
			if p.status != status || strings.Contains(p.body, "c2sp.org") || !strings.Contains(p.body, `value="`+code+`"`) {
				t.Errorf("%q: %d %s", code, p.status, p.words())
			}
		}
	}
}
