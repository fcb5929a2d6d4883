package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// importJSON imports a ledger and writes the rows that need work.
func importJSON(t *testing.T, config, ledger, rows string) intake.Imported {
	t.Helper()
	code, out, errs := here(t.Context(), nil, "import", "--config", config, ledger, "--json", "--errors", rows)
	if code != exitDone {
		t.Fatalf("%d %s", code, errs)
	}
	var got intake.Imported
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// A row of the sheet says its date itself, and what it says is what the ledger
// said: put right there or in the ledger, it is the same call.
func TestRowsSheetIsImportedAgain(t *testing.T) {
	config, dir := inspection(t)
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const ledger = "来电时间,来电号码,来电人,备注,反映问题\n2026/9/8 19:00,,甲,,迟到的一通\n2026/9/9 10:00,,乙,,及时的一通\n10:20,+86 13900000001,＝丙,'-无,\n"
	got := importJSON(t, config, file("first.csv", ledger), filepath.Join(dir, "rows.csv"))
	if got.Accepted != 1 || got.Bad != 1 || got.Read != 3 {
		t.Fatalf("%+v", got)
	}
	sheet, err := os.ReadFile(filepath.Join(dir, "rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff" + strings.ReplaceAll(`line,column,reason,来电时间,来电号码,来电人,备注,反映问题
2,来电时间,outside the announced hours,2026/9/8 19:00,,甲,,迟到的一通
4,反映问题,nothing is reported,2026-09-09 10:20:00,'+86 13900000001,'＝丙,''-无
`, "\n", "\r\n")
	if diff := cmp.Diff(want, string(sheet)); diff != "" {
		t.Fatal(diff)
	}
	mended := strings.Replace(string(sheet), "''-无\r\n", "''-无,@补记\r\n", 1)
	again := importJSON(t, config, file("mended.csv", mended), filepath.Join(dir, "rows2.csv"))
	if again.Accepted != 1 || again.Bad != 0 || again.Read != 2 {
		t.Fatalf("%+v", again)
	}
	whole := importJSON(t, config, file("whole.csv", strings.Replace(ledger, "'-无,\n", "'-无,@补记\n", 1)), filepath.Join(dir, "rows3.csv"))
	if whole.Duplicate != 2 || whole.Accepted != 0 {
		t.Errorf("the mended row is another one in the ledger: %+v", whole)
	}
	// The columns about the row are not doubled in the next sheet.
	next, err := os.ReadFile(filepath.Join(dir, "rows2.csv"))
	if err != nil || !strings.HasPrefix(string(next), "\ufeffline,column,reason,来电时间,") {
		t.Errorf("%v %q", err, next)
	}
}
