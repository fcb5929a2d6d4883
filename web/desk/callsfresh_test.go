package desk_test

import (
	"testing"
	"testing/synctest"
	"time"

	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestCallsStayFresh: the page looks again by itself when it is opened, but not at
// each load; what was found before stays on it meanwhile.
func TestCallsStayFresh(t *testing.T) {
	for _, l := range ui.Languages() {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			f := &finding{found: some("")}
			s := finds(t, b, f, func(o *desk.Options) { o.Import = newRig(t, b).take })
			u := newBrowser(t, s, l)
			u.signIn(leader, phrase)
			open := func(below string, runs int, texts ...string) answer {
				t.Helper()
				page := u.get(u.base+"calls"+below).wants(t, 200, texts...)
				if f.runs != runs {
					t.Errorf("%d looks, want %d", f.runs, runs)
				}
				return page
			}
			open("", 1, "320")
			f.found.Total = 321
			later(desk.RestOfCalls)
			open("", 1, "320")
			later(time.Second)
			open("", 2, "321", says(l, "calls.again"))
			// A look that takes long: what was found is there, and the page that loads
			// itself at its end does not begin the next.
			f.gate, f.found.Total = make(chan struct{}), 322
			later(desk.RestOfCalls + time.Second)
			then := says(l, "calls.as-of", "Time", "2026-09-08 11:00", "Zone", zone)
			b.clock.Add(time.Hour)
			for range 4 {
				page := open("?unattended=1", 3, "321", then, says(l, "calls.opening", "Done", 30, "Total", 100), says(l, "calls.again"))
				if page.Header.Get("Refresh") == "" {
					t.Error("the page waits to be loaded by hand")
				}
				later(desk.RestOfCalls)
			}
			close(f.gate)
			synctest.Wait()
			f.gate = nil
			open("?unattended=1", 3, "322", says(l, "calls.as-of", "Time", "2026-09-08 12:00", "Zone", zone))
			open("", 4)
			open("", 4)
			// A file that went in is looked for at once.
			page := u.upload(u.get(u.base+"import"), "a.csv", log)
			u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "hotline.taken", "Count", 2))
			open("", 5)
		})
	}
}
