package hotline

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"

	"github.com/google/go-cmp/cmp"
)

// The samples of the shared folder, where it lies beside the repository, give
// the counts of their README.
func TestSharedSamples(t *testing.T) {
	const dir = "../../../shared/samples/hotline"
	if _, err := os.Stat(dir); err != nil {
		return
	}
	schedule, err := intake.NewSchedule(intake.Rules{Timezone: "Asia/Shanghai", First: "2026-09-07", Last: "2026-10-30"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	full := map[string]int{"accepted": 8, "outside-hours": 2, "before-period": 1, "after-period": 1, "duplicate": 1, "bad-time": 1, "no-text": 1}
	for file, want := range map[string]map[string]int{
		"ledger-gbk.csv":                 full,
		"ledger-utf8bom.csv":             full,
		"ledger-utf16.txt":               {"accepted": 2},
		"ledger-bom-only-first-line.csv": {"accepted": 1},
	} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]int)
		taken := make(map[string]bool)
		for _, row := range read(t, open(t, b, Options{Zone: schedule.Location()})) {
			switch {
			case row.Bad != nil:
				got[string(row.Bad.Reason)]++
			case !schedule.Admit(intake.Hotline, row.Report.Arrived, now).Open():
				got[string(schedule.Admit(intake.Hotline, row.Report.Arrived, now).Reason)]++
			case taken[string(row.Report.Source.Meaning)]:
				got["duplicate"]++
			default:
				got["accepted"]++
				taken[string(row.Report.Source.Meaning)] = true
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
	for file, want := range map[string]struct {
		zone  *time.Location
		calls []string
	}{
		"asterisk-Master.csv": {time.UTC, []string{"1 00:30:00 13800000001>8001 364", "2 03:10:00 13800000099>8001 475", "3 04:00:00 >s -"}},
		"freepbx-cdr.csv":     {schedule.Location(), []string{"2 07:00:02 13800000041>8001 118"}},
		"grandstream-ucm.csv": {schedule.Location(), []string{"2 01:48:52 5300>5301 8"}},
		"cucm-cdr.txt":        {time.UTC, []string{"3 03:00:00 13800000051>8001 300"}},
	} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(bytes.NewReader(b), int64(len(b)), Options{Zone: schedule.Location()}); err == nil || !strings.Contains(err.Error(), "--tz") {
			t.Errorf("%s without a zone: %v", file, err)
		}
		if diff := cmp.Diff(want.calls, sayCalls(t, openCalls(t, b, Options{CallZone: want.zone}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}
