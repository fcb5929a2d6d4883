package intake_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// period is a plain inspection: a lunch break, a week off, one day made up.
func period() intake.Rules {
	return intake.Rules{
		Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30", Cutoff: "2026-10-30T16:00:00+08:00",
		Hours: intake.Hours{
			Windows: []string{"08:30-12:00", "14:00-18:00"}, Weekdays: []string{"mon", "tue", "wed", "thu", "fri"},
			Open: []string{"2026-10-10"}, Closed: []string{"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"},
		},
		Channels: []intake.ChannelHours{{Channel: intake.Web, Hours: intake.Hours{Windows: []string{"00:00-24:00"}}}},
	}
}

func schedule(t testing.TB, r intake.Rules) intake.Schedule {
	t.Helper()
	s, err := intake.NewSchedule(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAdmit(t *testing.T) {
	plain := intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30"}
	for _, tt := range []struct {
		name   string
		rules  intake.Rules
		ch     intake.Channel
		at     string
		reason intake.Reason
		next   string
	}{
		{"second before opening", plain, intake.Hotline, "2026-09-08T08:29:59+08:00", intake.OutsideHours, "2026-09-08T08:30:00+08:00"},
		{"nanosecond before opening", plain, intake.Hotline, "2026-09-08T08:29:59.999999999+08:00", intake.OutsideHours, "2026-09-08T08:30:00+08:00"},
		{"opening", plain, intake.Hotline, "2026-09-08T08:30:00+08:00", "", ""},
		{"last second", plain, intake.Hotline, "2026-09-08T17:59:59+08:00", "", ""},
		{"last nanosecond", plain, intake.Hotline, "2026-09-08T17:59:59.999999999+08:00", "", ""},
		{"closing", plain, intake.Hotline, "2026-09-08T18:00:00+08:00", intake.OutsideHours, "2026-09-09T08:30:00+08:00"},
		{"same instant in another zone", plain, intake.Hotline, "2026-09-08T00:30:00Z", "", ""},
		{"evening before the first day", plain, intake.Web, "2026-09-06T23:59:59+08:00", intake.BeforePeriod, "2026-09-07T08:30:00+08:00"},
		{"long before", plain, intake.Web, "1970-01-01T00:00:00Z", intake.BeforePeriod, "2026-09-07T08:30:00+08:00"},
		{"midnight of the first day", plain, intake.Web, "2026-09-07T00:00:00+08:00", intake.OutsideHours, "2026-09-07T08:30:00+08:00"},
		{"first opening", plain, intake.Web, "2026-09-07T08:30:00+08:00", "", ""},
		{"last second of all", plain, intake.Web, "2026-10-30T17:59:59+08:00", "", ""},
		{"last closing", plain, intake.Web, "2026-10-30T18:00:00+08:00", intake.OutsideHours, ""},
		{"end of the last day", plain, intake.Web, "2026-10-30T23:59:59+08:00", intake.OutsideHours, ""},
		{"day after the last", plain, intake.Web, "2026-10-31T00:00:00+08:00", intake.AfterPeriod, ""},
		{"sunday by default", plain, intake.Mail, "2026-09-13T09:00:00+08:00", "", ""},
		{"reserved channel", plain, intake.Letter, "2026-09-13T09:00:00+08:00", "", ""},
		{"lunch begins", period(), intake.Mail, "2026-09-08T12:00:00+08:00", intake.OutsideHours, "2026-09-08T14:00:00+08:00"},
		{"second before lunch", period(), intake.Mail, "2026-09-08T11:59:59+08:00", "", ""},
		{"lunch ends", period(), intake.Mail, "2026-09-08T14:00:00+08:00", "", ""},
		{"saturday", period(), intake.Mail, "2026-09-12T09:00:00+08:00", intake.ClosedDay, "2026-09-14T08:30:00+08:00"},
		{"saturday outside hours", period(), intake.Mail, "2026-09-12T07:00:00+08:00", intake.ClosedDay, "2026-09-14T08:30:00+08:00"},
		{"saturday made up", period(), intake.Mail, "2026-10-10T09:00:00+08:00", "", ""},
		{"national day", period(), intake.Mail, "2026-10-01T09:00:00+08:00", intake.ClosedDay, "2026-10-08T08:30:00+08:00"},
		{"before the cutoff", period(), intake.Mail, "2026-10-30T15:59:59.9+08:00", "", ""},
		{"cutoff", period(), intake.Mail, "2026-10-30T16:00:00+08:00", intake.AfterCutoff, ""},
		{"after the cutoff and closed", period(), intake.Mail, "2026-10-30T20:00:00+08:00", intake.AfterCutoff, ""},
		{"after the period and the cutoff", period(), intake.Mail, "2026-10-31T09:00:00+08:00", intake.AfterPeriod, ""},
		{"web by night", period(), intake.Web, "2026-09-08T03:00:00+08:00", "", ""},
		{"web keeps the weekdays", period(), intake.Web, "2026-09-12T03:00:00+08:00", intake.ClosedDay, "2026-09-14T00:00:00+08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := instant(t, tt.at)
			got := schedule(t, tt.rules).Admit(tt.ch, at, at)
			want := intake.Admission{Reason: tt.reason}
			if tt.next != "" {
				want.Next = instant(t, tt.next)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if got.Open() != (tt.reason == "") {
				t.Errorf("Open() = %v with reason %q", got.Open(), got.Reason)
			}
		})
	}
}

func TestAdmitFuture(t *testing.T) {
	s := schedule(t, period())
	now := instant(t, "2026-09-08T09:00:00+08:00")
	if a := s.Admit(intake.Hotline, now, now); !a.Open() {
		t.Errorf("an arrival now: %+v", a)
	}
	for _, at := range []time.Time{now.Add(1), now.Add(time.Hour), now.AddDate(1, 0, 0)} {
		if a := s.Admit(intake.Hotline, at, now); a.Reason != intake.Future {
			t.Errorf("%v at %v: %q", at, now, a.Reason)
		}
	}
}

// The machine's own zone decides nothing, whatever zone an instant is given in.
func TestAdmitOnAMachineElsewhere(t *testing.T) {
	was := time.Local
	t.Cleanup(func() { time.Local = was })
	for _, name := range []string{"UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Shanghai"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		time.Local = loc
		s := schedule(t, period())
		for at, open := range map[string]bool{
			"2026-09-08T08:29:59+08:00": false, "2026-09-08T08:30:00+08:00": true,
			"2026-09-08T17:59:59+08:00": true, "2026-09-08T18:00:00+08:00": false,
			"2026-09-07T08:30:00+08:00": true, "2026-10-30T16:00:00+08:00": false,
		} {
			local := instant(t, at).Local()
			if got := s.Admit(intake.Mail, local, local); got.Open() != open {
				t.Errorf("in %s, %s: open %v, want %v", name, at, got.Open(), open)
			}
			if got := s.Day(local); got != at[:10] {
				t.Errorf("in %s, the day of %s is %s", name, at, got)
			}
		}
	}
}

func TestLastWindowEnd(t *testing.T) {
	r := period()
	r.Channels = append(r.Channels, intake.ChannelHours{Channel: intake.Letter, Hours: intake.Hours{Weekdays: []string{"sat"}}})
	s := schedule(t, r)
	for day, want := range map[string]string{
		"2026-09-06": "", "2026-09-08": "2026-09-09T00:00:00+08:00", "2026-10-01": "", "2026-10-30": "2026-10-30T16:00:00+08:00",
		"2026-09-12": "", // letters are not live
		"2026-10-31": "", "today": "",
	} {
		got, ok := s.LastWindowEnd(day)
		if ok != (want != "") || ok && !got.Equal(instant(t, want)) {
			t.Errorf("%s: %v %v, want %q", day, got, ok, want)
		}
	}
	if !s.AdmitsDay(intake.Letter, "2026-09-12") || s.AdmitsDay(intake.Web, "2026-09-12") {
		t.Error("letters alone come in on a saturday")
	}
}

func TestZeroSchedule(t *testing.T) {
	var s intake.Schedule
	at := instant(t, "2026-09-08T09:00:00+08:00")
	if got := s.Admit(intake.Web, at, at); got.Reason != intake.BeforePeriod || !got.Next.IsZero() {
		t.Errorf("%+v", got)
	}
	if _, ok := s.LastWindowEnd("2026-09-08"); ok || s.AdmitsDay(intake.Web, "2026-09-08") || !s.IsZero() {
		t.Error("the zero schedule opens")
	}
	if _, err := json.Marshal(s); !errors.Is(err, intake.ErrSchedule) {
		t.Errorf("encoded: %v", err)
	}
	if full := schedule(t, period()); s.Equal(full) || full.Equal(s) || !s.Equal(intake.Schedule{}) {
		t.Error("the zero schedule equals only itself")
	}
}

func TestAdmitAllocatesNothing(t *testing.T) {
	s := schedule(t, period())
	open, closed := instant(t, "2026-09-08T09:00:00+08:00"), instant(t, "2026-09-12T09:00:00+08:00")
	if n := testing.AllocsPerRun(100, func() {
		s.Admit(intake.Mail, open, open)
		s.Admit(intake.Mail, closed, closed)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAdmit(b *testing.B) {
	r := period()
	r.Last = "2027-09-06"
	s := schedule(b, r)
	for name, at := range map[string]time.Time{
		"open": instant(b, "2026-09-08T09:00:00+08:00"), "refused": instant(b, "2026-09-12T09:00:00+08:00"),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Admit(intake.Mail, at, at)
			}
		})
	}
}

func TestNewScheduleRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*intake.Rules)
		want   []string // the key, the value, what to do
	}{
		{"no zone", func(r *intake.Rules) { r.Timezone = "" }, []string{"inspection.timezone", "Asia/Shanghai"}},
		{"machine's zone", func(r *intake.Rules) { r.Timezone = "Local" }, []string{"inspection.timezone", "Local"}},
		{"unknown zone", func(r *intake.Rules) { r.Timezone = "Asia/Nowhere" }, []string{"inspection.timezone", "Asia/Nowhere"}},
		{"path as zone", func(r *intake.Rules) { r.Timezone = "../etc" }, []string{"inspection.timezone"}},
		{"no first day", func(r *intake.Rules) { r.First = "" }, []string{"inspection.first", "2026-09-07"}},
		{"no last day", func(r *intake.Rules) { r.Last = "" }, []string{"inspection.last"}},
		{"no such day", func(r *intake.Rules) { r.Last = "2026-09-31" }, []string{"inspection.last", "2026-09-31"}},
		{"last before first", func(r *intake.Rules) { r.Last = "2026-09-06" }, []string{"inspection.last", "swap"}},
		{"a century", func(r *intake.Rules) { r.Last = "2126-10-30" }, []string{"inspection.last", "check the years"}},
		{"cutoff without offset", func(r *intake.Rules) { r.Cutoff = "2026-10-30T16:00:00" }, []string{"inspection.cutoff", "offset"}},
		{"cutoff in fractions", func(r *intake.Rules) { r.Cutoff = "2026-10-30T16:00:00.5+08:00" }, []string{"inspection.cutoff", "whole seconds"}},
		{"cutoff before all", func(r *intake.Rules) { r.Cutoff = "2026-09-07T08:30:00+08:00" }, []string{"hours", "never open", "cutoff"}},
		{"no window", func(r *intake.Rules) { r.Hours.Windows = []string{} }, []string{"hours.windows", "at least one"}},
		{"not a window", func(r *intake.Rules) { r.Hours.Windows = []string{"morning"} }, []string{"hours.windows", "morning", "08:30-18:00"}},
		{"no such time", func(r *intake.Rules) { r.Hours.Windows = []string{"08:60-18:00"} }, []string{"hours.windows", "08:60"}},
		{"past midnight", func(r *intake.Rules) { r.Hours.Windows = []string{"08:00-24:01"} }, []string{"hours.windows", "24:01"}},
		{"from 24:00", func(r *intake.Rules) { r.Hours.Windows = []string{"24:00-24:00"} }, []string{"hours.windows"}},
		{"empty window", func(r *intake.Rules) { r.Hours.Windows = []string{"08:00-08:00"} }, []string{"hours.windows", "08:00-08:00", "empty"}},
		{"across midnight", func(r *intake.Rules) { r.Hours.Windows = []string{"18:00-08:30"} },
			[]string{"hours.windows: 18:00-08:30 crosses midnight; split it or swap the times"}},
		{"overlap", func(r *intake.Rules) { r.Hours.Windows = []string{"11:00-18:00", "08:30-12:00"} },
			[]string{"hours.windows: 08:30-12:00 and 11:00-18:00 overlap"}},
		{"many windows", func(r *intake.Rules) { r.Hours.Windows = make([]string, 25) }, []string{"hours.windows", "25"}},
		{"no such weekday", func(r *intake.Rules) { r.Hours.Weekdays = []string{"monday"} }, []string{"hours.weekdays", "monday", "mon, tue"}},
		{"not a date", func(r *intake.Rules) { r.Hours.Closed = []string{"10-01"} }, []string{"hours.closed", "10-01"}},
		{"many dates", func(r *intake.Rules) { r.Hours.Open = make([]string, 1001) }, []string{"hours.open", "1001"}},
		{"open and closed", func(r *intake.Rules) { r.Hours.Open = []string{"2026-10-01"} }, []string{"hours:", "2026-10-01", "take it out"}},
		{"open outside the period", func(r *intake.Rules) { r.Hours.Open = []string{"2026-11-01"} }, []string{"hours.open", "2026-11-01", "outside"}},
		{"never open", func(r *intake.Rules) { r.Hours.Weekdays, r.Hours.Open = []string{}, nil }, []string{"hours: never open"}},
		{"override's window", func(r *intake.Rules) { r.Channels[0].Windows = []string{"9-17"} }, []string{"hours.web.windows", "9-17"}},
		{"override's date", func(r *intake.Rules) { r.Channels[0].Open = []string{"2026-10-01"} }, []string{"hours.web:", "2026-10-01"}},
		{"no such channel", func(r *intake.Rules) { r.Channels[0].Channel = "fax" }, []string{"hours.fax", "web"}},
		{"channel twice", func(r *intake.Rules) { r.Channels = append(r.Channels, r.Channels[0]) }, []string{"hours.web", "twice"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := period()
			tt.change(&r)
			s, err := intake.NewSchedule(r)
			if !errors.Is(err, intake.ErrSchedule) || !s.IsZero() {
				t.Fatalf("schedule %v, error %v", s, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}
