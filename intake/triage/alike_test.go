package triage_test

import (
	"slices"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
)

func TestAlikeKeys(t *testing.T) {
	call := triage.Row{Index: 7, ID: "a", Channel: intake.Hotline, Day: "2026-09-08", Arrived: time.Date(2026, 9, 8, 3, 0, 0, 0, time.UTC),
		Unit: "市水利局", Title: "工程招标围标串标"}
	for _, tt := range []struct {
		what   string
		change func(r *triage.Row)
		want   bool
	}{
		{"the same", func(*triage.Row) {}, true},
		{"another text, unit and place", func(r *triage.Row) { r.Title, r.Unit, r.Index, r.ID = "改了", "市住建局", 9, "b" }, true},
		{"the same second", func(r *triage.Row) { r.Title, r.Arrived = "改了", r.Arrived.Add(999*time.Millisecond) }, true},
		{"in another zone", func(r *triage.Row) { r.Title, r.Arrived = "改了", r.Arrived.In(time.FixedZone("", 3600)) }, true},
		{"another second and title", func(r *triage.Row) { r.Title, r.Arrived = "改了", r.Arrived.Add(time.Second) }, false},
		{"another time, the same title", func(r *triage.Row) { r.Arrived = r.Arrived.Add(time.Hour) }, true},
		{"and another day", func(r *triage.Row) { r.Day, r.Arrived = "2026-09-09", r.Arrived.AddDate(0, 0, 1) }, false},
		{"and another unit", func(r *triage.Row) { r.Unit, r.Arrived = "市住建局", r.Arrived.Add(time.Hour) }, false},
		{"words that have moved", func(r *triage.Row) {
			r.Unit, r.Title, r.Arrived = r.Unit+"工", "程招标围标串标", r.Arrived.Add(time.Hour)
		}, false},
		{"by mail", func(r *triage.Row) { r.Channel = intake.Mail }, false},
		{"on the web", func(r *triage.Row) { r.Channel = intake.Web }, false},
		{"unreadable", func(r *triage.Row) {
			*r = triage.Row{Channel: intake.Hotline, Day: r.Day, Unreadable: true}
		}, false},
	} {
		t.Run(tt.what, func(t *testing.T) {
			other := call
			tt.change(&other)
			have := triage.AlikeKeys(call)
			if got := slices.ContainsFunc(triage.AlikeKeys(other), func(k triage.AlikeKey) bool { return slices.Contains(have, k) }); got != tt.want {
				t.Errorf("alike: %v", got)
			}
		})
	}
	for title, want := range map[string]int{"": 1, "七个字的题目啊": 1, "八个字的题目好啊": 2} {
		call.Title = title
		if got := len(triage.AlikeKeys(call)); got != want {
			t.Errorf("title %q: %d keys, want %d", title, got, want)
		}
	}
	if keys := triage.AlikeKeys(triage.Row{Channel: intake.Hotline, Unreadable: true}); keys != nil {
		t.Errorf("a bare row has keys: %v", keys)
	}
}
