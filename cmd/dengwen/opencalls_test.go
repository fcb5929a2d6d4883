package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/export"
	"dengwen/store/storetest"
)

// opened opens what an export of the box has now and returns what it says
// in a language.
func opened(t *testing.T, b *storetest.Box, since []byte, lang string) (said, out string, note []byte) {
	t.Helper()
	dir := t.TempDir()
	var tar bytes.Buffer
	sum, err := export.Write(t.Context(), &tar, b.Box, since)
	if err != nil {
		t.Fatal(err)
	}
	file, key, out := filepath.Join(dir, "export.tar"), filepath.Join(dir, "archive.key"), filepath.Join(dir, "out")
	for name, content := range map[string][]byte{file: tar.Bytes(), key: []byte(b.Keys.Archive.String() + "\n")} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var o, e bytes.Buffer
	env := func(name string) string { return map[string]string{"LANG": lang}[name] }
	if code := run(t.Context(), []string{"open", file, "--identity", key, "--out", out}, console{out: &o, err: &e, env: env, now: b.Clock.Now}); code != exitDone {
		t.Fatal(e.String())
	}
	return o.String(), out, []byte(sum.Note)
}

// The summary speaks of calls only where there are any, and says where to read.
func TestOpenSaysWhatCameOfTheCalls(t *testing.T) {
	b := storetest.New(t)
	at := b.Clock.Now().Add(-time.Hour)
	report := storetest.Call(at, "来电")
	report.Identity.Phone = "0100-5550101"
	if o, err := b.Submit(t.Context(), report); err != nil || o.Verdict != intake.Accepted {
		t.Fatal(o, err)
	}
	said, _, note := opened(t, b, nil, "")
	if strings.Contains(said, "call") {
		t.Errorf("without a call: %q", said)
	}
	called := func(at time.Time, caller string) {
		t.Helper()
		call := &intake.Call{At: at, Caller: caller, Callee: "8001", Seconds: 9, Answered: true, Meaning: []byte(caller)}
		err := b.SubmitCalls(t.Context(), false, func(yield func(*intake.Call, error) bool) { yield(call, nil) }, func(int, intake.Outcome) {})
		if err != nil {
			t.Fatal(err)
		}
	}
	called(at, "0100-5550101")
	called(at.Add(-24*time.Hour), "0100-5550102")
	said, out, _ := opened(t, b, nil, "")
	for _, want := range []string{"2 calls of the exchange", "without a record: 1.", filepath.Join(out, "calls.csv")} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	if strings.Contains(said, "earlier export") || strings.Contains(said, "outside the hours") {
		t.Errorf("it says what is not so: %q", said)
	}
	if said, _, _ := opened(t, b, note, ""); !strings.Contains(said, "without a record: 1.") || !strings.Contains(said, "Of 1 call the record may") {
		t.Errorf("since the report: %q", said)
	}
	if said, out, _ := opened(t, b, nil, "zh_CN.UTF-8"); !strings.Contains(said, "2 通来电") || !strings.Contains(said, "无记录的：1 通") || !strings.Contains(said, filepath.Join(out, "calls.csv")) {
		t.Errorf("in Chinese: %q", said)
	}
}
