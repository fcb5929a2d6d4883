package public_test

import (
	"net/url"
	"strings"
	"testing"

	"dengwen/store/storetest"
	"dengwen/web/public"
)

// HTML in every field, in file names and in the announcement is inert on every
// page: do finds elements and attributes that are none of ours.
func TestInert(t *testing.T) {
	w := newWorld(t)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>'</textarea><style>*{}</style>{{.}}`
	o := options(w.Box, w.log, storetest.Schedule(t))
	o.Notice = public.Notice{Name: evil, Team: evil, Units: []string{evil}, Place: evil, Phone: evil, Mailbox: evil, Key: evil}
	var err error
	if w.handler, err = public.New(w.Box, o); err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	for _, name := range []string{"unit", "person", "post", "category", "subject", "text", "about_team", "contact_name", "contact_way", "receipt"} {
		values.Set(name, evil)
	}
	for _, path := range []string{"/", "/report", "/receipt", "/privacy", "/" + url.PathEscape(evil), "/?lang=" + url.QueryEscape(evil)} {
		w.get(t, path)
	}
	values.Set("subject", strings.Repeat(evil, 10)) // too long, so that all comes back
	for _, path := range []string{"/report", "/receipt", "/receipt/add", "/receipt/delete", "/receipt/proof"} {
		if p := w.post(t, path, values, file{evil, evil}); p.status != 422 || !strings.Contains(p.body, "&lt;script&gt;") {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	values.Set("subject", evil)
	code := w.post(t, "/report", values, file{evil, evil}).code(t)
	w.answer(t, evil)
	if p := w.post(t, "/receipt", url.Values{"receipt": {code}}); !p.shows(evil) {
		t.Error("the answer is not shown as it was written")
	}
	thread, err := w.Thread(t.Context(), code)
	if err != nil || len(thread.Replies) != 1 {
		t.Fatal(thread, err)
	}
	// The pages behind a code, with the announcement's own on them, and what is
	// sent along with it.
	if p := w.post(t, "/receipt/delete", url.Values{"receipt": {code}, "reply": {evil}, "file": {evil}, evil: {evil}}); p.status != 200 || p.shows("已经删除") || strings.Contains(p.body, "alert(1)</script>") {
		t.Errorf("deleting: %d", p.status)
	}
	if p := w.post(t, "/receipt/delete", url.Values{"receipt": {code}, "reply": {thread.Replies[0].ID}}); p.status != 200 || !p.shows("答复已经删除") {
		t.Errorf("deleting: %d", p.status)
	}
	w.Clock.Add(10 * 3600e9)
	if err := w.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := w.post(t, "/receipt/proof", url.Values{"receipt": {code}, "reply": {evil}, evil: {evil}}); p.status != 200 || !p.shows("--key VKEY") {
		t.Errorf("the proof: %d", p.status)
	}
	if p := w.post(t, "/report", values, file{"\u202egpj.exe", "x"}); p.status != 403 || !p.shows(evil) || !p.shows(`\u202egpj.exe`) {
		t.Errorf("refused: %d", p.status)
	}
}
