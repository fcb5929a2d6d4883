package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/chromedp"
)

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
	t.Parallel()
	ctx := browse(t)
	for _, words := range []ui.Words{chinese, english} {
		t.Run(words.Language(), func(t *testing.T) {
			d := showDay(t, words, nil)
			eventually(t, "the demo runs as three processes", func() bool { return len(d.running()) == 3 })
			reporter, staff := newTab(t, ctx, d.public, words), newTab(t, ctx, d.desk, words)
			file, more, photo := []byte(rand.Text()+"\x00\xff"), bytes.Repeat([]byte(rand.Text()), 10_000), phonePhoto(t)

			code := report(reporter, file, photo)
			signIn(staff, d.phrase)
			handle(staff, file, photo)
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
func report(b *tab, file, photo []byte) (code string) {
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
	b.do(chromedp.Click(saying("summary", b.words.Text("public.files-more"))))
	b.attachTo("files-2", "IMG_0001.jpg", photo)
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
	// The page that says to wait goes on by itself, at any moment: a link on it
	// may be gone before it is pressed, and a question may get no answer.
	eventually(b, "the queue opens", func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, browserTime)
		defer cancel()
		heading, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? document.querySelector("h1").innerText : ""`))
		return err == nil && heading == b.words.Text("desk.queue")
	})
}

func lock(b *tab) {
	b.Helper()
	b.press(http.StatusOK, b.words.Text("desk.lock"))
	b.heads(b.words.Text("desk.sign-in"))
	b.shows(b.words.Text("desk.locked"))
}

// handle finds the report in the queue and takes it to its end.
func handle(b *tab, file, photo []byte) {
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
	photos(b, photo)
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

// keptApart checks what the network log says: the public site neither set nor
// was sent a cookie. That nothing went elsewhere is checked of every tab.
func keptApart(t *testing.T, reporter, staff *tab) {
	t.Helper()
	for _, b := range []*tab{reporter, staff} {
		b.mu.Lock()
		defer b.mu.Unlock()
	}
	if len(reporter.cookies) > 0 {
		t.Errorf("cookies of the public site: %q", reporter.cookies)
	}
	if len(staff.cookies) == 0 {
		t.Error("the network log does not show the desk's cookies, nor then any others")
	}
}
