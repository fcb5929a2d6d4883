package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"
)

// What deleting an answer does and does not do, the page says before and after.
var deleting = map[string][3]string{
	"":         {"凭这个查询码谁也看不到它，您自己也不能。哪一天删除过会留在日志里，巡察组看得到它已被删除", "他们自己留有一份。以前做过的备份里还有这条答复，直到备份销毁；服务器硬盘上的痕迹也要等被新内容覆盖。您提交的内容不受影响", "答复已经删除"},
	"?lang=en": {"this receipt code shows it to nobody, not even you. The day of deleting stays in the log, and the team sees that it was deleted", "The team keeps its own copy of what it wrote. Backups made before still hold the answer until they are discarded, and so does the server’s disk until its place there is written over. What you sent is not touched", "The answer is deleted."},
}

// The holder of a code deletes an answer. It is gone here, everything else is
// there, and the team has its copy.
func TestDelete(t *testing.T) {
	for lang, says := range deleting {
		w := newReturned(t)
		w.Act(t, "read", w.reports(t)[0].Header.ID, noteOf("看过了"))
		w.answer(t, "第二次答复")
		code := url.Values{"receipt": {w.code}}
		p := w.post(t, "/receipt"+lang, code)
		if !p.shows("我们的答复") || !p.shows("第二次答复") || !p.shows(says[0]) || !p.shows(says[1]) || p.shows(says[2]) || strings.Count(p.body, `name="reply" value="`) != 2 {
			t.Fatalf("before: %s", p.words())
		}
		form := url.Values{"receipt": {w.code}, "reply": {w.reply}}
		for range 2 { // twice is once
			p = w.post(t, "/receipt/delete"+lang, form)
			if p.status != http.StatusOK || p.shows("我们的答复") || !p.shows("第二次答复") || !p.shows(says[1]) || !p.shows(says[2]) || strings.Count(p.body, `name="reply" value="`) != 1 {
				t.Errorf("%d %s", p.status, p.words())
			}
		}
		p = w.post(t, "/receipt"+lang, code)
		if p.status != http.StatusOK || p.shows("我们的答复") || !p.shows("第二次答复") || p.shows(says[2]) {
			t.Errorf("afterwards: %d %s", p.status, p.words())
		}
		if got := w.reports(t); len(got) != 1 || got[0].Text != typed.Get("text") {
			t.Error("what was reported is touched")
		}
		if !w.teamReads(t, "我们的答复") {
			t.Error("the team has lost its copy")
		}
		// Also when the channel is closed, and after the last answer.
		w.Clock.Set(w.Clock.Now().Add(10 * 3600e9))
		thread, err := w.Thread(t.Context(), w.code)
		if err != nil || len(thread.Replies) != 1 {
			t.Fatal(thread, err)
		}
		p = w.post(t, "/receipt/delete"+lang, url.Values{"receipt": {w.code}, "reply": {thread.Replies[0].ID}})
		if p.status != http.StatusOK || p.shows("第二次答复") || !p.shows(says[2]) || !p.shows("曾经有过答复") && !p.shows("There was an answer") || p.shows("还没有答复") || p.shows("You can read it below") || strings.Contains(p.body, `name="reply"`) {
			t.Errorf("the last one: %d %s", p.status, p.words())
		}
	}
}

// With a code that is none, or of another report, nothing is deleted, and the
// code that was typed is kept.
func TestDeleteRefused(t *testing.T) {
	w := newReturned(t)
	other := w.post(t, "/report", url.Values{"text": {"另一个人反映的问题甲"}}).code(t)
	w.answer(t, "给另一个人的答复")
	thread, err := w.Thread(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	unknown := intake.NewReceipt().Grouped()
	for what, tt := range map[string]struct {
		code, reply string
		status      int
	}{
		"no code":               {"", w.reply, 422},
		"a mistyped code":       {"1234", w.reply, 422},
		"a code of no report":   {unknown, w.reply, 404},
		"another report's code": {other, w.reply, 200},
		"another report's id":   {w.code, thread.Replies[0].ID, 200},
		"the report's own id":   {w.code, w.reports(t)[0].Header.ID, 200},
		"no id":                 {w.code, "", 200},
		"a hostile id":          {w.code, `../"><script>`, 200},
	} {
		p := w.post(t, "/receipt/delete", url.Values{"receipt": {tt.code}, "reply": {tt.reply}})
		if p.status != tt.status || !strings.Contains(p.body, `value="`+tt.code+`"`) || p.shows("已经删除") || p.shows("答复已经") {
			t.Errorf("%s: %d %s", what, p.status, p.words())
		}
	}
	for code, says := range map[string]string{w.code: "我们的答复", other: "给另一个人的答复"} {
		if p := w.post(t, "/receipt", url.Values{"receipt": {code}}); !p.shows(says) {
			t.Errorf("%q is gone", says)
		}
	}
}

// noteOf is a note of the team's.
func noteOf(text string) entry.Inner { return entry.Inner{Note: &entry.Note{Text: text}} }

// teamReads reports whether the team's key opens a note or a copy that says this.
func (w *world) teamReads(t testing.TB, text string) bool {
	t.Helper()
	size, err := w.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range w.Entries(t.Context(), 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range rec.Header.Parts {
			if part.Role != entry.RoleNote {
				continue
			}
			if in, err := storetest.OpenPart(w.Box.Box, rec, i, w.Keys.Team); err == nil && in.Note.Text == text {
				return true
			}
		}
	}
	return false
}
