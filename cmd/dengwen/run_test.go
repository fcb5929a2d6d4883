package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dengwen/store/entry"
)

// here runs the program in this process and returns what it ends with.
func here(ctx context.Context, ask func(string) (string, error), args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	c := console{out: &o, err: &e, env: func(string) string { return "" }, now: clockAt(testNow), ask: ask}
	code = run(ctx, args, c)
	return code, o.String(), e.String()
}

// inspection lays out an inspection with its box and returns its configuration.
func inspection(t testing.TB) (config, dir string) {
	t.Helper()
	f, err := theFixture()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := unload(f.after, dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "dengwen.toml"), dir
}

// An import that is interrupted has taken nothing.
func TestInterruptedImport(t *testing.T) {
	config, dir := inspection(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	code, out, errs := here(ctx, nil, "import", "--config", config, filepath.Join(dir, "ledger.csv"), "--json", "--errors", filepath.Join(dir, "rows.csv"))
	if code != exitFailed || out != "" || !strings.Contains(errs, "Interrupted") {
		t.Errorf("%d %q %q", code, out, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "rows.csv")); err == nil {
		t.Error("rows.csv was left behind")
	}
	code, out, errs = here(t.Context(), nil, "status", "--config", config, "--json")
	var status entry.Status
	if err := json.Unmarshal([]byte(out), &status); err != nil || code != exitDone || status.Entries != 4 {
		t.Errorf("%d %v %v %q", code, status, err, errs)
	}
}

// A demo that somebody has seen enough of is no failure, and leaves nothing.
func TestInterruptedDemo(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code, _, errs := here(ctx, nil, "demo"); code != exitDone {
		t.Errorf("%d %q", code, errs)
	}
	if left := names(t, tmp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// On a terminal the leader's passphrase is asked for, once.
func TestPassphraseIsAsked(t *testing.T) {
	config, dir := inspection(t)
	phrase, err := os.ReadFile(filepath.Join(dir, "passphrase.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	ask := func(prompt string) (string, error) {
		asked = append(asked, prompt)
		return strings.TrimSpace(string(phrase)), nil
	}
	if code, out, errs := here(t.Context(), ask, "staff", "add", "second", "--config", config); code != exitDone {
		t.Errorf("%d %q %q", code, out, errs)
	}
	if len(asked) != 1 || !strings.Contains(asked[0], "leader") {
		t.Errorf("asked: %q", asked)
	}
	nothing := func(string) (string, error) { return "", nil }
	if code, _, errs := here(t.Context(), nothing, "staff", "remove", "second", "--config", config); code != exitFailed || !strings.Contains(errs, "No passphrase") {
		t.Errorf("%d %q", code, errs)
	}
}

func TestNoCoreDumps(t *testing.T) {
	here(t.Context(), nil, "--help")
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("core dumps of %d bytes", limit.Cur)
	}
}
