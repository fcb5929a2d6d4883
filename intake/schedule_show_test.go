package intake

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHoursOf(t *testing.T) {
	s, err := NewSchedule(Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30",
		Hours:    Hours{Windows: []string{"8:30-12:00", "14:00-18:00"}, Closed: []string{"2026-10-01"}},
		Channels: []ChannelHours{{Channel: Mail, Hours: Hours{Windows: []string{"00:00-24:00"}, Closed: []string{}}}}})
	if err != nil {
		t.Fatal(err)
	}
	web := Hours{Windows: []string{"08:30-12:00", "14:00-18:00"}, Weekdays: weekdays, Closed: []string{"2026-10-01"}}
	mail := Hours{Windows: []string{"00:00-24:00"}, Weekdays: weekdays, Closed: []string{}}
	for ch, want := range map[Channel]Hours{Web: web, Mail: mail, Hotline: web} {
		if diff := cmp.Diff(want, s.HoursOf(ch)); diff != "" {
			t.Errorf("%s: %s", ch, diff)
		}
	}
	s.HoursOf(Web).Windows[0] = "changed"
	if s.HoursOf(Web).Windows[0] != "08:30-12:00" {
		t.Error("the caller's hours are the schedule's")
	}
}

// At its closing a channel is shut, and just before it open; whoever asks
// while it is shut hears of none.
func TestClosing(t *testing.T) {
	s, err := NewSchedule(Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-20", Cutoff: "2026-09-18T10:00:00+08:00",
		Hours:    Hours{Windows: []string{"8:30-12:00", "14:00-18:00"}, Closed: []string{"2026-09-10"}},
		Channels: []ChannelHours{{Channel: Mail, Hours: Hours{Windows: []string{"00:00-24:00"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 9, 5, 0, 0, 0, 0, s.Location())
	for _, ch := range LiveChannels() {
		for at := from; at.Before(from.AddDate(0, 0, 20)); at = at.Add(7 * time.Minute) {
			end := s.Closing(ch, at)
			open := s.Admit(ch, at, at).Open()
			if open == end.IsZero() {
				t.Fatalf("%s at %s: open %v, closing %s", ch, at, open, end)
			}
			if open && (s.Admit(ch, end, end).Open() || !s.Admit(ch, end.Add(-time.Second), end).Open() || s.NextOpening(ch, at).Before(end) && !s.NextOpening(ch, at).IsZero()) {
				t.Fatalf("%s at %s: closing %s", ch, at, end)
			}
		}
	}
	if end := s.Closing(Web, time.Date(2026, 9, 18, 9, 0, 0, 0, s.Location())); end.Hour() != 10 {
		t.Errorf("the cutoff: %s", end)
	}
	if !(Schedule{}).Closing(Web, from).IsZero() {
		t.Error("the zero schedule closes")
	}
}

// TestNextClosing: the day's own, the next open day's, the first of the period
// from before it, and none after it.
func TestNextClosing(t *testing.T) {
	s, err := NewSchedule(Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-09-10",
		Hours: Hours{Windows: []string{"08:30-12:00", "14:00-18:00"}, Closed: []string{"2026-09-09"}}})
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[string]string{
		"2024-01-01T00:00:00+08:00": "2026-09-07T18:00:00+08:00",
		"2026-09-07T12:30:00+08:00": "2026-09-07T18:00:00+08:00",
		"2026-09-08T17:59:59+08:00": "2026-09-08T18:00:00+08:00",
		"2026-09-08T18:00:00+08:00": "2026-09-10T18:00:00+08:00",
		"2026-09-10T18:00:00+08:00": "0001-01-01T00:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, after)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.NextClosing(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s: %s, want %s", after, got, want)
		}
	}
}
