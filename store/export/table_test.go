package export_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
)

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
