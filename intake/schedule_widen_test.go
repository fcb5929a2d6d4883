package intake_test

import (
	"testing"

	"dengwen/intake"
)

func TestWidens(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*intake.Rules)
		until  string
		ch     intake.Channel
		at     string
	}{
		{"nothing changed", func(*intake.Rules) {}, "2027-01-01T00:00:00Z", "", ""},
		{"ends earlier", func(r *intake.Rules) { r.Last = "2026-10-20" }, "2027-01-01T00:00:00Z", "", ""},
		{"ends later, in time", func(r *intake.Rules) { r.Last, r.Cutoff = "2026-11-20", "" }, "2026-10-30T16:00:00+08:00", "", ""},
		{"ends later, an instant too late", func(r *intake.Rules) { r.Last, r.Cutoff = "2026-11-20", "" },
			"2026-10-30T16:00:00.000000001+08:00", intake.Web, "2026-10-30T16:00:00+08:00"},
		{"began earlier", func(r *intake.Rules) { r.First = "2026-09-04" }, "2026-09-08T00:00:00Z", intake.Web, "2026-09-04T00:00:00+08:00"},
		{"a minute of lunch", func(r *intake.Rules) { r.Hours.Windows = []string{"08:30-12:00", "13:59-18:00"} },
			"2026-09-08T00:00:00Z", intake.Mail, "2026-09-07T13:59:00+08:00"},
		{"no lunch break", func(r *intake.Rules) { r.Hours.Windows = []string{"08:30-18:00"} },
			"2026-09-08T00:00:00Z", intake.Mail, "2026-09-07T12:00:00+08:00"},
		{"one channel's weekend", func(r *intake.Rules) { r.Channels[0].Weekdays = []string{"sun"} }, "2026-09-14T00:00:00Z", intake.Web, "2026-09-13T00:00:00+08:00"},
		{"that weekend still to come", func(r *intake.Rules) { r.Channels[0].Weekdays = []string{"sun"} }, "2026-09-13T00:00:00+08:00", "", ""},
		{"a reserved channel", func(r *intake.Rules) {
			r.Channels = append(r.Channels, intake.ChannelHours{Channel: intake.SMS, Hours: intake.Hours{Windows: []string{"08:00-09:00"}}})
		}, "2026-09-08T00:00:00Z", intake.SMS, "2026-09-07T08:00:00+08:00"},
		{"the zone moved west", func(r *intake.Rules) { r.Timezone = "Asia/Karachi"; r.Cutoff = "" }, "2026-09-07T23:00:00Z", intake.Mail, "2026-09-07T12:00:00+08:00"},
		{"the zone moved half the world", func(r *intake.Rules) { r.Timezone = "America/New_York" }, "2026-10-20T00:00:00Z", intake.Mail, "2026-09-07T08:30:00-04:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := period()
			tt.change(&r)
			ch, at, found := intake.Widens(schedule(t, period()), schedule(t, r), instant(t, tt.until))
			if ch != tt.ch || found != (tt.ch != "") || found && !at.Equal(instant(t, tt.at)) {
				t.Errorf("%s %v %v, want %q %s", ch, at, found, tt.ch, tt.at)
			}
		})
	}
	if _, _, found := intake.Widens(intake.Schedule{}, schedule(t, period()), instant(t, "2026-09-08T00:00:00Z")); !found {
		t.Error("a first schedule that looks back is not seen")
	}
	if _, _, found := intake.Widens(schedule(t, period()), intake.Schedule{}, instant(t, "2027-01-01T00:00:00Z")); found {
		t.Error("no schedule at all widens")
	}
}
