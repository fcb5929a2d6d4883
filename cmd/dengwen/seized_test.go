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

// TestSeizedDisk takes a workbook of more than 15 MB of XML and a call record
// through the commands of an inspection and the desk, and searches everything
// that they leave: the box, an export, a backup, a restored box, the temporary directory
// and all that was printed.
func TestSeizedDisk(t *testing.T) {
	config, dir := inspection(t)
	tmp, ledgers := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	canary := hotlineCanaries("66")
	ledger, calls := filepath.Join(ledgers, canary["文件名"]+".xlsx"), filepath.Join(ledgers, canary["通话文件名"]+".csv")
	canaryCalls(t, calls, canary)
	rows := bigLedger(canary, bigRows)
	workbook(t, ledger, [][][]string{rows})
	if n := inflated(t, ledger); n < 15<<20 {
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
	do("import", "--config", config, ledger)
	workbook(t, ledger, [][][]string{rows[:500]}) // what is in already, once more
	do("import", "--config", config, ledger, "--dry-run")
	do("import", "--config", config, ledger, "--json")
	do("import", "--config", config, calls, "--tz", "Asia/Shanghai", "--dry-run")
	do("import", "--config", config, calls, "--tz", "Asia/Shanghai")
	canary["phrase"] = actAtTheDesk(t, dir, canary["批注"])
	do("export", "--config", config, "--out", filepath.Join(out, "export.tar"))
	do("backup", "--config", config, "--out", filepath.Join(out, "backup.tar"))
	do("restore", filepath.Join(out, "backup.tar"), "--dir", filepath.Join(out, "box"))
	do("compact", "--config", config)
	do("status", "--config", config)
	// The file's name is the officer's own, typed on the command line; it is
	// repeated to them and stays nowhere.
	printedText := strings.NewReplacer(ledger, "", calls, "").Replace(printed.String())
	if err := os.Remove(filepath.Join(dir, "passphrase.txt")); err != nil {
		t.Fatal(err)
	}

	// All words begin alike, and are searched for by that: it is a tenth of the
	// work for each file.
	for what, text := range canary {
		if strings.HasPrefix(text, canaryWord) {
			delete(canary, what)
		}
	}
	canary["words"] = canaryWord
	found := storetest.FindTraces(t, canary, dir, tmp)
	found = append(found, storetest.TracesIn("the output", []byte(printedText), canary)...)
	for _, f := range found {
		t.Error(f)
	}
	planted := filepath.Join(tmp, "planted")
	if err := os.WriteFile(planted, []byte(canary["words"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(storetest.FindTraces(t, canary, tmp)) == 0 {
		t.Error("what was planted is not found")
	}
}

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

// actAtTheDesk unlocks the box, holds the ledger against the calls, reads a
// report and writes a note. It returns the passphrase that it used.
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
	if found, err := d.Calls(ctx, nil); err != nil || found.Total != 1 || found.Reports == 0 {
		t.Fatal(found, err)
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
