package desk_test

import (
	"strings"
	"testing"

	"dengwen/store/storetest"
	"dengwen/web/ui"
)

// TestDeletedReply: a reply that the reporter has deleted stays on the page, and
// the page says that they have it no more.
func TestDeletedReply(t *testing.T) {
	for _, l := range ui.Languages() {
		t.Run(l, func(t *testing.T) {
			b := newBox(t)
			id, receipt := b.submit(t, storetest.Web(b.clock.Now(), "一件"))
			u := newBrowser(t, b.site(t, nil), l)
			u.signIn(leader, phrase)
			report := u.base + "report/" + id
			for _, text := range []string{"第一次答复", "第二次答复"} {
				u.submit(u.get(report), report+"/reply", "text", text).wants(t, 200, says(l, "desk.said-reply"), text)
			}
			said := says(l, "desk.deleted-reply")
			if page := u.get(report); strings.Contains(words(page.text), said) {
				t.Error("it is said of a reply that is there")
			}
			thread, err := b.Thread(t.Context(), receipt)
			check(t, err)
			check(t, b.EraseReply(t.Context(), receipt, thread.Replies[0].ID))
			page := u.get(report).wants(t, 200, "第一次答复", "第二次答复", said)
			if got := words(page.text); strings.Count(got, said) != 1 || strings.Index(got, said) > strings.Index(got, "第一次答复") || strings.Contains(got, says(l, "desk.faulty")) {
				t.Errorf("the page says:\n%s", got)
			}
			if log := b.log.String(); log != "" {
				t.Errorf("the log says %s", log)
			}
		})
	}
}
