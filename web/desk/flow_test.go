package desk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/storetest"
	"dengwen/web/ui"
)

// says is a sentence of the catalogue.
func says(language, id string, pairs ...any) string { return ui.NewWords(language).Text(id, pairs...) }

// TestDay is a report's whole way at the desk, in both languages.
func TestDay(t *testing.T) {
	for _, l := range ui.Languages() {
		t.Run(l, func(t *testing.T) {
			b := newBox(t)
			id, receipt := b.submit(t, storetest.Web(b.clock.Now(), "第一行\n第二行"))
			b.call(t, "来电内容")
			u := newBrowser(t, b.site(t, nil), l)
			queue := u.signIn(leader, phrase)
			queue.wants(t, 200, "来电内容", "第一行 第二行", "2026-09-08 11:00", says(l, "desk.total", "Count", 2), says(l, "channel.web"))

			report := u.base + "report/" + id
			page := u.get(report).wants(t, 200, "第一行\n第二行", "市水利局", "某某", "科长", "2026-09-08 11:00:00", zone, id, says(l, "term.category-integrity"))
			u.submit(page, report+"/note", "text", "需要核实\r\n两点").wants(t, 200, says(l, "desk.said-note"), "需要核实\n两点")
			page = u.get(report)
			if strings.Contains(words(page.text), says(l, "desk.said-note")) {
				t.Error("the confirmation is shown twice")
			}
			page = u.submit(page, report+"/reply", "text", "已收到，正在核实").wants(t, 200, says(l, "desk.said-reply"), "已收到，正在核实")
			page = u.submit(page, report+"/decide", "to", "routed/discipline", "text", "线索具体").wants(t, 200, says(l, "desk.said-decided"), "线索具体", says(l, "state.routed"))
			page = u.submit(page, report+"/hand-over").wants(t, 400, says(l, "desk.sure-empty"))
			page = u.submit(page, report+"/hand-over", "sure", "yes", "text", "批准文号一").wants(t, 200, says(l, "desk.said-handed"), "批准文号一", says(l, "desk.handed-over"))
			if got := strings.Join(strings.Fields(words(page.text)), " "); strings.Count(got, says(l, "state.handed-over")+" · "+says(l, "desk.body-discipline")) != 2 {
				t.Errorf("who has the report is not said once with its state, and once in the log:\n%s", got)
			}
			if strings.Contains(page.text, "/decide") || strings.Contains(page.text, "/hand-over") {
				t.Error("a report that was handed over can be decided on")
			}

			ask := u.get(report+"/identity").wants(t, 200, says(l, "desk.identity-text"))
			if strings.Contains(ask.text, "1380000") {
				t.Error("the identity is shown before it was asked for")
			}
			u.submit(ask, report+"/identity").wants(t, 200, "举报人", "1380000", says(l, "desk.identity-opened"))
			if again := u.get(report+"/identity").wants(t, 200, says(l, "desk.identity-text")); strings.Contains(again.text, "1380000") {
				t.Error("loading the page again opens the identity again")
			}
			u.get(u.base+"accounts").wants(t, 200, leader, says(l, "role.leader")+" · "+says(l, "role.member")+" · "+says(l, "role.custodian"))
			u.submit(u.get(u.base), u.base+"lock").wants(t, 200, says(l, "desk.locked"))
			u.get(report).wants(t, 403, says(l, "desk.ended"))

			want := map[entry.Kind]int{entry.KindRead: 8, entry.KindNoted: 1, entry.KindReplied: 1, entry.KindTriaged: 1, entry.KindHandover: 1}
			if got := b.kinds(t, id); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("the log has %v about the report, want %v", got, want)
			}
			thread, err := b.Thread(t.Context(), receipt)
			check(t, err)
			if len(thread.Replies) != 1 || thread.Replies[0].Text != "已收到，正在核实" {
				t.Errorf("the receipt's holder reads %v", thread.Replies)
			}
			if log := b.log.String(); log != "" {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// TestQueue: filters, pages, and what is fresh.
func TestQueue(t *testing.T) {
	b := newBox(t)
	b.ledger(t, 120)
	id := b.web(t, "网上来件")
	u := newBrowser(t, b.site(t, nil), ui.English)
	page := u.signIn(leader, phrase).wants(t, 200, "121 reports.", "Page 1 of 3", "网上来件")
	if n := strings.Count(page.text, `class="fresh"`); n != 50 {
		t.Errorf("%d fresh rows on the first page", n)
	}
	for path, want := range map[string]struct {
		rows, links int
		says        string
	}{
		"?page=2": {50, 2, "Page 2 of 3"}, "?page=3": {21, 1, "Page 3 of 3"}, "?page=99": {21, 1, "Page 3 of 3"}, "?page=-1": {50, 1, "Page 1 of 3"},
		"?page=99999999999999999999": {21, 1, "Page 3 of 3"}, "?channel=web": {1, 0, "1 report."}, "?channel=hotline&page=3": {20, 1, "120 reports."},
		"?channel=mail": {0, 0, "No report matches"}, "?state=done": {0, 0, "No report matches"}, "?state=new": {50, 1, "121 reports."},
		"?state=lost&channel=pigeon": {50, 1, "121 reports."},
	} {
		page := u.get(u.base+path).wants(t, 200, want.says)
		if rows, links := strings.Count(page.text, `class="number `), strings.Count(page.text, `<a rel="`); rows != want.rows || links != want.links {
			t.Errorf("%s: %d rows and %d links, want %v", path, rows, links, want)
		}
	}
	if next := u.get(u.base + "?channel=hotline&lang=zh-CN&page=2"); !strings.Contains(next.text, "?channel=hotline&amp;lang=zh-CN&amp;page=3&amp;state=") {
		t.Error("the next page is of another list, or in another language")
	}
	u.submit(u.get(u.base+"report/"+id), u.base+"report/"+id+"/decide", "to", "done/").wants(t, 200, "Done")
	u.get(u.base+"?state=done").wants(t, 200, "网上来件", "1 report.")
	if page := u.get(u.base + "?channel=web"); strings.Contains(page.text, `class="fresh"`) {
		t.Error("a report that was decided is fresh")
	}
	another := b.web(t, "后来的一份")
	u.get(u.base + "report/" + another)
	later := newBrowser(t, u.site, ui.English)
	later.signIn(leader, phrase).wants(t, 200, "122 reports.", "后来的一份")
}

func TestEmptyQueue(t *testing.T) {
	for _, l := range ui.Languages() {
		newBrowser(t, newBox(t).site(t, nil), l).signIn(leader, phrase).wants(t, 200, says(l, "desk.none"))
	}
}

// TestRoles: what members and custodians are shown, and what they are denied.
func TestRoles(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	id := b.web(t, "内容")
	s := b.site(t, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.signIn("member", other).wants(t, 200, "内容")
		report := u.base + "report/" + id
		page := u.get(report).wants(t, 200, "内容")
		if strings.Contains(page.text, "/identity") || strings.Contains(page.text, "/accounts") {
			t.Error("a member is offered what is not theirs")
		}
		forbidden := says(l, "desk.forbidden")
		u.get(report+"/identity").wants(t, 403, forbidden)
		u.get(u.base+"accounts").wants(t, 403, forbidden)
		u.get(u.base+"find").wants(t, 403, forbidden)
		before := b.kinds(t, id)[entry.KindDenied]
		u.follow(u.post(report+"/identity", formOf(t, page, u.base+"lock"))).wants(t, 403, forbidden)
		if n := b.kinds(t, id)[entry.KindDenied]; n != before+1 {
			t.Errorf("%d denied entries, had %d", n, before)
		}

		k := newBrowser(t, s, l)
		k.signIn("keeper", other).wants(t, 200, says(l, "desk.find-text"))
		k.get(k.base+"find?report=12").wants(t, 400, says(l, "desk.find-wrong"))
		ask := k.follow(k.get(k.base+"find?report=%20"+strings.ToUpper(id))).wants(t, 200, says(l, "desk.identity-text"))
		k.submit(ask, k.base+"report/"+id+"/identity").wants(t, 200, "1380000")
		k.get(k.base+"report/"+id).wants(t, 403, forbidden)
		k.get(k.base+"accounts").wants(t, 403, forbidden)
	}
}

// TestOnlyALeaderHandsOver: a member is told who does.
func TestOnlyALeaderHandsOver(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	id := b.web(t, "内容")
	u := newBrowser(t, b.site(t, nil), ui.English)
	u.signIn("member", other)
	report := u.base + "report/" + id
	page := u.submit(u.get(report), report+"/decide", "to", "routed/justice").wants(t, 200, says(ui.English, "desk.leader-hands"))
	form := formOf(t, page, report+"/note")
	u.post(report+"/hand-over", with(form, "sure", "yes", "route", "justice")).wants(t, 403, says(ui.English, "desk.forbidden"))
	if n := b.kinds(t, id)[entry.KindHandover]; n != 0 {
		t.Error("handed over by a member")
	}
}

// TestStaleDecision: a page that is behind what others decided cannot hand over
// on another route, and says so with what was typed.
func TestStaleDecision(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	s := b.site(t, nil)
	one, two := newBrowser(t, s, ui.Chinese), newBrowser(t, s, ui.Chinese)
	one.signIn(leader, phrase)
	two.signIn(leader, phrase)
	path := "report/" + id
	page := one.submit(one.get(one.base+path), one.base+path+"/decide", "to", "routed/justice")
	two.submit(two.get(two.base+path), two.base+path+"/decide", "to", "routed/discipline").wants(t, 200)
	one.submit(page, one.base+path+"/hand-over", "sure", "yes", "text", "批准").wants(t, 409, says(ui.Chinese, "desk.conflict"), "批准", says(ui.Chinese, "desk.typed"))
	one.submit(page, one.base+path+"/decide", "to", "done/justice").wants(t, 400, says(ui.Chinese, "desk.to-empty"))
}

// TestForms: whatever is wrong with a form, every word typed comes back.
func TestForms(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	for _, l := range ui.Languages() {
		u := newBrowser(t, b.site(t, nil), l)
		u.signIn(leader, phrase)
		report := u.base + "report/" + id
		page := u.get(report)
		long := strings.Repeat("长", intake.MaxText) + "尾"
		for _, form := range []string{"note", "reply"} {
			u.submit(page, report+"/"+form, "text", " \u3000\r\n").wants(t, 400, says(l, "desk."+form+"-empty"), says(l, "page.error-title"))
			u.submit(page, report+"/"+form, "text", long).wants(t, 400, says(l, "desk.text-long", "Count", intake.MaxText+1, "Max", intake.MaxText), long)
		}
		again := u.submit(page, report+"/decide", "text", "\n理由").wants(t, 400, says(l, "desk.to-empty"), "理由")
		if !strings.Contains(again.text, "<textarea class=\"short\" id=\"decide-text\" name=\"text\" rows=\"4\">\n\n理由</textarea>") {
			t.Error("a first empty line is lost")
		}
		again = u.submit(page, report+"/decide", "to", "routed/verify", "text", long).wants(t, 400, long)
		if !strings.Contains(again.text, `value="routed/verify" checked`) {
			t.Error("the choice is lost")
		}
		for _, to := range []string{"handed-over/justice", "new/", "lost/verify", "routed/", "routed/moon", "/"} {
			u.submit(page, report+"/decide", "to", to).wants(t, 400, says(l, "desk.to-empty"))
		}
		exact := strings.Repeat("字", intake.MaxText)
		u.submit(page, report+"/note", "text", exact).wants(t, 200, exact)
		u.submit(page, report+"/note", "text", strings.Repeat("大", 1<<19)).wants(t, http.StatusRequestEntityTooLarge, says(l, "desk.large"))
	}
}

// TestTwice: a form that is sent twice is written once; another text from the
// same page is another note.
func TestTwice(t *testing.T) {
	b := newBox(t)
	id := b.web(t, "内容")
	u := newBrowser(t, b.site(t, nil), ui.English)
	u.signIn(leader, phrase)
	report := u.base + "report/" + id
	page := u.get(report)
	for _, text := range []string{"一", "一", "二", "一"} {
		u.submit(page, report+"/note", "text", text).wants(t, 200, says(ui.English, "desk.said-note"))
	}
	u.submit(u.get(report), report+"/note", "text", "一").wants(t, 200)
	if n := b.kinds(t, id)[entry.KindNoted]; n != 3 {
		t.Errorf("%d notes", n)
	}
}

// TestKindsOfReports: a report about the team, one that came without words, one
// of a call, and one with what its sender added.
func TestKindsOfReports(t *testing.T) {
	b := newBox(t)
	about := storetest.Web(b.clock.Now(), "反映组员")
	about.AboutTeam = true
	team, teamReceipt := b.submit(t, about)
	wordless := withFiles(b, "", textFile("照片.jpg", "image/jpeg", "x"))
	files, _ := b.submit(t, wordless)
	call := storetest.Call(b.clock.Now(), "电话反映")
	call.Recorder, call.Marks = "值班员", []intake.Mark{intake.MarkPhoneDamaged}
	phone, _ := b.submit(t, call)
	id, receipt := b.submit(t, storetest.Web(b.clock.Now(), "先前内容"))
	added := func(receipt, text string, files ...intake.File) {
		t.Helper()
		out, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: text, Files: filesOf(files...)})
		check(t, err)
		if out.Verdict != intake.Accepted {
			t.Fatalf("not accepted: %+v", out)
		}
	}
	added(receipt, "补充内容", textFile("账单.xlsx", "application/vnd.ms-excel", "y"))
	added(teamReceipt, "补充组员情况")
	s := b.site(t, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		u.signIn(leader, phrase).wants(t, 200, says(l, "desk.about-team"), says(l, "desk.untitled"), says(l, "desk.with-files", "Count", 1), "电话反映", "先前内容")
		page := u.get(u.base+"report/"+team).wants(t, 200, says(l, "desk.about-team-text"), says(l, "desk.sealed-addition"))
		for _, secret := range []string{"反映组员", "补充组员情况", "/reply", "/identity", "/note", "/decide"} {
			if strings.Contains(page.text, secret) {
				t.Errorf("the report about the team shows %q", secret)
			}
		}
		u.follow(u.post(u.base+"report/"+team+"/identity", formOf(t, page, u.base+"lock"))).wants(t, 403)
		u.get(u.base+"report/"+files).wants(t, 200, says(l, "desk.no-text"), "照片.jpg", says(l, "desk.kind-picture"), "image/jpeg", "1\u00a0B")
		page = u.get(u.base+"report/"+phone).wants(t, 200, "值班员", says(l, "mark.phone-damaged"))
		if strings.Contains(page.text, "/reply") {
			t.Error("a call is offered a reply")
		}
		u.get(u.base+"report/"+id).wants(t, 200, says(l, "desk.log-added"), "补充内容", "账单.xlsx", says(l, "desk.kind-sheet"))
	}
}
