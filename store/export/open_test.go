package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
)

// open opens an export into a new directory.
func open(t testing.TB, b []byte, ids ...seal.Identity) (string, export.Opened) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	sum, err := export.Open(context.Background(), bytes.NewReader(b), ids, dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, sum
}

// lines reads a file of JSON lines.
func lines[T any](t testing.TB, dir, name string) (list []T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		var v T
		if err := dec.Decode(&v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

func TestOpen(t *testing.T) {
	l := fullLog(t)
	arrived := time.Date(2026, 9, 7, 9, 0, 0, 0, zone)
	dir, sum := open(t, l.export(nil), l.archive)
	if diff := cmp.Diff(export.Opened{Origin: l.signer.Origin(), Entries: 13, Records: 2, Actions: 4, Calls: 1, Files: 3, WithoutRecord: 1, Problems: []entry.Problem{}}, sum); diff != "" {
		t.Error(diff)
	}
	a, b, added := l.headers[4].ID, l.headers[5].ID, l.headers[9].ID
	if diff := cmp.Diff([]export.Record{
		{ID: a, Index: 4, Channel: intake.Web, Day: "2026-09-07", Content: export.Content{
			Arrived: arrived, Unit: "水务局", Persons: []intake.Person{{Name: "赵某", Post: "科长"}}, Category: intake.Integrity, Subject: "=SUM(A1)", Text: "第一件 <b>",
			Marks: []intake.Mark{}, Files: []export.File{{Name: "发票.JPG", Type: "application/octet-stream", Size: 20000, Path: "files/" + a + "-1.jpg"}},
		}, Identity: &export.Sender{Identity: intake.Identity{Name: "钱某", Contact: "@wx"}, Files: []export.File{{Name: "原图.jpg", Type: "application/octet-stream", Size: 3, Path: "files/" + a + "-2.jpg"}}}},
		{ID: b, Index: 5, Channel: intake.Hotline, Day: "2026-09-07", Content: export.Content{
			Arrived: arrived, Persons: []intake.Person{}, Text: "第二件", Recorder: "孙某", Marks: []intake.Mark{intake.MarkPhoneDamaged}, Files: []export.File{},
		}, Erased: []string{"identity.age"}},
	}, lines[export.Record](t, dir, "records.jsonl")); diff != "" {
		t.Error(diff)
	}
	later := arrived.Add(time.Hour).UTC()
	if diff := cmp.Diff([]export.Action{
		{ID: l.headers[6].ID, Index: 6, Kind: entry.KindRead, Ref: a, Day: "2026-09-07", By: "ling", Note: &entry.Note{At: later}},
		{ID: l.headers[7].ID, Index: 7, Kind: entry.KindTriaged, Ref: a, Day: "2026-09-07", By: "ling", Note: &entry.Note{At: later, State: "open", Text: "查"}},
		{ID: l.headers[8].ID, Index: 8, Kind: entry.KindReplied, Ref: a, Day: "2026-09-07", By: "ling", Reply: &entry.Reply{At: later, Text: "已收到"}},
		{ID: added, Index: 9, Kind: entry.KindAdded, Channel: intake.Web, Ref: a, Day: "2026-09-07", Added: &export.Content{
			Arrived: later, Text: "补充", Persons: []intake.Person{}, Marks: []intake.Mark{},
			Files: []export.File{{Name: "../../x.sh", Type: "application/octet-stream", Size: 2, Path: "files/" + added + "-1"}},
		}, Identity: &export.Sender{Files: []export.File{}}},
	}, lines[export.Action](t, dir, "actions.jsonl")); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]string{a + "-1.jpg": strings.Repeat("jpeg", 5000), a + "-2.jpg": "raw", added + "-1": "#!"} {
		if got, err := os.ReadFile(filepath.Join(dir, "files", path)); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
	private(t, dir)
}

// A box that takes what it must not says the right day in the header; the
// exact arrival gives it away.
func TestOpenMarksWhatIsOutsideTheRules(t *testing.T) {
	l := newLog(t)
	at := func(clock string) time.Time {
		t, err := time.ParseInLocation(time.DateTime, clock, zone)
		l.must(err)
		return t
	}
	want := []intake.Reason{}
	for _, c := range []struct {
		arrived string
		reason  intake.Reason
	}{
		{"2026-09-07 08:30:00", ""}, {"2026-09-07 17:59:59", ""}, {"2026-09-07 08:29:59", intake.OutsideHours}, {"2026-09-07 18:00:00", intake.OutsideHours},
		{"2026-09-06 10:00:00", intake.BeforePeriod}, {"2026-09-12 10:00:00", intake.AfterPeriod}, {"2026-09-08 10:00:00", export.OtherDay},
	} {
		l.report(entry.Header{Kind: entry.KindAccepted, Channel: intake.Web, Date: "2026-09-07"}, entry.Report{Arrived: at(c.arrived), Text: "x"}, intake.Identity{})
		want = append(want, c.reason)
	}
	dir, _ := open(t, l.export(nil), l.archive)
	got := []intake.Reason{}
	for _, r := range lines[export.Record](t, dir, "records.jsonl") {
		got = append(got, r.OutsideRules)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOpenSince(t *testing.T) {
	l := fullLog(t)
	dir, sum := open(t, l.export(l.checkpoint(5)), l.archive)
	if sum.From != 5 || sum.Records != 1 || sum.Actions != 4 || sum.Calls != 1 {
		t.Errorf("%+v", sum)
	}
	if list := lines[export.Record](t, dir, "records.jsonl"); len(list) != 1 || list[0].Index != 5 {
		t.Errorf("%+v", list)
	}
}

func TestOpenWhatIsErased(t *testing.T) {
	l := fullLog(t)
	l.erase(4, 0, 3) // the report and the original; its file stays
	dir, sum := open(t, l.export(nil), l.archive)
	rec := lines[export.Record](t, dir, "records.jsonl")[0]
	want := export.Record{ID: l.headers[4].ID, Index: 4, Channel: intake.Web, Day: "2026-09-07", Content: export.Content{Persons: []intake.Person{}, Marks: []intake.Mark{}, Files: []export.File{}},
		Identity: &export.Sender{Identity: intake.Identity{Name: "钱某", Contact: "@wx"}, Files: []export.File{{Name: "原图.jpg", Type: "application/octet-stream", Size: 3}}},
		Erased:   []string{"report.age", "original-1.age"}}
	if diff := cmp.Diff(want, rec); diff != "" {
		t.Error(diff)
	}
	if len(sum.Problems) != 1 || sum.Problems[0].Entry != 4 || !strings.Contains(sum.Problems[0].What, "file-1.age: not opened") {
		t.Error(sum.Problems)
	}
}

// A log that breaks a rule is all the more to be read.
func TestOpenReadsALogThatBreaksRules(t *testing.T) {
	l := fullLog(t)
	l.at = l.at.Add(24 * time.Hour)
	l.clear(entry.ClosedDay{At: l.at, Day: "2026-09-08", Accepted: []entry.Count{{Day: "2026-09-08", Channel: intake.Web, N: 9}}})
	dir, sum := open(t, l.export(nil), l.archive)
	if len(sum.Problems) != 1 || sum.Problems[0].Entry != 13 || len(lines[export.Record](t, dir, "records.jsonl")) != 2 {
		t.Error(sum.Problems)
	}
}

// Many entries are opened at once and written in their order.
func TestOpenKeepsTheOrder(t *testing.T) {
	l := newLog(t)
	var want []string
	for i := range 60 {
		text := strings.Repeat("长", i%7*3000) // so that some take longer
		l.accept(intake.Mail, entry.Report{Text: text}, intake.Identity{}, make([]testFile, i%3)...)
		want = append(want, l.headers[len(l.headers)-1].ID)
	}
	dir, sum := open(t, l.export(nil), l.archive)
	var got []string
	for _, r := range lines[export.Record](t, dir, "records.jsonl") {
		got = append(got, r.ID)
	}
	if !slices.Equal(got, want) || sum.Files != 60 {
		t.Errorf("%d files; %v, want %v", sum.Files, got, want)
	}
}
