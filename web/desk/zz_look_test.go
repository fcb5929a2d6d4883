package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/storetest"
	"dengwen/web/desk"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		return
	}
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	b.ledger(t, 60)
	r := withFiles(b, "2026年3月以来，该局办公室主任在办公楼改造工程中，\n把工程拆成小项目，避开招标。\n\n附上合同照片和录音。", textFile("合同-第一页.jpg", "image/jpeg", strings.Repeat("x", 234567)), textFile("录音 3月5日.m4a", "audio/mp4", "x"), textFile("查看器.exe", "application/x-msdownload", "x"), textFile(".原件.jpg", "image/jpeg", "abc"))
	r.Subject = "办公楼改造拆分项目规避招标"
	id, receipt := b.submit(t, r)
	about := storetest.Web(b.clock.Now(), "反映组员")
	about.AboutTeam = true
	team, _ := b.submit(t, about)
	s := b.site(t, func(o *desk.Options) { o.Demo = true })
	for _, l := range []string{"zh-CN", "en"} {
		u := newBrowser(t, s, l)
		save := func(name string, a answer) answer {
			check(t, os.WriteFile(filepath.Join(dir, name+"-"+l+".html"), []byte(a.text), 0o600))
			return a
		}
		page := save("signin", u.get("/sign-in"))
		save("signin-wrong", u.submit(page, "/sign-in", "name", "leader", "passphrase", "no"))
		save("queue", u.signIn(leader, phrase))
		p := u.base + "report/" + id
		page = save("report", u.get(p))
		page = u.submit(page, p+"/note", "text", "与信访件第 12 号相近。")
		page = u.submit(page, p+"/reply", "text", "您好，您反映的问题已收到，正在核实。如有合同原件请补充。")
		out, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: "补充：工程款分四次支付。", Files: filesOf(textFile("明细.xlsx", "", "y"))})
		_, _ = out, err
		save("report-said", u.submit(u.get(p), p+"/decide", "to", "routed/discipline", "text", "线索具体"))
		save("report-wrong", u.submit(u.get(p), p+"/hand-over", "text", "批"))
		save("queue2", u.get(u.base+"?channel=web"))
		save("team", u.get(u.base+"report/"+team))
		save("identity-ask", u.get(p+"/identity"))
		save("identity", u.submit(u.get(p+"/identity"), p+"/identity"))
		save("accounts", u.get(u.base+"accounts"))
		save("find", u.get(u.base+"find"))
		page = u.get(p)
		save("stale", u.post(p+"/note", with(formOf(t, page, p+"/note"), "token", "x", "text", "我写的内容")))
		save("locked", u.submit(page, u.base+"lock"))
		save("ended", u.post(p+"/note", with(formOf(t, page, p+"/note"), "text", "我写的内容")))
		save("missing", u.get("/nothing"))
	}
}
