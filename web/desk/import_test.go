package desk_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// log is a ledger: two good rows, one outside the hours, a bad one, and a
// repeated one.
const log = "来电时间,被反映单位,反映问题,办理情况\n" +
	"2026-09-08 08:35,市水利局,第一件,\n" +
	"2026-09-08 09:10,市交通局,第二件,\n" +
	"2026-09-08 07:10,市水利局,第三件,\n" +
	"2026-09-08 25:10,市水利局,第四件,\n" +
	"2026-09-08 08:35,市水利局,第一件,\n"

// TestImport is a file's whole way into the box, in both languages: checked,
// shown, confirmed, and shown again.
func TestImport(t *testing.T) {
	for _, l := range ui.Languages() {
		t.Run(l, func(t *testing.T) {
			b := newBox(t)
			g := newRig(t, b)
			u, page := importer(t, deskWith(t, b, g, nil), l)
			page.wants(t, 200, says(l, "hotline.zone-configured", "Ledger", zone, "Calls", ""), says(l, "hotline.zone-own", "Zone", zone), says(l, "hotline.columns-open"))

			page = u.upload(page, "登记表.csv", log).wants(t, 200, says(l, "hotline.preview"), says(l, "hotline.not-yet"), "登记表.csv",
				says(l, "hotline.rows", "Count", 5), "2026-09-08 07:10", "2026-09-08 09:10", "2026-09-08 08:35", "市交通局",
				says(l, "reason.outside-hours"), says(l, "reason.bad-time"), "来电时间",
				says(l, "hotline.field-time"), says(l, "hotline.field-none"), "办理情况", says(l, "hotline.confirm", "Count", 2), says(l, "hotline.otherwise"), "第一件", "第三件", says(l, "hotline.to-confirm"))
			counts(t, page, l, 2, 1, 1, 1)
			if n := hotlineReports(t, b); n != 0 {
				t.Fatalf("%d reports before anybody confirmed", n)
			}
			a := u.get(u.base + "import/rows.csv")
			if a.StatusCode != 200 || !strings.Contains(a.text, "第四件") || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
				a.Header.Get("Content-Disposition") != `attachment; filename="rows-to-correct.csv"` || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("the rows to correct: %d %v %q", a.StatusCode, a.Header, a.text)
			}
			form := formOf(t, page, u.base+"import/confirm")
			page = u.follow(u.post(u.base+"import/confirm", form)).wants(t, 200, says(l, "hotline.result"), says(l, "hotline.taken", "Count", 2),
				says(l, "hotline.next-reports"), says(l, "hotline.correct"))
			counts(t, page, l, 2, 1, 1, 1)
			// Sent twice, it goes in once, and shows the same.
			u.follow(u.post(u.base+"import/confirm", form)).wants(t, 200, says(l, "hotline.taken", "Count", 2))
			if n := hotlineReports(t, b); n != 2 {
				t.Fatalf("%d reports", n)
			}
			if dry, wet := g.runs(); dry != 1 || wet != 1 {
				t.Errorf("%d checks and %d imports", dry, wet)
			}
			// Again, with another row: only that one is new.
			page = u.submit(page, u.base+"import/discard").wants(t, 200, says(l, "hotline.text"))
			u.get(u.base+"import/rows.csv").wants(t, 404)
			page = u.upload(page, "登记表.csv", log+"2026-09-08 10:10,市水利局,第五件,\n").wants(t, 200, says(l, "hotline.confirm", "Count", 1))
			counts(t, page, l, 1, 1, 3, 1)
			if log := b.log.String(); log != "" {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// counts fails unless a preview's four panels have these counts.
func counts(t testing.TB, page answer, l string, good, late, known, wrong int) {
	t.Helper()
	said := strings.Join(strings.Fields(words(page.text)), " ")
	for name, want := range map[string]int{"good": good, "late": late, "known": known, "wrong": wrong} {
		if text := strconv.Itoa(want) + " " + says(l, "hotline."+name); !strings.Contains(said, text+" "+says(l, "hotline."+name+"-text")) && !strings.Contains(said, text+" "+says(l, "hotline."+name+"-calls-text")) {
			t.Errorf("the page does not say %q:\n%s", text, said)
		}
	}
}

// TestCallRecord: calls are no reports, and their zone must be declared.
func TestCallRecord(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		u, page := importer(t, deskWith(t, b, g, nil), l)
		const record = "exchange\n2026-09-08T08:35:00+08:00 13800000001 801 65\n2026-09-08T07:00:00+08:00 13800000002 801 5\n2026-09-01T09:00:00+08:00 13800000003 801 5\n"
		page = u.upload(page, "Master.csv", record).wants(t, 200, says(l, "page.errors"), says(l, "hotline.same-hint", "Name", "Master.csv"))
		// The file is still there: only the zone was missing.
		page = u.upload(page, "", "", "zone", "UTC").wants(t, 200, says(l, "hotline.call-record", "Exchange", "Asterisk"), says(l, "hotline.call-record-text"),
			says(l, "hotline.confirm-calls", "Count", 2), says(l, "reason.before-period"))
		counts(t, page, l, 2, 1, 0, 0)
		if strings.Contains(page.text, "13800000001") {
			t.Error("a caller's number is shown")
		}
		page = u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "hotline.taken-calls", "Count", 2), says(l, "hotline.next-calls"), says(l, "calls.title"))
		if n := hotlineReports(t, b); n != 0 {
			t.Errorf("%d calls became reports", n)
		}
		page = u.submit(page, u.base+"import/discard")
		u.upload(page, "Master.csv", record, "zone", "UTC").wants(t, 200, says(l, "hotline.nothing"))
	}
}

// TestFaults: why a form or its file is not taken stands above the form, which
// keeps what was typed.
func TestFaults(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		s := deskWith(t, b, g, nil)
		u, page := importer(t, s, l)
		u.plain = true
		for _, tt := range []struct {
			what, name, content string
			status              int
			says                string
		}{
			{"nothing chosen", "", "", 400, "hotline.no-file"},
			{"an empty file", "a.csv", "", 400, "hotline.empty"},
			{"no heads", "a.csv", "甲,乙\n1,2\n", 200, "page.errors"},
			{"no table", "a.csv", "\x89PNG\r\n", 200, "page.errors"},
		} {
			a := u.upload(page, tt.name, tt.content, "zone", "UTC", "columns", "time=某时").wants(t, tt.status, says(l, "page.errors"), says(l, tt.says))
			if !strings.Contains(a.text, `value="time=某时"`) || !strings.Contains(a.text, `value="UTC" selected`) || !strings.Contains(a.text, "<details open>") {
				t.Errorf("%s: what was typed is lost", tt.what)
			}
		}
		u.upload(page, "a.csv", log, "columns", strings.Repeat("x", 5000)).wants(t, 400, says(l, "hotline.columns-long", "Max", 4096))
		u.upload(page, "a.csv", log, "columns", strings.Repeat("x", 20_000)).wants(t, 413)
		u.upload(page, "a.csv", log, "zone", "Mars/Olympus").wants(t, 400, says(l, "desk.form"))
		// What the heads are called can be typed afterwards, and the file is read again.
		page = u.upload(page, "a.csv", "何时,何事\n2026-09-08 08:35,第一件\n").wants(t, 200, says(l, "page.errors"))
		u.upload(page, "", "", "columns", "time=何时,text=何事").wants(t, 200, says(l, "hotline.confirm", "Count", 1), "a.csv")
	}
}

// TestImportFails: when the box does not answer, the page says so, and keeps the
// file for another try.
func TestImportFails(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		u, page := importer(t, deskWith(t, b, g, nil), l)
		g.set(nil, intake.ErrStopped)
		page = u.upload(page, "登记表.csv", log).wants(t, 200, says(l, "desk.stopped"), says(l, "hotline.same-hint", "Name", "登记表.csv"))
		if strings.Contains(words(page.text), says(l, "hotline.unsure")) {
			t.Error("a check is said to have written something, perhaps")
		}
		g.set(nil, nil)
		page = u.upload(page, "", "").wants(t, 200, says(l, "hotline.preview"))
		g.set(nil, intake.ErrFull)
		page = u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "desk.full"))
		if strings.Contains(words(page.text), says(l, "hotline.unsure")) {
			t.Error("what did not go in is said to be in, perhaps")
		}
		g.set(nil, nil)
		page = u.upload(page, "", "").wants(t, 200, says(l, "hotline.preview"))
		g.set(nil, fmt.Errorf("the canary in 登记表.csv: %w", intake.ErrStopped))
		page = u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "desk.stopped"), says(l, "hotline.unsure"))
		g.set(nil, nil)
		page = u.upload(page, "", "").wants(t, 200, says(l, "hotline.preview"))
		u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "hotline.taken", "Count", 2))
		if log := b.log.String(); strings.Contains(log, "canary") || strings.Contains(log, "登记") || !strings.Contains(log, intake.ErrStopped.Error()) {
			t.Errorf("the log says %s", log)
		}
	}
}

// TestWhoImports: where files are not taken there is no such page; where they
// are, it is for those who hold the team's key.
func TestWhoImports(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	g := newRig(t, b)
	s, none := deskWith(t, b, g, nil), b.site(t, nil)
	enter := func(s *desk.Site, name, passphrase string) (*browser, answer) {
		u := newBrowser(t, s, ui.English)
		return u, u.signIn(name, passphrase)
	}
	u, page := enter(none, leader, phrase)
	if strings.Contains(page.text, says(ui.English, "hotline.title")) {
		t.Error("the menu has a page that is not there")
	}
	for _, below := range []string{"import", "import/rows.csv"} {
		u.get(u.base+below).wants(t, 404)
	}
	u, page = enter(s, "member", other)
	page.wants(t, 200, says(ui.English, "hotline.title"))
	form := u.get(u.base+"import").wants(t, 200, says(ui.English, "hotline.text"))
	k, page := enter(s, "keeper", other)
	if strings.Contains(page.text, says(ui.English, "hotline.title")) {
		t.Error("the custodian's menu has the page")
	}
	for _, below := range []string{"import", "import/rows.csv"} {
		k.get(k.base+below).wants(t, 403, says(ui.English, "desk.forbidden"))
	}
	kind, data := body(t, "a.csv", []byte(log), "token", formOf(t, page, k.base+"lock").Get("token"), "zone", "")
	k.sendBody(k.base+"import", kind, strings.NewReader(string(data))).wants(t, 403, says(ui.English, "desk.forbidden"))
	for _, below := range []string{"import/confirm", "import/discard"} {
		k.post(k.base+below, formOf(t, page, k.base+"lock")).wants(t, 403, says(ui.English, "desk.forbidden"))
		u.get(u.base+below).wants(t, http.StatusMethodNotAllowed)
		u.post(u.base+below, with(formOf(t, form, u.base+"lock"), "token", "x")).wants(t, 403, says(ui.English, "desk.stale"))
	}
	if dry, wet := g.runs(); dry+wet != 0 {
		t.Error("something was imported")
	}
}

// hotlineReports is how many reports of the hotline the box holds.
func hotlineReports(t testing.TB, b *box) int64 {
	t.Helper()
	st, err := b.Status(t.Context())
	check(t, err)
	return st.Accepted[intake.Hotline]
}
