package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/store/entry"
	"dengwen/web/ui"
)

// A written report waits in a form while the day closes.
const closingText = "测试：这一份写到了下班以后。\n第二行也要还给我。"

// TestBrowserClosing sees a day close, with the clock running: a form that was
// opened in time and sent too late is given back, and the day's checkpoint
// comes.
func TestBrowserClosing(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	closing, err := time.Parse(time.RFC3339, "2026-09-11T18:00:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	var d *shownDay
	var zh, en *tab
	var before []byte // a checkpoint of the days before
	// On a machine that is too slow to be in time it is begun earlier.
	for lead := 10 * time.Second; ; lead *= 2 {
		d = showDay(t, chinese, []string{"NOW=" + nowRuns}, "--at", closing.Add(-lead).Format(time.RFC3339))
		zh, en = newTab(t, ctx, d.public, chinese), newTab(t, ctx, d.public, english)
		before = checkpoint(t, d)
		if writes(zh) && writes(en) {
			break
		}
		d.end()
		if lead > 2*time.Minute {
			t.Fatal("the form cannot be opened in time")
		}
	}
	for _, b := range []*tab{zh, en} {
		early := newTab(t, ctx, d.public, b.words)
		eventually(t, "the day closes", func() bool {
			early.enter(http.StatusOK, "/report?lang="+b.words.Language())
			return !early.has("form")
		})
		w := b.words
		early.heads(w.Text("public.closed-outside-hours"))
		early.shows(append(ways(w), w.Text("public.to-notice"))...)
		look(early, "public", "closed")
		early.follow(w.Text("public.to-notice"))
		early.shows(w.Text("public.closed-outside-hours"))
		look(early, "public", "notice-closed")

		b.press(http.StatusForbidden, w.Text("public.send"))
		b.heads(w.Text("public.refused-title"))
		b.shows(append(ways(w), w.Text("public.closed-outside-hours"), w.Text("public.refused-counted"), "迟到.txt", "市教育局", "某丙")...)
		if got := ask[string](b, `document.querySelector("textarea").value`); got != closingText {
			b.Errorf("given back: %q, want %q", got, closingText)
		}
		look(b, "public", "refused")
	}

	// The day's note comes, and is the box's.
	var after []byte
	eventually(t, "the day's checkpoint is published", func() bool {
		after = checkpoint(t, d)
		return !bytes.Equal(after, before)
	})
	zh.enter(http.StatusOK, "/checkpoint")
	zh.shows(strings.TrimSpace(string(after)))
	for name, note := range map[string][]byte{"before": before, "after": after} {
		kept := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(kept, note, 0o600); err != nil {
			t.Fatal(err)
		}
		atDemo(t, "verify", filepath.Join(d.dir, "box"), "--key", filepath.Join(d.dir, "verifier.key"), "--since", kept)
	}
	var status entry.Status
	if err := json.Unmarshal(atDemo(t, "status", "--config", filepath.Join(d.dir, "dengwen.toml"), "--json"), &status); err != nil {
		t.Fatal(err)
	}
	if status.Accepted["web"] != 0 || status.Refused["web"] != 2 || status.Open["web"] {
		t.Errorf("the box says %+v", status)
	}
}

// checkpoint is the note that the public site publishes.
func checkpoint(t *testing.T, d *shownDay) []byte {
	t.Helper()
	answer, err := http.Get(d.public + "/checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	note, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v\n%s", answer.Status, err, note)
	}
	return note
}

// writes fills in the form in the reader's language, if it is there in time.
func writes(b *tab) bool {
	b.Helper()
	b.begin("/")
	if !strings.Contains(b.page(), b.words.Text("public.open")) {
		return false
	}
	b.follow(b.words.Text("public.nav-report"))
	if !b.has("form") {
		return false
	}
	b.write("text", closingText)
	b.choose("unit", "市教育局")
	b.write("person", "某丙")
	b.attach("迟到.txt", []byte("晚了"))
	return true
}

// ways is what a closed page says of the next opening and the other channels.
func ways(w ui.Words) []string {
	day := map[string]string{ui.Chinese: "9月12日", ui.English: "12 September"}
	return []string{day[w.Language()], "08:30", "0000-1234567", "xuncha@example.invalid", "示例宾馆 3 号楼"}
}

// has reports whether there is such an element on the page.
func (b *tab) has(css string) bool {
	b.Helper()
	return ask[bool](b, `document.querySelector("main `+css+`") !== null`)
}

// atDemo runs a command beside a demo whose clock runs.
func atDemo(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	c := console{out: &out, err: &errs, env: func(string) string { return "" }, now: time.Now}
	if code := run(t.Context(), args, c); code != exitDone {
		t.Fatalf("%s: exit %d: %s%s", args[0], code, out.Bytes(), errs.Bytes())
	}
	return out.Bytes()
}
