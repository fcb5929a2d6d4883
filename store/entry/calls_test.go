package entry_test

import (
	"fmt"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

// A call is of a day of the inspection, whatever its hours are; by the schedule
// that is in force when it is recorded.
func TestCheckerAndTheDaysOfCalls(t *testing.T) {
	const first, last = "2026-09-07", "2026-09-18"
	for _, c := range []struct {
		name, cutoff, day string
		found             bool
	}{
		{"the day before", "", "2026-09-06", true},
		{"the first day", "", first, false},
		{"a Sunday without hours", "", "2026-09-13", false},
		{"the last day", "", last, false},
		{"the day after", "", "2026-09-19", true},
		{"the day of the cutoff", "2026-09-15T12:00:00+08:00", "2026-09-15", false},
		{"the day after the cutoff", "2026-09-15T12:00:00+08:00", "2026-09-16", true},
		{"a day that the cutoff begins with", "2026-09-15T00:00:00+08:00", "2026-09-15", true},
		{"the day before such a cutoff", "2026-09-15T00:00:00+08:00", "2026-09-14", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: first, Last: last, Cutoff: c.cutoff,
				Hours: intake.Hours{Weekdays: []string{"mon", "tue", "wed", "thu", "fri"}}})
			if err != nil {
				t.Fatal(err)
			}
			l := newLog(t)
			l.on("2026-09-20 10:00:00")
			l.clear("", entry.ScheduleBody{At: l.at, Schedule: s})
			n := l.call(c.day)
			p := l.check()
			if (len(p) > 0) != c.found || c.found && (p[0].Entry != int64(n) || !strings.Contains(p[0].What, "the inspection in force")) {
				t.Errorf("entry %d: %v", n, p)
			}
		})
	}
}

// Calls are in no count of a closed day, and a closed day that counts one says
// what the log does not.
func TestCheckerCountsNoCalls(t *testing.T) {
	for _, counted := range []bool{false, true} {
		t.Run(fmt.Sprint(counted), func(t *testing.T) {
			l := newLog(t)
			l.on("2026-09-08 10:00:00")
			l.call("2026-09-07")
			l.call("2026-09-08")
			l.on("2026-09-08 18:00:00")
			day := entry.ClosedDay{At: l.at, Day: "2026-09-08"}
			if counted {
				day.Accepted = []entry.Count{{Day: "2026-09-07", Channel: intake.Hotline, N: 1}}
			}
			l.clear("", day)
			if p := l.check(); (len(p) > 0) != counted {
				t.Errorf("%v", p)
			}
		})
	}
}
