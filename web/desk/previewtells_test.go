package desk_test

import (
	"strings"
	"testing"

	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestPreviewTells: by the preview people see that a column was taken for what it
// is not, that a number was damaged, and what zone the times are in.
func TestPreviewTells(t *testing.T) {
	const ledger = "来电时间,电话,反映问题\n2026-09-08 08:35,1.38E+10,第一件\n2026-09-08 08:40,00005550101,第二件\n2026-09-08 08:35,1.38E+10,第一件\n"
	const record = "exchange\n2026-09-08T08:35:00+08:00 13800000001 801 65\n"
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		s := deskWith(t, b, g, func(o *desk.Options) { o.Zones.Ledger, o.Zones.Calls = "Asia/Urumqi", "Asia/Tokyo" })
		u, page := importer(t, s, l)
		page.wants(t, 200, says(l, "hotline.zone-configured", "Ledger", "Asia/Urumqi", "Calls", "Asia/Tokyo"))
		preview := u.upload(page, "a.csv", ledger).wants(t, 200, "第一件", "第二件", says(l, "hotline.damaged", "Count", 1), says(l, "hotline.damaged-tag"))
		if n := strings.Count(words(preview.text), says(l, "hotline.damaged-tag")); n != 2 { // the accepted row, and its repetition
			t.Errorf("%d rows are tagged", n)
		}
		if strings.Contains(preview.text, "1.38E+10<") || strings.Contains(preview.text, "00005550101") {
			t.Error("a caller's number is shown")
		}
		zoneIs := func(page answer, want string) {
			t.Helper()
			if !strings.Contains(page.text, "<dt>"+says(l, "hotline.zone-brief")+"</dt><dd>"+want+"</dd>") {
				t.Errorf("the zone is not told as %s:\n%s", want, words(page.text))
			}
		}
		zoneIs(preview, "Asia/Urumqi")
		zoneIs(u.upload(preview, "", "", "zone", "UTC"), "UTC")
		u.upload(page, "b.csv", record).wants(t, 200, says(l, "page.errors"))
		zoneIs(u.upload(page, "b.csv", record, "zone", zone), zone)
		g.declared = true
		last := u.upload(page, "b.csv", record)
		zoneIs(last, "Asia/Tokyo")
		if !strings.Contains(last.text, `href="#confirm"`) || !strings.Contains(last.text, `id="confirm"`) {
			t.Error("nothing leads to the confirmation")
		}
		u.submit(last, u.base+"import/confirm")
		if done := u.upload(page, "b.csv", record).wants(t, 200, says(l, "hotline.nothing")); strings.Contains(done.text, "#confirm") {
			t.Error("a page leads to what is not there")
		}
	}
}
