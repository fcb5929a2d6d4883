package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/store/entry"
)

// An auditor needs none of this package: tar, sha256sum and age do.
func TestStockTools(t *testing.T) {
	l := fullLog(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "export.tar"), l.export(nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "archive.key"), []byte(l.archive.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	age := build(t, "filippo.io/age/cmd/age")
	run(t, dir, "tar", "-xf", "export.tar")

	var h entry.Header
	header := run(t, dir, "cat", "entries/000000000004/header.json")
	if err := json.Unmarshal(header, &h); err != nil || h.ID != l.headers[4].ID {
		t.Fatalf("%s: %v", header, err)
	}
	sums := string(run(t, dir, "sha256sum", "entries/000000000004/report.age", "entries/000000000004/identity.age", "entries/000000000004/file-1.age"))
	for _, p := range h.Parts[:3] {
		if !strings.Contains(sums, p.SHA256.String()) {
			t.Errorf("sha256sum does not give the sum of the %s part in the header:\n%s", p.Role, sums)
		}
	}
	var part struct {
		ID     string
		Report struct {
			Text  string
			Files []struct{ Size int64 }
		}
	}
	plain := run(t, dir, age, "-d", "-i", "archive.key", "entries/000000000004/report.age")
	if err := json.Unmarshal(plain, &part); err != nil || part.ID != h.ID || part.Report.Text != "第一件 <b>" {
		t.Errorf("%s: %v", plain, err)
	}
	file := run(t, dir, age, "-d", "-i", "archive.key", "entries/000000000004/file-1.age")
	if n := part.Report.Files[0].Size; !bytes.Equal(file[:n], bytes.Repeat([]byte("jpeg"), 5000)) || len(bytes.Trim(file[n:], "\x00")) > 0 {
		t.Errorf("the file is not there in %d bytes of plaintext", len(file))
	}
}

// build makes one of the module's pinned tools.
func build(t *testing.T, tool string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "tool")
	run(t, ".", "go", "build", "-o", out, tool)
	return out
}

func run(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, errs.Bytes())
	}
	if errs.Len() > 0 {
		t.Logf("%s %v:\n%s", name, args, errs.Bytes())
	}
	return out
}
