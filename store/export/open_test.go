package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
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
	if diff := cmp.Diff(export.Opened{Origin: l.signer.Origin(), Entries: 13, Records: 2, Actions: 5, Files: 3, Problems: []entry.Problem{}}, sum); diff != "" {
		t.Error(diff)
	}
	a, b, added := l.headers[4].ID, l.headers[5].ID, l.headers[9].ID
	if diff := cmp.Diff([]export.Record{
		{ID: a, Index: 4, Channel: intake.Web, Day: "2026-09-07", Content: export.Content{
			Arrived: arrived, Unit: "水务局", Persons: []intake.Person{{Name: "赵某", Post: "科长"}}, Category: intake.Integrity, Subject: "=SUM(A1)", Text: "第一件 <b>",
			Marks: []intake.Mark{}, Files: []export.File{{Name: "发票.JPG", Type: "application/octet-stream", Size: 20000, Path: "files/" + a + "-1.jpg"}},
		}, Identity: &export.Person{Identity: intake.Identity{Name: "钱某", Contact: "@wx"}, Files: []export.File{{Name: "原图.jpg", Type: "application/octet-stream", Size: 3, Path: "files/" + a + "-2.jpg"}}}},
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
		}, Identity: &export.Person{Files: []export.File{}}},
		{ID: l.headers[10].ID, Index: 10, Kind: entry.KindCall, Channel: intake.Hotline, Day: "2026-09-07",
			Call: &entry.Call{At: later, Caller: "0100-5550199", Callee: "0100-5550100", Seconds: 61, Answered: true}},
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

// private fails the test if anyone but the owner can read what is in dir.
func private(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenWritesATable(t *testing.T) {
	l := newLog(t)
	l.accept(intake.Web, entry.Report{Subject: "=HYPERLINK(\"x\")", Text: "-1+2\r\n\"三\",", Unit: "\t水务局", Recorder: "＝1", Persons: []intake.Person{{Name: "赵某", Post: "科长"}, {Name: "李某"}}},
		intake.Identity{Phone: "+8613800000000", Contact: "@wx", Name: "钱 = 某", Remark: "\r"}, testFile{"a.pdf", nil, false}, testFile{"b.exe", nil, false})
	dir, _ := open(t, l.export(nil), l.archive)
	b, err := os.ReadFile(filepath.Join(dir, "records.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(b), "\ufeff")
	if !ok {
		t.Error("the table does not begin with a byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	got := map[string]string{}
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	id := l.headers[4].ID
	want := map[string]string{
		"id": id, "index": "4", "channel": "web", "day": "2026-09-07", "arrived": "2026-09-07T09:00:00+08:00", "about_team": "false",
		"unit": "'\t水务局", "persons": "赵某 (科长); 李某", "category": "", "subject": "'=HYPERLINK(\"x\")", "text": "'-1+2\n\"三\",", "recorder": "'＝1", "marks": "",
		"files": "files/" + id + "-1.pdf; files/" + id + "-2", "outside_rules": "", "name": "钱 = 某", "contact": "'@wx", "phone": "'+8613800000000",
		"remark": "'\r", "headers": "", "originals": "", "erased": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
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
	if sum.From != 5 || sum.Records != 1 || sum.Actions != 5 {
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
		Identity: &export.Person{Identity: intake.Identity{Name: "钱某", Contact: "@wx"}, Files: []export.File{{Name: "原图.jpg", Type: "application/octet-stream", Size: 3}}},
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

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(l *testLog)
		want   error
		what   string
	}{
		{"parts exchanged between reports", func(l *testLog) { exchange(l, 4, 5, 0) }, intake.ErrDamaged, "entry 4, report.age"},
		{"identities exchanged", func(l *testLog) { exchange(l, 4, 5, 1) }, intake.ErrDamaged, "entry 4, report.age"},
		{"a note hung under another report", func(l *testLog) { rehang(l, 7) }, intake.ErrDamaged, "entry 7, note.age"},
		{"report and identity exchanged", func(l *testLog) {
			l.parts[5][0], l.parts[5][1] = l.parts[5][1], l.parts[5][0]
			rename(l, 5)
		}, intake.ErrDamaged, "entry 5, report.age"},
		{"an identity of another entry", func(l *testLog) {
			h := l.headers[5]
			h.ID = entry.NewID()
			l.parts[5][1] = l.seal(h, entry.Inner{Role: entry.RoleIdentity, Identity: &entry.Identity{}}, seal.LeastIdentity, l.archive.Recipient())
			rename(l, 5)
			l.parts[5][0] = l.seal(l.headers[5], entry.Inner{Role: entry.RoleReport, Report: &entry.Report{Arrived: l.at}}, seal.LeastReport, l.archive.Recipient())
			rename(l, 5)
		}, intake.ErrDamaged, "entry 5, identity.age"},
		{"a part of another box", func(l *testLog) {
			origin := l.state.Origin
			l.state.Origin = "dengwen.example/other"
			l.parts[6][0] = l.seal(l.headers[6], entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: l.at}}, seal.LeastNote, l.archive.Recipient())
			l.state.Origin = origin
			rename(l, 6)
		}, intake.ErrDamaged, "entry 6, note.age"},
		{"a file exchanged", func(l *testLog) {
			l.parts[4][2] = l.parts[9][2]
			rename(l, 4)
		}, intake.ErrDamaged, "entry 4, report.age"},
		{"what is not a sealed part", func(l *testLog) {
			l.parts[4][0] = []byte("report")
			rename(l, 4)
		}, intake.ErrDamaged, "entry 4, report.age"},
		{"sealed to others only", func(l *testLog) {
			h := l.headers[6]
			l.parts[6][0] = l.seal(h, entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: l.at}}, seal.LeastNote, l.team.Recipient())
			rename(l, 6)
		}, intake.ErrKey, "entry 6, note.age"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := wholeLog(t)
			c.tamper(l)
			nothingStays(t, l.export(nil), []seal.Identity{l.archive}, c.want, c.what)
		})
	}
}

func TestOpenNeedsTheRightKey(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	for _, id := range []seal.Identity{l.office, l.team, l.custodian} {
		nothingStays(t, b, []seal.Identity{id}, intake.ErrKey, "entry 4, ")
	}
	nothingStays(t, b, nil, intake.ErrKey, "entry 4, ")
	open(t, b, l.office, l.archive)
	open(t, b, l.team, l.custodian) // who has all keys needs no archive
}

func TestOpenRefusesADamagedContainer(t *testing.T) {
	l := fullLog(t)
	b := l.export(nil)
	for at := 300; at < len(b); at += 1501 {
		changed := bytes.Clone(b)
		changed[at] ^= 4
		nothingStays(t, changed, []seal.Identity{l.archive}, nil, "")
		nothingStays(t, b[:at], []seal.Identity{l.archive}, intake.ErrProof, "")
	}
	nothingStays(t, append(bytes.Clone(b), 0), []seal.Identity{l.archive}, intake.ErrProof, "follows the end")
	broken := errors.New("the disk is broken")
	dir := filepath.Join(t.TempDir(), "out")
	_, err := export.Open(context.Background(), io.MultiReader(bytes.NewReader(b[:60_000]), iotest.ErrReader(broken)), []seal.Identity{l.archive}, dir)
	refused(t, err, broken, "open")
}

// nothingStays fails the test unless opening fails as it should and leaves
// nothing behind.
func nothingStays(t testing.TB, b []byte, ids []seal.Identity, want error, what string) {
	t.Helper()
	parent := t.TempDir()
	_, err := export.Open(context.Background(), bytes.NewReader(b), ids, filepath.Join(parent, "out"))
	if err == nil || want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), what) {
		t.Errorf("error %v, want %v: %s", err, want, what)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("%v is left behind, %v", left, err)
	}
}

func TestOpenDirectory(t *testing.T) {
	l := smallLog(t)
	b := l.export(nil)
	ids := []seal.Identity{l.archive}
	parent := t.TempDir()
	into := func(name string) error {
		_, err := export.Open(context.Background(), bytes.NewReader(b), ids, filepath.Join(parent, name))
		return err
	}
	for _, d := range []string{"empty", "full", "killed.opening/files"} {
		if err := os.MkdirAll(filepath.Join(parent, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"full/x", "file", "killed.opening/files/x"} {
		if err := os.WriteFile(filepath.Join(parent, f), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := into("full"); !errors.Is(err, fs.ErrExist) {
		t.Error("a directory that is not empty:", err)
	}
	if err := into("file"); err == nil {
		t.Error("a file is taken for a directory")
	}
	if err := into("no/parent"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a directory in none:", err)
	}
	for _, name := range []string{"empty", "killed", "new/"} {
		if err := into(name); err != nil {
			t.Error(err)
		}
		private(t, filepath.Join(parent, name))
	}
	if got, err := os.ReadFile(filepath.Join(parent, "full/x")); err != nil || string(got) != "x" {
		t.Error("what was there was touched")
	}
	var names []string
	list, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		names = append(names, d.Name())
	}
	if want := []string{"empty", "file", "full", "killed", "new"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestOpenStops(t *testing.T) {
	l := smallLog(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "out")
	_, err := export.Open(ctx, bytes.NewReader(l.export(nil)), []seal.Identity{l.archive}, dir)
	refused(t, err, context.Canceled, "open")
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
