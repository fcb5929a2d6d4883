package main

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake/triage"
	"dengwen/store"
	"dengwen/store/reader"
	"dengwen/store/storetest"
)

// TestSeizedDisk takes a workbook of more than 20 MB of XML through the
// commands of an inspection and the desk, and searches everything that they
// leave: the box, an export, a backup, a restored box, the temporary directory
// and all that was printed.
func TestSeizedDisk(t *testing.T) {
	config, dir := inspection(t)
	tmp, ledgers := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	canary := map[string]string{}
	for _, what := range []string{"来电人", "对象", "单位", "职务", "问题", "记录人", "备注", "不予接收的问题", "批注", "文件名"} {
		canary[what] = "金丝雀" + what + storetest.Start.Format("050102") + strings.Repeat("鸣", 4)
	}
	canary["电话"] = "13900099887766"
	ledger := filepath.Join(ledgers, canary["文件名"]+".xlsx")
	rows := bigLedger(canary)
	workbook(t, ledger, [][][]string{rows})
	if n := inflated(t, ledger); n < 20<<20 {
		t.Fatalf("%d bytes of XML are not large", n)
	}

	var printed strings.Builder
	do := func(args ...string) {
		t.Helper()
		code, out, errs := here(t.Context(), nil, args...)
		fmt.Fprintln(&printed, out, errs)
		if code != exitDone {
			t.Fatalf("%s: exit %d: %s", args[0], code, errs)
		}
	}
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	do("import", "--config", config, ledger, "--dry-run")
	do("import", "--config", config, ledger)
	workbook(t, ledger, [][][]string{rows[:100]}) // what is in already, once more
	do("import", "--config", config, ledger, "--json")
	canary["phrase"] = actAtTheDesk(t, dir, canary["批注"])
	do("export", "--config", config, "--out", filepath.Join(out, "export.tar"))
	do("backup", "--config", config, "--out", filepath.Join(out, "backup.tar"))
	do("restore", filepath.Join(out, "backup.tar"), "--dir", filepath.Join(out, "box"))
	do("compact", "--config", config)
	do("status", "--config", config)
	// The file's name is the officer's own, typed on the command line; it is
	// repeated to them and stays nowhere.
	printedText := strings.ReplaceAll(printed.String(), ledger, "")
	if err := os.Remove(filepath.Join(dir, "passphrase.txt")); err != nil {
		t.Fatal(err)
	}

	found := storetest.FindTraces(t, canary, dir, tmp)
	found = append(found, storetest.TracesIn("the output", []byte(printedText), canary)...)
	for _, f := range found {
		t.Error(f)
	}
	planted := filepath.Join(tmp, "planted")
	if err := os.WriteFile(planted, []byte(canary["问题"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(storetest.FindTraces(t, canary, tmp)) == 0 {
		t.Error("what was planted is not found")
	}
}

// bigRows is enough for excelize, and any reader that spools, to have spooled.
const bigRows = 4_000

// inflated is the size of what a workbook holds.
func inflated(t *testing.T, path string) (n uint64) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		n += f.UncompressedSize64
	}
	return n
}

// bigLedger has a few calls inside the hours, and thousands outside that are
// not sealed: their words must stay nowhere either.
func bigLedger(canary map[string]string) [][]string {
	rows := [][]string{{"序号", "来电时间", "来电人", "电话", "反映对象", "单位", "职务", "反映问题", "记录人", "备注"}}
	row := func(i int, at, text string) []string {
		return []string{fmt.Sprint(i), at, canary["来电人"], canary["电话"], canary["对象"], canary["单位"], canary["职务"], text + fmt.Sprint(i), canary["记录人"], canary["备注"]}
	}
	for i := range bigRows {
		at, text := "2026-09-08 20:00:00", canary["不予接收的问题"]+strings.Repeat("。", 1600)
		if i%1000 == 0 {
			at, text = "2026-09-08 10:00:00", canary["问题"]
		}
		rows = append(rows, row(i, at, text))
	}
	return rows
}

// actAtTheDesk unlocks the box, reads a report and writes a note. It returns
// the passphrase that it used.
func actAtTheDesk(t *testing.T, dir, note string) string {
	t.Helper()
	b, err := store.Open(filepath.Join(dir, "box"), store.Options{Now: clockAt(testNow)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	phrase, err := os.ReadFile(filepath.Join(dir, "passphrase.txt"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	d, err := reader.Unlock(ctx, b, "leader", strings.TrimSpace(string(phrase)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Lock()
	if err := d.Sync(ctx, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	rows, _ := d.List("", "", 0, 1)
	if len(rows) == 0 {
		t.Fatal("the queue is empty")
	}
	if _, err := d.Read(ctx, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Identity(ctx, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := d.Triage(ctx, rows[0].ID, triage.Standing{State: triage.Routed, Route: triage.Verify}, note); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(phrase))
}
