package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/store/storetest"
)

// proven is a box whose day is closed, and the proof that its report's reporter
// gets.
func proven(t *testing.T) (b *storetest.Box, key string, proof []byte) {
	t.Helper()
	b = storetest.New(t)
	out, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "举报"))
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Add(8 * time.Hour)
	if err := b.CloseDays(t.Context()); err != nil {
		t.Fatal(err)
	}
	if proof, err = b.Proof(t.Context(), out.Receipt); err != nil {
		t.Fatal(err)
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b, state.Key, proof
}

func saved(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVerifyAProof(t *testing.T) {
	b, key, proof := proven(t)
	path := saved(t, "dengwen.tlog-proof", proof)
	code, out, errs := here(t.Context(), nil, "verify", path, "--key", key)
	for _, want := range []string{"verifies", "Entry 4", "2026-09-08", "2 sealed parts", "checkpoint with 6 entries", "report", "identity", "does not say what the report says"} {
		if code != exitDone || !strings.Contains(out, want) || errs != "" {
			t.Errorf("%d %q, want %q; %q", code, out, want, errs)
		}
	}
	for rec, err := range b.Entries(t.Context(), 4, 5) {
		if err != nil || !strings.Contains(out, rec.Header.Parts[1].SHA256.String()) {
			t.Errorf("%v: the sum of the identity part is not in %q", err, out)
		}
	}
	if strings.Contains(out, "as a whole") {
		t.Error(out)
	}
	var report struct {
		OK       bool
		Entries  int64
		Root     string
		Problems []any
	}
	code, out, errs = here(t.Context(), nil, "verify", path, "--key", key, "--json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != exitDone || !report.OK || report.Entries != 6 || len(report.Root) != 64 || report.Problems == nil || errs != "" {
		t.Errorf("%d %q %q", code, out, errs)
	}
}

// A proof that was mailed or copied over Windows reads as it was made, as a
// checkpoint does; one that was cut off, or has anything else changed, does not.
func TestVerifyAProofThatWasMailed(t *testing.T) {
	_, key, proof := proven(t)
	text := string(proof)
	for name, tt := range map[string]struct {
		text string
		code int
		says string
	}{
		"line ends":        {strings.ReplaceAll(text, "\n", "\r\n"), exitDone, "verifies"},
		"a mark in front":  {"\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"), exitDone, "verifies"},
		"blank lines":      {text + "\r\n\r\n", exitDone, "verifies"},
		"no last line end": {strings.TrimSuffix(text, "\n"), exitDone, "verifies"},
		"old Mac's ends":   {strings.ReplaceAll(text, "\n", "\r"), exitFailed, "Windows"},
		"cut off":          {text[:len(text)-8], exitFailed, "checkpoint of"},
		"cut in the path":  {text[:strings.Index(text, "\n\n")], exitFailed, "cut off"},
		"only begun":       {"c2sp.org/tlog-proof@v1", exitFailed, "does not hold the entry"},
		"a later version":  {strings.Replace(text, "@v1", "@v2", 1), exitFailed, "another format version"},
		"quoted":           {"> " + strings.ReplaceAll(text, "\n", "\n> "), exitFailed, "does NOT verify"},
	} {
		code, out, errs := here(t.Context(), nil, "verify", saved(t, "p", []byte(tt.text)), "--key", key)
		if code != tt.code || !strings.Contains(out, tt.says) || errs != "" {
			t.Errorf("%s: %d %q %q", name, code, out, errs)
		}
	}
	huge := saved(t, "p", append(proof, bytes.Repeat([]byte("x"), 4<<20)...))
	if code, _, errs := here(t.Context(), nil, "verify", huge, "--key", key); code != exitFailed || !strings.Contains(errs, "could not be judged") {
		t.Errorf("%d %q", code, errs)
	}
}

func TestVerifyAProofAgainstWhat(t *testing.T) {
	b, key, proof := proven(t)
	_, other, _ := proven(t)
	path := saved(t, "p", proof)
	check := func(want string, args ...string) {
		t.Helper()
		code, out, errs := here(t.Context(), nil, append([]string{"verify", path}, args...)...)
		if code != exitFailed || !strings.Contains(out+errs, want) {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
	check("Unanchored")
	check(`"entries":6`, "--json")
	check(`"what":"unanchored`, "--json")
	check("the key given is of dengwen/", "--key", other)
	note, err := b.PublicCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	check("without --since", "--key", key, "--since", saved(t, "note", note))
}

// All of it is said in Chinese too.
func TestVerifyAProofInChinese(t *testing.T) {
	_, key, proof := proven(t)
	path := saved(t, "p", proof)
	say := func(args ...string) string {
		var out, errs bytes.Buffer
		run(t.Context(), append([]string{"verify", path}, args...), console{out: &out, err: &errs, env: func(string) string { return "zh_CN.UTF-8" }, now: clockAt(testNow)})
		return out.String() + errs.String()
	}
	for want, text := range map[string]string{
		"核验通过":              say("--key", key),
		"第 4 条是 2026-09-08": say("--key", key),
		"不说明举报的内容":          say("--key", key),
		"是一份证明，但核验不通过":      say(),
		"请去掉 --since":       say("--key", key, "--since", saved(t, "note", proof[bytes.Index(proof, []byte("\n\n"))+2:])),
	} {
		if !strings.Contains(text, want) || inEnglish.MatchString(typed.ReplaceAllString(text, "")) {
			t.Errorf("%q is not in %q, or there is English", want, text)
		}
	}
}
