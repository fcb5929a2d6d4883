package store_test

import (
	"context"
	"fmt"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// killedGroup is how many mails come together.
const killedGroup = 3

// submitGroups brings in one group of mails after another, each with its raw
// form and with a cursor that names the group, and sets a mail aside after each.
func submitGroups(b *store.Box, clock *storetest.Clock, round int) error {
	for n := 0; ; n++ {
		name := fmt.Sprintf("group-%d-%d", round, n)
		var group []*intake.Report
		for i := range killedGroup {
			group = append(group, mailed(clock.Now(), fmt.Sprintf("%s:%d", name, i)))
		}
		outs, err := b.SubmitGroup(context.Background(), group, intake.Cursor{Name: "mail", Value: []byte(name)})
		if err != nil {
			return err
		}
		for _, o := range outs {
			say("mail %s %s", o.ID, name)
		}
		if err := b.SetAside(context.Background(), aside(clock.Now(), intake.DeepParts, name)); err != nil {
			return err
		}
		say("aside %s", name)
	}
}

// lookAtMails checks that each group is whole, that the cursor is the last one's,
// and that what was set aside is counted; of what nobody was told, there is at
// most one for each kill.
func (w *witness) lookAtMails(t *testing.T) {
	t.Helper()
	for name, n := range w.groups {
		if n != killedGroup {
			t.Errorf("%s is in with %d of %d mails", name, n, killedGroup)
		}
	}
	for id, name := range w.mails {
		if _, err := w.b.Find(t.Context(), id); err != nil || w.groups[name] == 0 {
			t.Errorf("a mail of %s was acknowledged and is lost: %v", name, err)
		}
	}
	if at, err := w.b.Cursor(t.Context(), "mail"); err != nil || string(at) != w.newest {
		t.Errorf("the cursor is %q, the newest group %q, %v", at, w.newest, err)
	}
	if n := int(status(t, w.b).Quarantined[intake.Mail][intake.DeepParts]); n < w.aside || n > w.aside+w.kills {
		t.Errorf("%d are counted as set aside, %d were acknowledged before %d kills", n, w.aside, w.kills)
	}
}
