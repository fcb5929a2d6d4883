package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

func (a *app) statusCommand() *cobra.Command {
	cmd := a.command("status --config FILE [--json]", "status", 0)
	asJSON := a.toggle(cmd, "json")
	return a.onBox(cmd, func(ctx context.Context, s *settings, b openBox, _ []string) error {
		status, err := b.Status(ctx)
		if err != nil {
			return err
		}
		channels := channelsOf(status, s.schedule.Location())
		if *asJSON {
			return a.printJSON(status)
		}
		a.showStatus(status, channels, s)
		switch {
		case status.Mailbox != nil:
			a.showMailbox(*status.Mailbox)
		case s.Mail != nil && b.held != nil:
			a.say("mailbox.nobody")
		case s.Mail != nil:
			a.say("mailbox.without")
		}
		a.say("status.key", "Key", status.Key)
		a.say("status.checkpoint")
		fmt.Fprint(a.out, status.Checkpoint)
		return nil
	})
}

func (a *app) showStatus(st entry.Status, channels triage.Channels, s *settings) {
	w := a.words
	a.say("status.entries", "Count", st.Entries)
	t := table{{"", w.Text("status.accepted"), w.Text("status.refused"), w.Text("tally.aside"), w.Text("status.now")}}
	var refused, aside table
	for _, c := range channels.Rows {
		now := ""
		switch {
		case c.Open:
			now = w.Text("status.open")
		case c.Live:
			now = w.Text("status.closed")
		}
		name := w.Text("channel." + string(c.Channel))
		t = append(t, []string{name, fmt.Sprint(c.Accepted), fmt.Sprint(c.Refused), fmt.Sprint(c.Aside()), now})
		refused = append(refused, a.reasonRows(c.RefusedBy, name)...)
		aside = append(aside, a.asideRows(c.Quarantined, name)...)
	}
	fmt.Fprint(a.out, t.String())
	for _, why := range []struct {
		id   string
		rows table
	}{{"tally.refused-by", refused}, {"tally.aside-by", aside}} {
		if len(why.rows) > 0 {
			a.say(why.id)
			fmt.Fprint(a.out, why.rows.String())
		}
	}
	if st.NextOpening != nil {
		zone := s.schedule.Location()
		a.say("status.next", "Time", st.NextOpening.In(zone).Format("2006-01-02 15:04"), "Zone", zone)
	}
}

// reasonRows are counts by reason, in the order of the reasons; each row begins
// with the cells that are given.
func (a *app) reasonRows(counts map[intake.Reason]int64, before ...string) (t table) {
	for _, why := range intake.Reasons() {
		if n := counts[why]; n > 0 {
			t = append(t, append(append([]string{}, before...), a.words.Text("reason."+string(why)), fmt.Sprint(n)))
		}
	}
	return t
}

// asideRows are the same of messages in quarantine.
func (a *app) asideRows(counts map[intake.Quarantine]int64, before ...string) (t table) {
	for _, why := range intake.Quarantines() {
		if n := counts[why]; n > 0 {
			t = append(t, append(append([]string{}, before...), a.words.Text("quarantine."+string(why)), fmt.Sprint(n)))
		}
	}
	return t
}

// showMailbox says how the mailbox is doing: first what is wrong, if anything
// is, then what lies where.
func (a *app) showMailbox(m intake.Mailbox) {
	w := a.words
	if m.Connected {
		a.say("mailbox.connected")
	} else {
		a.say("mailbox.apart")
	}
	if m.Trouble != "" {
		a.say("trouble." + string(m.Trouble))
		a.say("trouble." + string(m.Trouble) + "-do")
	}
	if m.LastPass == nil {
		a.say("mailbox.never")
	} else {
		a.say("mailbox.pass", "Time", m.LastPass.Format("2006-01-02 15:04:05"), "Zone", m.LastPass.Location())
		n, unit := triage.Ago(m.Lag)
		a.say("mailbox.lag-"+unit, "Count", n)
	}
	var t table
	for _, h := range triage.Heaps(m) {
		t = append(t, []string{fmt.Sprint(h.Count), w.Text("mailbox." + h.Name)})
	}
	fmt.Fprint(a.out, t.String())
	a.showStays(m.Left, m.Fixed, m.NoExpunge)
}

// showStays says why messages stay in the mailbox, if some do, and that accepted
// ones stay in their folder. A server that moves no single message has none there.
func (a *app) showStays(left int, fixed, noExpunge bool) {
	switch {
	case left == 0:
	case fixed:
		a.say("mailbox.fixed")
	default:
		a.say("mailbox.no-folder")
	}
	if noExpunge && !fixed {
		a.say("mailbox.no-expunge")
	}
}
