package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dengwen/web/ui"
)

// A shownDay is a running demo.
type shownDay struct {
	*process
	dir, public, desk, phrase string
}

// showDay starts a demo that speaks the words' language. It ends with the test.
func showDay(t *testing.T, words ui.Words, env []string, args ...string) *shownDay {
	t.Helper()
	d := &shownDay{dir: filepath.Join(t.TempDir(), "demo")}
	args = append([]string{"demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0", "--dir", d.dir}, args...)
	d.process = start(t, append([]string{"LANG=" + words.Language()}, env...), args...)
	d.public = d.await(`(?m)^(?:The public site|公众页面) +(http://\S+)/$`)
	d.desk = d.await(`(?m)^(?:The desk|工作台) +(http://\S+)/$`)
	d.phrase = d.await(`(?m)^ +(?:passphrase|口令) +(.+)$`)
	return d
}

// running lists the processes of a demo by their ids.
func (d *shownDay) running() map[int]string {
	d.t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		d.t.Fatal(err)
	}
	list := map[int]string{}
	for _, path := range all {
		// One that ends meanwhile is no error, and not running.
		if line, err := os.ReadFile(path); err == nil && bytes.Contains(line, []byte(d.dir)) {
			id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			list[id] = strings.ReplaceAll(string(line), "\x00", " ")
		}
	}
	return list
}

// audit exports the box of a running demo, and checks and opens that.
func audit(t *testing.T, d *shownDay) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "export.tar")
	opened := filepath.Join(t.TempDir(), "opened")
	for _, args := range [][]string{
		{"export", "--config", filepath.Join(d.dir, "dengwen.toml"), "--out", out},
		{"verify", out, "--key", filepath.Join(d.dir, "verifier.key")},
		{"open", out, "--identity", filepath.Join(d.dir, "archive.key"), "--out", opened},
	} {
		if code, said, errs := here(t.Context(), nil, args...); code != exitDone {
			t.Fatalf("%s: exit %d: %s%s", args[0], code, said, errs)
		}
	}
	for file, want := range map[string][]string{"records.jsonl": {dayText}, "actions.jsonl": {dayMore, dayNote, dayReply}} {
		lines, err := os.ReadFile(filepath.Join(opened, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !bytes.Contains(lines, []byte(text)) {
				t.Errorf("%s does not have %q:\n%s", file, text, lines)
			}
		}
	}
}

// endDay ends a demo by the one signal that a terminal sends. What it started
// holds its output, which must end, too.
func endDay(t *testing.T, d *shownDay) {
	t.Helper()
	if err := d.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		d.ended <- err
		if err != nil {
			t.Errorf("the demo ended: %v\n%s", err, d.said())
		}
	case <-time.After(browserTime):
		t.Error("the demo, or something that it started, does not end")
	}
	for id, line := range d.running() {
		t.Errorf("still running: %s", line)
		if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(d.dir, "box", fileSocket)); err == nil {
		t.Error("the socket is left behind")
	}
}
