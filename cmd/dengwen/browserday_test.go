package main

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/chromedp"
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

// running lists the processes of a demo.
func (d *shownDay) running() (list []string) {
	d.t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		d.t.Fatal(err)
	}
	for _, path := range all {
		// One that ends meanwhile is no error, and not running.
		if line, err := os.ReadFile(path); err == nil && bytes.Contains(line, []byte(d.dir)) {
			list = append(list, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return list
}

// What a reporter writes; a file is random, so that its bytes are no others'.
const (
	dayTitle = "测试：该单位采购办公设备"
	dayText  = dayTitle + "，三份报价出自同一家公司。"
	dayMore  = "补充：第四份报价也是同一家。"
	dayNote  = "先核对采购合同。"
	dayReply = "已经收到，请补充报价单的日期。"
)

// TestBrowserDay lives the whole day of a report, once in each language.
func TestBrowserDay(t *testing.T) {
	ctx := browse(t)
	for _, words := range []ui.Words{chinese, english} {
		t.Run(words.Language(), func(t *testing.T) {
			d := showDay(t, words, nil)
			eventually(t, "the demo runs as three processes", func() bool { return len(d.running()) == 3 })
			reporter, staff := newTab(t, ctx, d.public, words), newTab(t, ctx, d.desk, words)
			photo, more := []byte(rand.Text()+"\x00\xff"), bytes.Repeat([]byte(rand.Text()), 10_000)

			code := report(reporter, photo)
			signIn(staff, d.phrase)
			handle(staff, photo)
			lock(staff)

			comeBack(reporter, code)
			reporter.shows(dayReply)
			reporter.write("text", dayMore)
			reporter.attach("报价单 4.txt", more)
			reporter.press(http.StatusOK, words.Text("public.add-send"))
			reporter.shows(words.Text("public.thread-done"))

			signIn(staff, d.phrase)
			staff.follow(dayTitle)
			staff.shows(dayMore, "报价单 4.txt")
			if name, data := staff.download(saying("li", "报价单 4.txt") + "//a"); !bytes.Equal(data, more) || !strings.HasSuffix(name, ".bin") {
				t.Errorf("%s has %d bytes, want %d", name, len(data), len(more))
			}
			lock(staff)

			keptApart(t, reporter, staff)
			audit(t, d)
			endDay(t, d)
		})
	}
}

// report sends a report from the notice on, and returns its receipt.
func report(b *tab, file []byte) (code string) {
	b.Helper()
	b.begin("/")
	b.follow(b.words.Text("public.start"))
	b.heads(b.words.Text("public.report-title"))
	b.write("text", dayText)
	b.choose("unit", "市教育局")
	b.write("person", "某甲")
	b.write("post", "科长")
	b.choose("category", "integrity")
	b.do(chromedp.Click(saying("summary", b.words.Text("public.named-open"))))
	b.write("contact_name", "某乙")
	b.write("contact_way", "0000-7654321")
	b.attach("报价单.txt", file)
	b.press(http.StatusOK, b.words.Text("public.send"))
	return receiptOn(b)
}

// receiptOn reads the receipt on the page.
func receiptOn(b *tab) string {
	b.Helper()
	b.heads(b.words.Text("public.receipt-title"))
	code := regexp.MustCompile(`\d{4}( \d{4}){5}`).FindString(ask[string](b, `document.body.innerText`))
	if code == "" {
		b.Fatalf("there is no receipt:\n%s", b.page())
	}
	return code
}

// comeBack opens the thread of a receipt, from the notice on.
func comeBack(b *tab, code string) {
	b.Helper()
	b.begin("/")
	b.follow(b.words.Text("public.come-back"))
	b.write("receipt", code)
	b.press(http.StatusOK, b.words.Text("public.lookup-send"))
	b.heads(b.words.Text("public.thread-title"))
}

// signIn signs in with what the demo printed and waits for the queue.
func signIn(b *tab, phrase string) {
	b.Helper()
	b.begin("/")
	b.write("name", "leader")
	b.write("passphrase", phrase)
	b.press(http.StatusOK, b.words.Text("desk.sign-in-button"))
	eventually(b, "the queue opens", func() bool {
		if ask[string](b, `document.querySelector("h1").innerText`) == b.words.Text("desk.queue") {
			return true
		}
		b.follow(b.words.Text("desk.reload"))
		return false
	})
}

func lock(b *tab) {
	b.Helper()
	b.press(http.StatusOK, b.words.Text("desk.lock"))
	b.heads(b.words.Text("desk.sign-in"))
	b.shows(b.words.Text("desk.locked"))
}

// handle finds the report in the queue and takes it to its end.
func handle(b *tab, file []byte) {
	b.Helper()
	w := b.words
	b.shows("课后服务收费", "农村公路养护款", dayTitle)
	for _, f := range []struct {
		channel, state string
		rows           int
	}{{"", "", 12}, {"mail", "", 3}, {"hotline", "new", 8}, {"web", "done", 0}, {"web", "new", 1}} {
		b.filter(f.channel, f.state, f.rows)
	}
	b.follow(dayTitle)
	b.shows(dayText, "市教育局", "某甲", "科长", w.Text("term.category-integrity"), "报价单.txt", w.Text("state.new"))
	if page := b.page(); strings.Contains(page, "某乙") || strings.Contains(page, "7654321") {
		b.Errorf("the page shows who sent it:\n%s", page)
	}
	if name, data := b.download(saying("li", "报价单.txt") + "//a"); !bytes.Equal(data, file) || !strings.HasSuffix(name, ".bin") {
		b.Errorf("%s has %q, want %q", name, data, file)
	}
	b.write("note-text", dayNote)
	b.press(http.StatusOK, w.Text("desk.note-button"))
	b.shows(w.Text("desk.said-note"), dayNote)
	b.write("reply-text", dayReply)
	b.press(http.StatusOK, w.Text("desk.reply-button"))
	b.shows(w.Text("desk.said-reply"), dayReply)

	// In one language it is looked into and done, in the other handed over.
	route, last := "verify", "done"
	if w.Language() == ui.English {
		route, last = "discipline", "handed-over"
	}
	b.click(`input[name=to][value="routed/` + route + `"]`)
	b.press(http.StatusOK, w.Text("desk.decide-button"))
	b.shows(w.Text("desk.said-decided"), w.Text("state.routed"), w.Text("route."+route))
	if last == "done" {
		b.click(`input[name=to][value="done/` + route + `"]`)
		b.press(http.StatusOK, w.Text("desk.decide-button"))
		b.shows(w.Text("desk.said-decided"))
	} else {
		b.click("#hand-sure")
		b.press(http.StatusOK, w.Text("desk.hand-over-button"))
		b.shows(w.Text("desk.said-handed"))
	}
	b.shows(w.Text("state." + last))
	b.follow(w.Text("desk.back"))
	b.filter("web", last, 1)
}

// filter shows one channel and state of the queue, which must have that many
// reports.
func (b *tab) filter(channel, state string, rows int) {
	b.Helper()
	b.choose("channel", channel)
	b.choose("state", state)
	b.press(http.StatusOK, b.words.Text("desk.show"))
	if got := ask[int](b, `document.querySelectorAll("table.cards tbody tr").length`); got != rows {
		b.Errorf("channel %q in state %q: %d reports, want %d:\n%s", channel, state, got, rows, b.page())
	}
}

// keptApart checks what the network log says: nothing went elsewhere, and the
// public site neither set nor was sent a cookie.
func keptApart(t *testing.T, reporter, staff *tab) {
	t.Helper()
	for _, b := range []*tab{reporter, staff} {
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.elsewhere) > 0 {
			t.Errorf("%s made the browser ask for %q", b.origin, b.elsewhere)
		}
	}
	if len(reporter.cookies) > 0 {
		t.Errorf("cookies of the public site: %q", reporter.cookies)
	}
	if len(staff.cookies) == 0 {
		t.Error("the network log does not show the desk's cookies, nor then any others")
	}
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

// endDay ends a demo by the one signal that a terminal sends.
func endDay(t *testing.T, d *shownDay) {
	t.Helper()
	if err := d.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := <-d.ended
	d.ended <- err
	if err != nil {
		t.Errorf("the demo ended: %v\n%s", err, d.said())
	}
	if left := d.running(); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "box", fileSocket)); err == nil {
		t.Error("the socket is left behind")
	}
}
