package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// No command waits for a pipe: each that reads a file refuses it.
func TestNoCommandWaitsForAPipe(t *testing.T) {
	config, dir := inspection(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	pipe := at("pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for _, args := range [][]string{
		{"import", "--config", config, pipe},
		{"import", "--config", pipe, at("ledger.csv")},
		{"status", "--config", pipe},
		{"init", "--config", config, "--passphrase-file", pipe},
		{"export", "--config", config, "--out", at("export.tar"), "--since", pipe},
		{"verify", pipe, "--key", at("verifier.key")},
		{"verify", at("box"), "--key", pipe},
		{"verify", at("box"), "--key", at("verifier.key"), "--since", pipe},
		{"open", pipe, "--identity", at("archive.key"), "--out", at("opened")},
		{"open", at("ledger.csv"), "--identity", pipe, "--out", at("opened")},
		{"restore", pipe, "--dir", at("restored")},
		{"restore", "/dev/zero", "--dir", at("restored")},
		{"staff", "add", "second", "--config", config, "--passphrase-file", pipe},
		{"staff", "add", "second", "--config", config, "--new-passphrase-file", pipe},
	} {
		done := make(chan string)
		go func() {
			code, _, errs := here(ctx, nil, args...)
			if code == exitDone {
				errs = "it is done"
			}
			done <- errs
		}()
		select {
		case errs := <-done:
			if !strings.Contains(errs, "is not a file, but") {
				t.Errorf("%v: %q", args, errs)
			}
		case <-ctx.Done():
			t.Fatalf("%v: it waits", args)
		}
	}
}

// A ledger's name cannot write to the terminal.
func TestHostileName(t *testing.T) {
	config, dir := inspection(t)
	name := filepath.Join(dir, "a\x1b[2J\n\u202eb.csv")
	for range 2 { // first without a file, then with one that is no ledger
		code, _, errs := here(t.Context(), nil, "import", "--config", config, name)
		if code != exitFailed || strings.ContainsAny(errs, "\x1b\u202e") || !strings.Contains(errs, `a\x1b[2J\n\u202eb.csv`) {
			t.Errorf("%d %q", code, errs)
		}
		if err := os.WriteFile(name, []byte("a\x1b,\u202eb\n1,2\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
