package desk_test

import (
	"strings"
	"testing"

	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// TestAlike: reports that seem to tell of one call name each other, in the queue
// and on their pages.
func TestAlike(t *testing.T) {
	b := newBox(t)
	one, two := b.call(t, "第一版"), b.call(t, "改正后")
	f := &finding{alike: map[string][]triage.Alike{one: {{Index: 12, ID: two}}, two: {{Index: 11, ID: one}}}}
	s := finds(t, b, f, nil)
	for _, l := range ui.Languages() {
		u := newBrowser(t, s, l)
		queue := u.signIn(leader, phrase).wants(t, 200, says(l, "desk.alike"), says(l, "desk.alike-number", "Number", int64(12)))
		if n := strings.Count(words(queue.text), says(l, "desk.alike-tag")); n != 2 {
			t.Errorf("%d rows are marked", n)
		}
		page := u.get(u.base+"report/"+one).wants(t, 200, says(l, "desk.alike-text"), says(l, "desk.alike-number", "Number", int64(12)))
		if strings.Count(page.text, `href="`+u.base+"report/"+two+`"`) != 1 {
			t.Error("the other report is not linked")
		}
		f.alike[one] = nil
		if page := u.get(u.base + "report/" + one); strings.Contains(words(page.text), says(l, "desk.alike-tag")) {
			t.Error("a report that is like no other is marked")
		}
		f.alike[one] = []triage.Alike{{Index: 12, ID: two}}
	}
}
