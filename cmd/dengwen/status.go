package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dengwen/intake"
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
		if *asJSON {
			return a.printJSON(status)
		}
		a.showStatus(status, s)
		return nil
	})
}

func (a *app) showStatus(st entry.Status, s *settings) {
	w := a.words
	a.say("status.entries", "Count", st.Entries)
	t := table{{"", w.Text("status.accepted"), w.Text("status.refused"), w.Text("status.now")}}
	for _, c := range intake.Channels() {
		open, live := st.Open[c]
		if !live && st.Accepted[c] == 0 && st.Refused[c] == 0 {
			continue
		}
		now := ""
		switch {
		case open:
			now = w.Text("status.open")
		case live:
			now = w.Text("status.closed")
		}
		t = append(t, []string{w.Text("channel." + string(c)), fmt.Sprint(st.Accepted[c]), fmt.Sprint(st.Refused[c]), now})
	}
	fmt.Fprint(a.out, t.String())
	if st.NextOpening != nil {
		zone := s.schedule.Location()
		a.say("status.next", "Time", st.NextOpening.In(zone).Format("2006-01-02 15:04"), "Zone", zone)
	}
	a.say("status.key", "Key", st.Key)
	a.say("status.checkpoint")
	fmt.Fprint(a.out, st.Checkpoint)
}
