package public_test

import (
	"fmt"
	"html"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/web/public"
	"dengwen/web/ui"
)

// answer has the team answer the last report.
func (w *world) answer(t testing.TB, text string) {
	t.Helper()
	list := w.reports(t)
	last := list[len(list)-1]
	to, err := seal.ParseRecipient(last.ReplyTo)
	if err != nil {
		t.Fatal(err)
	}
	w.Act(t, entry.KindReplied, last.Header.ID, entry.Inner{Reply: &entry.Reply{Text: text}}, to)
}

// words is a page's text without what the inspection is called.
func (p page) words() string {
	_, body := styled(strings.TrimPrefix(p.body, "<!DOCTYPE html>"))
	text := html.UnescapeString(markup.ReplaceAllString(body, "\n"))
	n := someNotice()
	for _, name := range append([]string{n.Name, n.Team, n.Place, n.Phone, n.Mailbox, n.Key, "English", "中文"}, n.Units...) {
		text = strings.ReplaceAll(text, name, "")
	}
	return text
}

// english finds a sentence in English.
var english = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,}`)

// TestPages shows every page in every state, in both languages. What each has
// in common, do checks; here the language is one throughout.
func TestPages(t *testing.T) {
	for _, lang := range ui.Languages() {
		w := newWorld(t)
		q := "?lang=" + lang
		pages := map[string]page{}
		show := func(name string, status int, p page) page {
			t.Helper()
			if p.status != status {
				t.Errorf("%s in %s: %d, want %d", name, lang, p.status, status)
			}
			pages[name] = p
			return p
		}
		full := url.Values{"text": {"1234567890"}, "person": {"2", "3"}, "post": {"4", "5"}, "unit": {"6"}, "contact_name": {"7"}, "contact_way": {"8"}, "category": {"life"}, "subject": {"9"}}
		long := url.Values{"text": {strings.Repeat("9", 20_001)}, "person": {strings.Repeat("9", 201)}, "unit": {strings.Repeat("9", 201)}, "category": {"?"},
			"subject": {strings.Repeat("9", 201)}, "contact_name": {strings.Repeat("9", 201)}, "contact_way": {strings.Repeat("9", 201)}}
		persons := url.Values{"text": {"1234567890"}}
		for range intake.MaxPersons + 1 {
			persons.Add("person", "2")
		}
		for path, status := range map[string]int{"/": 200, "/report": 200, "/receipt": 200, "/privacy": 200, "/checkpoint": 200, "/nowhere": 404, "/receipt/add": 405} {
			show("GET "+path, status, w.get(t, path+q))
		}
		code := show("receipt", 200, w.post(t, "/report"+q, full, file{"1", "1"})).code(t)
		show("receipt for the office", 200, w.post(t, "/report"+q, url.Values{"text": {"1234567890"}, "about_team": {"1"}}))
		show("no text", 422, w.post(t, "/report"+q, url.Values{"text": {" \u200b"}}, file{"1", "1"}))
		show("too long", 422, w.post(t, "/report"+q, long))
		show("too many persons", 422, w.post(t, "/report"+q, persons))
		show("file too large", 413, w.post(t, "/report"+q, full, file{"1", strings.Repeat("1", 1001)}))
		show("too many files", 413, w.post(t, "/report"+q, full, file{"1", ""}, file{"2", ""}, file{"3", ""}, file{"4", ""}))
		show("mistyped", 422, w.post(t, "/receipt"+q, url.Values{"receipt": {"1234"}}))
		show("unknown", 404, w.post(t, "/receipt"+q, url.Values{"receipt": {intake.NewReceipt().Grouped()}}))
		show("thread", 200, w.post(t, "/receipt"+q, url.Values{"receipt": {code}}))
		show("nothing to add", 422, w.post(t, "/receipt/add"+q, url.Values{"receipt": {code}}))
		show("added under no code", 422, w.post(t, "/receipt/add"+q, url.Values{"receipt": {"12"}, "text": {"1"}}))
		show("added", 200, w.post(t, "/receipt/add"+q, url.Values{"receipt": {code}, "text": {"1"}}))
		w.post(t, "/report"+q, full)
		w.answer(t, "1")
		for i, reason := range intake.Reasons()[1:] {
			schedule, err := intake.NewSchedule([]intake.Rules{
				{Timezone: "Asia/Shanghai", First: "2026-09-09", Last: "2026-10-30"},
				{Timezone: "Asia/Shanghai", First: "2026-09-01", Last: "2026-09-07"},
				{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Cutoff: "2026-09-08T10:00:00+08:00"},
				{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Hours: intake.Hours{Closed: []string{"2026-09-08"}, Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}, Open: []string{"2026-09-12"}}},
				{Timezone: "Europe/Berlin", First: "2026-09-07", Last: "2026-10-30", Hours: intake.Hours{Windows: []string{"10:00-12:00", "14:00-16:00"}, Weekdays: []string{"tue", "fri"}},
					Channels: []intake.ChannelHours{{Channel: intake.Mail, Hours: intake.Hours{Windows: []string{"00:00-24:00"}}}}},
			}[i])
			if err != nil {
				t.Fatal(err)
			}
			o := options(w.Box, w.log, schedule)
			o.Notice.Demo = true
			handler := w.handler
			if w.handler, err = public.New(w.Box, o); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"/", "/report"} {
				p := show(fmt.Sprint("GET ", path, " ", reason), 200, w.get(t, path+q))
				if v := ui.NewView(httptest.NewRequest("GET", "/"+q, nil)); !p.shows(v.Text("public.closed-" + string(reason))) {
					t.Errorf("%s %s in %s does not say why it is closed", path, reason, lang)
				}
			}
			show(fmt.Sprint("thread ", reason), 200, w.post(t, "/receipt"+q, url.Values{"receipt": {code}}))
			w.handler = handler
		}
		w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC))
		show("refused", 403, w.post(t, "/report"+q, full, file{"1", "1"}))
		for name, p := range pages {
			for line := range strings.Lines(p.words()) {
				han := strings.IndexFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
				if lang == ui.Chinese && english.MatchString(line) && !han && name != "GET /checkpoint" || lang == ui.English && han && !strings.Contains(line, "纪检监察机关处理检举控告工作规则") {
					t.Errorf("%s in %s: %q", name, lang, strings.TrimSpace(line))
				}
			}
		}
	}
}

// What the notice says comes from its options.
func TestNotice(t *testing.T) {
	w := newWorld(t)
	p := w.get(t, "/")
	n := someNotice()
	for _, want := range append([]string{n.Name + "公告", n.Team, n.Place, n.Phone, n.Mailbox, n.Key, "现在受理", "18:00", "2026年9月7日（星期一）至2026年10月30日（星期五）</dd>", "每天 08:30–18:00", `href="/checkpoint"`}, n.Units...) {
		if !p.shows(want) && !strings.Contains(p.body, want) {
			t.Errorf("the notice does not say %q", want)
		}
	}
	if p = w.get(t, "/?lang=en"); !strings.Contains(p.body, `href="/checkpoint?lang=en"`) {
		t.Error("the link to the checkpoint forgets the language")
	}
	if p.shows("演示") || p.shows("invented") {
		t.Error("it is no demo")
	}
	schedule, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Cutoff: "2026-10-30T12:00:00+08:00",
		Hours:    intake.Hours{Windows: []string{"08:30-12:00", "14:00-18:00"}, Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}, Closed: []string{"2026-10-01"}, Open: []string{"2026-10-10"}},
		Channels: []intake.ChannelHours{{Channel: intake.Hotline, Hours: intake.Hours{Weekdays: []string{"mon", "wed"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	o := options(w.Box, w.log, schedule)
	o.Notice = public.Notice{Name: "示例", Demo: true}
	if w.handler, err = public.New(w.Box, o); err != nil {
		t.Fatal(err)
	}
	p = w.get(t, "/")
	for _, want := range []string{"演示", "星期一至星期五 08:30–12:00 · 14:00–18:00", "网上 · 邮箱", "星期一 · 星期三 08:30–12:00", "2026年10月1日（星期四）", "2026年10月10日（星期六）", "2026年10月30日（星期五）12:00 截止", "今天受理到 12:00"} {
		if !strings.Contains(p.body, want) {
			t.Errorf("the notice does not say %q", want)
		}
	}
	for _, path := range []string{"/report", "/receipt", "/privacy", "/nowhere"} {
		if !w.get(t, path).shows("演示") {
			t.Errorf("%s does not say that it is a demo", path)
		}
	}
}

// Every sentence of the section is used, and none is that does not exist.
func TestSentences(t *testing.T) {
	var source strings.Builder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		source.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var made []string // beginnings of ids that are put together
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`"public\.([a-z0-9-]+)`).FindAllStringSubmatch(source.String(), -1) {
		if strings.HasSuffix(m[1], "-") {
			made = append(made, m[1])
		}
		used[m[1]] = true
	}
	// What stands for the last word of an id in the code.
	for _, m := range regexp.MustCompile(`"([a-z]+)", (?:true|false)\}|id = [^\n]*"([a-z]+)"`).FindAllStringSubmatch(source.String(), -1) {
		used["fault-"+m[1]+m[2]], used["problem-"+m[1]+m[2]] = true, true
	}
	for _, r := range intake.Reasons() {
		used["closed-"+string(r)] = true
	}
	for _, p := range []intake.Progress{intake.Received, intake.Seen, intake.InHand, intake.Replied} {
		used["progress-"+string(p)] = true
	}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		used["weekday-"+d] = true
	}
	for m := range 12 {
		used[fmt.Sprint("month-", m+1)] = true
	}
	used["fault-internal"], used["problem-internal"] = true, true
	used["fault-crowded"], used["problem-crowded"] = true, true
	if len(made) < 5 {
		t.Errorf("only %v are put together", made)
	}
	there := map[string]bool{}
	for _, id := range ui.IDs() {
		if name, ours := strings.CutPrefix(id, "public."); ours {
			there[name] = true
			if !used[name] {
				t.Errorf("nothing says %s", id)
			}
		}
	}
	for _, m := range regexp.MustCompile(`"public\.([a-z0-9-]+[a-z0-9])"`).FindAllStringSubmatch(source.String(), -1) {
		if !there[m[1]] {
			t.Errorf("there is no sentence %s", m[1])
		}
	}
}
