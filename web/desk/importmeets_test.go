package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"dengwen/intake"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// TestConfirmMeetsAnother: who confirms in the moment in which the file is
// replaced is not told that the session is over.
func TestConfirmMeetsAnother(t *testing.T) {
	b := newBox(t)
	if id := desk.ConfirmLeft(deskWith(t, b, newRig(t, b), nil)); id != "hotline.replaced" {
		t.Errorf("it is told %s", id)
	}
}

// TestScheduleChangesWhileGoingIn: nothing went in then, and no page says that
// it might have.
func TestScheduleChangesWhileGoingIn(t *testing.T) {
	for _, l := range ui.Languages() {
		b := newBox(t)
		g := newRig(t, b)
		u, form := importer(t, deskWith(t, b, g, nil), l)
		page := u.upload(form, "a.csv", log)
		g.set(nil, fmt.Errorf("import it again: %w", intake.ErrSchedule))
		page = u.submit(page, u.base+"import/confirm").wants(t, 200, says(l, "desk.clock"))
		if strings.Contains(page.text, says(l, "hotline.unsure")) {
			t.Error("the page is not sure whether it went in")
		}
		g.set(nil, nil)
		u.submit(u.upload(page, "", ""), u.base+"import/confirm").wants(t, 200, says(l, "hotline.taken", "Count", 2))
	}
}

// TestQueueAfterImport: the queue shows at once what has just gone in.
func TestQueueAfterImport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		s := deskWith(t, b, newRig(t, b), nil)
		u, form := importer(t, s, ui.English)
		preview := u.upload(form, "a.csv", log)
		u.get(u.base).wants(t, 200, says(ui.English, "desk.none"))
		u.submit(preview, u.base+"import/confirm").wants(t, 200, says(ui.English, "hotline.taken", "Count", 2))
		u.get(u.base).wants(t, 200, says(ui.English, "desk.total", "Count", 2))
	})
}
