package main

import (
	"net/http"
	"strings"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/chromedp"
)

// TestBrowserPages looks at every page of both sites in every state that a
// person can bring it to while it is open; those of a closed channel are looked
// at where it closes.
func TestBrowserPages(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	d := showDay(t, chinese, nil)
	for _, words := range []ui.Words{chinese, english} {
		t.Run(words.Language(), func(t *testing.T) {
			reporter, staff := newTab(t, ctx, d.public, words), newTab(t, ctx, d.desk, words)
			walkPublic(reporter)
			code := sendAll(reporter)
			walkDesk(staff, d.phrase)
			walkThread(reporter, code)
			walkRefusals(staff)
		})
	}
}

// walkPublic looks at the pages that everybody reaches, and at their mistakes.
func walkPublic(b *tab) {
	b.Helper()
	w := b.words
	b.begin("/")
	look(b, "public", "notice")
	in := "?lang=" + w.Language()
	for path, page := range map[string]string{"/privacy": "privacy", "/report": "report", "/receipt": "lookup"} {
		b.enter(http.StatusOK, path+in)
		look(b, "public", page)
	}
	b.enter(http.StatusNotFound, "/nowhere"+in)
	look(b, "public", "missing")
	b.enter(http.StatusMethodNotAllowed, "/receipt/add"+in)
	look(b, "public", "method")

	b.enter(http.StatusOK, "/report"+in)
	b.write("subject", strings.Repeat("长", 300))
	b.attach("报价单.txt", []byte("一"))
	b.press(http.StatusUnprocessableEntity, w.Text("public.send"))
	look(b, "public", "report-wrong")
	b.enter(http.StatusOK, "/receipt"+in)
	b.write("receipt", "1234 5678")
	b.press(http.StatusUnprocessableEntity, w.Text("public.lookup-send"))
	look(b, "public", "lookup-wrong")
}

// longText has what is hard to lay out: an unbroken line, lines, and another
// direction of writing.
var longText = "测试：三份报价出自同一家公司。\n\n第二段 " + strings.Repeat("W", 90) + "\n\u05d0\u05d1\u05d2 (1)\n" + strings.Repeat("路面工程验收单据前后不符，", 12)

// sendAll sends a report that fills every field, and looks at its receipt.
func sendAll(b *tab) (code string) {
	b.Helper()
	w := b.words
	b.follow(w.Text("public.nav-report"))
	b.do(insert("text", longText))
	b.write("subject", "路面工程验收单据前后不符，同一批材料出现两个供货商")
	b.choose("unit", "市交通运输局")
	b.write("person", "某甲")
	b.write("post", "养护科科长")
	b.do(chromedp.Click(saying("summary", w.Text("public.persons-more"))))
	b.write("person-1", "某丁")
	b.choose("category", "duty-crime")
	b.do(chromedp.Click(saying("summary", w.Text("public.named-open"))))
	b.write("contact_name", "某乙")
	b.write("contact_way", "0000-7654321")
	b.attach("验收单（第二版）"+strings.Repeat("a", 60)+".docm", []byte("宏"))
	lookAt(b, "public", "report-filled")
	b.press(http.StatusOK, w.Text("public.send"))
	look(b, "public", "receipt")
	return receiptOn(b)
}

// walkDesk looks at the desk from its door to the end of a report.
func walkDesk(b *tab, phrase string) {
	b.Helper()
	w := b.words
	b.begin("/")
	look(b, "desk", "sign-in")
	b.write("name", "leader")
	b.write("passphrase", "wrong")
	b.press(http.StatusForbidden, w.Text("desk.sign-in-button"))
	look(b, "desk", "sign-in-wrong")
	signIn(b, phrase)
	look(b, "desk", "queue")
	b.filter("sms", "", 0)
	look(b, "desk", "queue-empty")
	b.follow(w.Text("desk.queue"))
	b.follow("=HYPERLINK")
	look(b, "desk", "report-hotline")
	b.follow(w.Text("desk.back"))
	b.follow("课后服务收费不入账")
	look(b, "desk", "report-mail")
	b.follow(w.Text("desk.identity-link"))
	look(b, "desk", "identity-ask")
	b.press(http.StatusOK, w.Text("desk.identity-button"))
	look(b, "desk", "identity-mail")
	b.follow(w.Text("desk.back-report"))
	b.follow(w.Text("desk.back"))

	b.follow("路面工程验收单据前后不符")
	look(b, "desk", "report-new")
	b.press(http.StatusBadRequest, w.Text("desk.note-button"))
	look(b, "desk", "report-wrong")
	b.write("note-text", dayNote)
	b.press(http.StatusOK, w.Text("desk.note-button"))
	look(b, "desk", "report-said")
	b.write("reply-text", dayReply)
	b.press(http.StatusOK, w.Text("desk.reply-button"))
	b.click(`input[name=to][value="routed/discipline"]`)
	b.do(insert("decide-text", "材料较全，建议移交。"))
	b.press(http.StatusOK, w.Text("desk.decide-button"))
	look(b, "desk", "report-routed")
	b.press(http.StatusBadRequest, w.Text("desk.hand-over-button"))
	look(b, "desk", "hand-over-wrong")
	b.follow(w.Text("channels.title"))
	b.shows(w.Text("mailbox.connected"))
	look(b, "desk", "channels")
	b.follow(w.Text("desk.accounts"))
	look(b, "desk", "accounts")
}

// walkThread looks at what the holder of a receipt is shown.
func walkThread(b *tab, code string) {
	b.Helper()
	w := b.words
	comeBack(b, code)
	b.shows(dayReply)
	b.do(chromedp.Click(saying("summary", w.Text("public.delete"))))
	lookAt(b, "public", "thread")
	b.press(http.StatusUnprocessableEntity, w.Text("public.add-send"))
	look(b, "public", "thread-wrong")
	b.write("text", dayMore)
	b.attach("报价单 4.txt", []byte("四"))
	b.press(http.StatusOK, w.Text("public.add-send"))
	look(b, "public", "thread-added")
	b.do(chromedp.Click(saying("summary", w.Text("public.delete"))))
	b.shows(w.Text("public.delete-not"))
	b.press(http.StatusOK, w.Text("public.delete-send"))
	b.shows(w.Text("public.delete-done"), w.Text("public.replies-gone"))
	look(b, "public", "thread-deleted")
}

// walkRefusals ends the report, and brings the desk to say no.
func walkRefusals(b *tab) {
	b.Helper()
	w := b.words
	b.follow(w.Text("desk.queue"))
	b.follow("路面工程验收单据前后不符")
	b.click("#hand-sure")
	b.press(http.StatusOK, w.Text("desk.hand-over-button"))
	look(b, "desk", "report-handed-over")
	at := strings.TrimPrefix(ask[string](b, `document.URL`), b.origin)
	session := strings.Join(strings.SplitAfterN(at, "/", 4)[:3], "")
	in := "?lang=" + w.Language()
	b.enter(http.StatusOK, session+"find"+in)
	look(b, "desk", "find")
	b.write("report", "12")
	b.press(http.StatusBadRequest, w.Text("desk.go-on"))
	look(b, "desk", "find-wrong")
	b.enter(http.StatusNotFound, session+"nowhere"+in)
	look(b, "desk", "missing")
	b.enter(http.StatusOK, at)
	b.write("note-text", dayNote)
	ask[bool](b, `[...document.querySelectorAll("input[name=token]")].forEach(e => e.value = "of another session") === undefined`)
	b.press(http.StatusForbidden, w.Text("desk.note-button"))
	look(b, "desk", "stale")
	b.enter(http.StatusOK, at)
	lock(b)
	look(b, "desk", "locked")
	b.enter(http.StatusForbidden, at)
	look(b, "desk", "ended")
}

// insert puts a text into a field as pasting does.
func insert(id, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue(chromedp.ID(id), text)
}
