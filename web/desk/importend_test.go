package desk_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestImportTakesTime: while a file is read a page says how far that is, and
// loads itself again; a check can be stopped, and nothing of the file stays.
func TestImportTakesTime(t *testing.T) {
	for _, l := range ui.Languages() {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			g := newRig(t, b)
			s := deskWith(t, b, g, nil)
			u, form := importer(t, s, l)
			u.rushed = true
			running := func(page answer, id string) {
				t.Helper()
				page.wants(t, 200, says(l, id), says(l, "hotline.rows-read", "Count", 1200), "登记表.csv")
				if page.Header.Get("Refresh") != "2; url="+u.base+"import?unattended=1" {
					t.Errorf("Refresh is %q", page.Header.Get("Refresh"))
				}
			}
			g.set(make(chan struct{}), nil)
			page := u.upload(form, "登记表.csv", log)
			running(page, "hotline.checking")
			u.submit(page, u.base+"import/discard").wants(t, 200, says(l, "hotline.text"))
			if err := <-g.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the check that was stopped ends with %v", err)
			}
			synctest.Wait()
			if n := desk.HeldBytes(s); n != 0 {
				t.Errorf("%d bytes stay", n)
			}
			g.set(nil, nil)
			page = u.upload(form, "登记表.csv", log)
			gate := make(chan struct{})
			g.set(gate, nil)
			confirm := formOf(t, page, u.base+"import/confirm")
			running(u.follow(u.post(u.base+"import/confirm", confirm)), "hotline.going-in")
			running(u.follow(u.post(u.base+"import/confirm", confirm)), "hotline.going-in")
			// What goes in is neither discarded nor replaced.
			running(u.follow(u.post(u.base+"import/discard", confirm)), "hotline.going-in")
			u.upload(form, "b.csv", log).wants(t, 409, says(l, "hotline.taking"))
			close(gate)
			synctest.Wait()
			page = u.get(u.base+"import").wants(t, 200, says(l, "hotline.taken", "Count", 2))
			if page.Header.Get("Refresh") != "" {
				t.Error("the result goes on being loaded")
			}
			u.submit(page, u.base+"import/discard")
			if n := desk.HeldBytes(s); n != 0 {
				t.Errorf("%d bytes stay", n)
			}
			if _, wet := g.runs(); wet != 1 {
				t.Errorf("%d imports", wet)
			}
		})
	}
}

// TestTwoTabs: what is confirmed is the file that was looked at, or nothing.
func TestTwoTabs(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		s := deskWith(t, b, g, nil)
		u, form := importer(t, s, l)
		old := u.upload(form, "a.csv", log)
		young := u.upload(form, "b.csv", log)
		u.submit(old, u.base+"import/confirm").wants(t, 409, says(l, "hotline.replaced"), says(l, "hotline.title"))
		u.submit(old, u.base+"import/discard").wants(t, 200, "b.csv") // does nothing
		// The file is read in another way: its earlier preview is none of it.
		again := u.upload(young, "", "", "zone", "UTC").wants(t, 200, "b.csv", "2026-09-08 16:35")
		u.submit(young, u.base+"import/confirm").wants(t, 409, says(l, "hotline.replaced"))
		held := desk.HeldBytes(s)
		u.submit(again, u.base+"import/discard").wants(t, 200, says(l, "hotline.text"))
		if n := desk.HeldBytes(s); n != 0 || held == 0 {
			t.Errorf("%d bytes before, %d after", held, n)
		}
		u.submit(again, u.base+"import/confirm").wants(t, 409, says(l, "hotline.gone"))
		u.submit(again, u.base+"import/discard").wants(t, 200, says(l, "hotline.text"))
		// By the way back: the form of a file that is gone needs another one.
		u.upload(again, "", "", "zone", "UTC").wants(t, 400, says(l, "hotline.no-file"))
		if n := hotlineReports(t, b); n != 0 {
			t.Errorf("%d reports", n)
		}
	}
}

// TestSessionEndsDropsFile: a file that nobody confirmed goes with its session,
// whatever ends that.
func TestSessionEndsDropsFile(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, s *desk.Site, u *browser, page answer){
		"locked":     func(t *testing.T, s *desk.Site, u *browser, page answer) { u.submit(page, u.base+"lock") },
		"idle":       func(t *testing.T, s *desk.Site, u *browser, page answer) { later(15 * time.Minute) },
		"closed":     func(t *testing.T, s *desk.Site, u *browser, page answer) { s.Close() },
		"once more":  func(t *testing.T, s *desk.Site, u *browser, page answer) { u.signIn(leader, phrase) },
		"replaced":   func(t *testing.T, s *desk.Site, u *browser, page answer) { u.upload(page, "b.csv", "x") },
		"thrown out": func(t *testing.T, s *desk.Site, u *browser, page answer) { u.submit(page, u.base+"import/discard") },
	} {
		for _, reading := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				b := newBox(t)
				g := newRig(t, b)
				s := deskWith(t, b, g, nil)
				u, form := importer(t, s, ui.English)
				u.rushed = true
				if reading {
					g.set(make(chan struct{}), nil)
				}
				page := u.upload(form, "a.csv", log).wants(t, 200)
				one := desk.HeldBytes(s)
				path := u.base
				if name == "replaced" && reading {
					page = form
				}
				end(t, s, u, page)
				synctest.Wait()
				if n := desk.HeldBytes(s); one < int64(len(log)) || n > 256<<10 || n != 0 && name != "replaced" {
					t.Errorf("%s, reading %v: %d bytes before, %d after", name, reading, one, n)
				}
				if name == "locked" || name == "idle" {
					u.get(path+"import").wants(t, 403, says(ui.English, "hotline.left"))
					u.post(path+"import/confirm", nil).wants(t, 403, says(ui.English, "hotline.left"))
				}
			})
		}
	}
}

// TestConfirmedGoesOn: what was confirmed goes in although the browser goes
// away, and the session ends.
func TestConfirmedGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		g := newRig(t, b)
		s := deskWith(t, b, g, nil)
		u, form := importer(t, s, ui.English)
		page := u.upload(form, "a.csv", log)
		u.rushed = true
		gate := make(chan struct{})
		g.set(gate, nil)
		ctx, leave := context.WithCancel(t.Context())
		a := u.send(u.request(http.MethodPost, u.base+"import/confirm", formOf(t, page, u.base+"import/confirm")).WithContext(ctx))
		a.wants(t, http.StatusSeeOther)
		leave()
		u.submit(page, u.base+"lock").wants(t, 200)
		synctest.Wait()
		if desk.HeldBytes(s) == 0 {
			t.Error("the file that goes in is dropped")
		}
		close(gate)
		synctest.Wait()
		if n := hotlineReports(t, b); n != 2 {
			t.Errorf("%d reports", n)
		}
		if n := desk.HeldBytes(s); n != 0 {
			t.Errorf("%d bytes stay", n)
		}
	})
}

// TestCloseWhileGoingIn: closing waits for what goes in, and not for ever.
func TestCloseWhileGoingIn(t *testing.T) {
	for _, ends := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := newBox(t)
			g := newRig(t, b)
			s := deskWith(t, b, g, nil)
			u, form := importer(t, s, ui.English)
			page := u.upload(form, "a.csv", log)
			u.rushed = true
			gate := make(chan struct{})
			g.set(gate, nil)
			u.submit(page, u.base+"import/confirm")
			began := time.Now()
			if ends {
				time.AfterFunc(desk.ClosingTime/2, func() { close(gate) })
			}
			s.Close()
			want, reports := desk.ClosingTime, int64(0)
			if ends {
				want, reports = desk.ClosingTime/2, 2
			}
			if took := time.Since(began); took != want {
				t.Errorf("closing took %v, want %v", took, want)
			}
			if n := hotlineReports(t, b); n != reports || desk.HeldBytes(s) != 0 {
				t.Errorf("%d reports, want %d; %d bytes stay", n, reports, desk.HeldBytes(s))
			}
		})
	}
}
