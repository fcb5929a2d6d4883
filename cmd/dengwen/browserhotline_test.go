package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// The calls that a person would look for: written down, forgotten, and written
// down with a time inside the hours.
const (
	writtenPhone, forgottenPhone, earlyPhone = "00005550101", "00005554321", "00005550199"
	firstMatter                              = "测试：食堂采购的票据对不上"
	correctedMatter                          = firstMatter + "，供货商是同一家"
	slipOfPen                                = "测试：时间没有写清楚的一通"
)

// TestBrowserHotline takes a duty officer's files in at the desk, in each
// language, and looks at every page on the way; what goes wrong, and corrections,
// in one.
func TestBrowserHotline(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	for _, w := range []ui.Words{chinese, english} {
		t.Run(w.Language(), func(t *testing.T) {
			d := beginDay(t, nil)
			phrase, err := readPassphrase(filepath.Join(d.dir, "passphrase.txt"))
			if err != nil {
				t.Fatal(err)
			}
			b := newTab(t, ctx, d.staff, w)
			signIn(b, phrase)
			b.follow(w.Text("hotline.title"))
			look(b, "desk", "hotline")
			// The forms are one, and their words have tests of their own.
			every := w == chinese
			if every {
				wrongFiles(b)
			}
			if sheet := takeLedger(b); every {
				correctLedger(b, sheet)
			}
			takeCalls(b)
			lock(b)
		})
	}
}

// comesTo waits until the page has a heading; one that says to wait goes on by
// itself, at any moment.
func (b *tab) comesTo(heading string) {
	b.Helper()
	eventually(b, "the page is "+heading, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, browserTime)
		defer cancel()
		now, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? document.querySelector("h1").innerText : ""`))
		return err == nil && now == heading
	})
}

// queueShows follows the link to the queue until that shows a report: it is
// brought up to date beside the page.
func (b *tab) queueShows(title string) {
	b.Helper()
	eventually(b, "the queue shows "+title, func() bool {
		b.follow(b.words.Text("desk.queue"))
		b.comesTo(b.words.Text("desk.queue"))
		return strings.Contains(b.page(), title)
	})
}

// panels are the counts of what becomes of a file: accepted, refused, duplicate
// and bad.
func (b *tab) panels(want ...string) {
	b.Helper()
	for _, name := range []string{"good", "late", "known", "wrong"} {
		b.shows(b.words.Text("hotline." + name))
	}
	got := ask[[]string](b, `[...document.querySelectorAll(".panel .count")].map(e => e.innerText)`)
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("accepted, refused, duplicate, bad: %s\n%s", diff, b.page())
	}
}

// wrongFiles sends what is no ledger.
func wrongFiles(b *tab) {
	b.Helper()
	w := b.words
	b.press(http.StatusBadRequest, w.Text("hotline.check"))
	b.shows(w.Text("hotline.no-file"))
	look(b, "desk", "hotline-no-file")
	b.attachTo("file", "值班登记 2003.xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...))
	b.press(http.StatusOK, w.Text("hotline.check"))
	b.comesTo(w.Text("hotline.title"))
	old := map[string]string{ui.Chinese: "这是旧的 .xls 工作簿，或设有密码：请打开后另存为不带密码的 XLSX", ui.English: "This is an old .xls workbook, or one with a password: open it and save it as XLSX without a password"}[w.Language()]
	if got := ask[string](b, `document.getElementById("file-wrong").innerText`); got != old {
		b.Errorf("of an old workbook the page says %q, want %q", got, old)
	}
	look(b, "desk", "hotline-xls")
}

// hotlineBook is a workbook as duty officers keep them: a sheet for each week,
// a column of their own, a note on the last sheet.
func hotlineBook(t *testing.T) []byte {
	heads := []string{"来电时间", "来电人", "电话", "单位", "反映问题", "值班室自编的很长的流水编号"}
	row := func(at, phone, text string) []string {
		return []string{at, "某甲", phone, "市交通运输局", text, "甲-0001"}
	}
	first := [][]string{heads, row("2026-09-08 09:00", writtenPhone, firstMatter), row("2026-09-08 08:32", earlyPhone, "测试：时间写晚了的一通")}
	for i, n := range []string{"一", "二", "三", "四", "五", "六"} {
		first = append(first, row(fmt.Sprintf("2026-09-09 1%d:00", i), fmt.Sprint("0000555011", i), "测试：第"+n+"件事，写得长一些，好看它在窄屏上怎样换行"))
	}
	first[3][2] = "1.38E+10" // a spreadsheet damaged it
	first = append(first, first[len(first)-1], row("2026-09-08 20:00", "00005550120", "测试：晚上的一通"), row("2026-08-01 10:00", "00005550121", "测试：巡察以前的一通"),
		row("昨天上午", "00005550122", slipOfPen), row("2026-09-09 11:30", "00005550123", ""))
	path := filepath.Join(t.TempDir(), "book.xlsx")
	workbook(t, path, [][][]string{first, {heads, row("2026-09-10 09:00", "00005550130", "测试：第二周的一通")}, {{"备忘"}, {"这一页不是登记表"}}})
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// takeLedger has a workbook checked and takes it in. It returns the sheet of
// the rows to correct.
func takeLedger(b *tab) (sheet []byte) {
	b.Helper()
	w := b.words
	b.attachTo("file", "值班登记（第一周至第三周，"+strings.Repeat("x", 60)+"）.xlsx", hotlineBook(b.T))
	b.press(http.StatusOK, w.Text("hotline.check"))
	b.comesTo(w.Text("hotline.preview"))
	b.panels("9", "2", "1", "2")
	b.shows(w.Text("hotline.not-yet"), w.Text("reason.outside-hours"), w.Text("reason.before-period"), w.Text("reason.bad-time"), "第3周", "值班室自编的很长的流水编号", w.Text("hotline.field-none"))
	if page := ask[string](b, `document.documentElement.outerHTML`); strings.Contains(page, writtenPhone) {
		b.Error("the preview shows who called")
	}
	look(b, "desk", "hotline-preview")
	name, sheet := b.download(saying("a", w.Text("hotline.rows-csv")))
	if name != "rows-to-correct.csv" || !bytes.HasPrefix(sheet, []byte("\ufeff")) || bytes.Count(sheet, []byte("\r\n")) != 5 || !bytes.Contains(sheet, []byte(slipOfPen)) {
		b.Errorf("%s:\n%s", name, sheet)
	}
	b.press(http.StatusOK, w.Text("hotline.confirm", "Count", 9))
	b.comesTo(w.Text("hotline.result"))
	b.panels("9", "2", "1", "2")
	b.shows(w.Text("hotline.taken", "Count", 9))
	look(b, "desk", "hotline-result")
	b.queueShows(firstMatter)
	b.shows("测试：第二周的一通")
	if page := b.page(); strings.Contains(page, w.Text("desk.alike-tag")) {
		b.Errorf("a report is pointed out as a duplicate:\n%s", page)
	}
	return sheet
}

// correctLedger puts a time right in the sheet of rows, adds a row that is in
// already with more words, and sends the sheet in.
func correctLedger(b *tab, sheet []byte) {
	b.Helper()
	w := b.words
	b.follow(w.Text("hotline.title"))
	b.heads(w.Text("hotline.result"))
	b.press(http.StatusOK, w.Text("hotline.next-file"))
	b.heads(w.Text("hotline.title"))
	sheet = bytes.Replace(sheet, []byte("昨天上午"), []byte("2026-09-09 15:30"), 1)
	sheet = append(sheet, strings.Join([]string{"", "", "", "2026-09-08 09:00", "某甲", writtenPhone, "市交通运输局", correctedMatter, "甲-0001"}, ",")+"\r\n"...)
	b.attachTo("file", "改正.csv", sheet)
	b.press(http.StatusOK, w.Text("hotline.check"))
	b.comesTo(w.Text("hotline.preview"))
	b.panels("2", "2", "0", "1")
	b.press(http.StatusOK, w.Text("hotline.confirm", "Count", 2))
	b.comesTo(w.Text("hotline.result"))
	b.queueShows(correctedMatter)
	if got := ask[int](b, `[...document.querySelectorAll(".tag")].filter(e => e.innerText === "`+w.Text("desk.alike-tag")+`").length`); got != 2 {
		b.Errorf("%d reports are pointed out as likely duplicates, want the row and its correction:\n%s", got, b.page())
	}
	look(b, "desk", "queue-alike")
	b.follow(correctedMatter)
	b.shows(w.Text("desk.alike"), w.Text("desk.alike-text"))
	look(b, "desk", "report-alike")
}

// takeCalls sends a call record, first without saying its zone, and has the
// ledger held against it.
func takeCalls(b *tab) {
	b.Helper()
	w := b.words
	b.follow(w.Text("calls.title"))
	b.comesTo(w.Text("calls.title"))
	b.shows(w.Text("calls.none"))
	look(b, "desk", "calls-none")
	b.follow(w.Text("hotline.title"))
	b.press(http.StatusOK, w.Text("hotline.next-file"))
	// The exchange writes UTC.
	b.attachTo("file", "Master.csv", callRecord(b.T,
		dialled{at: "2026-09-08 01:00:20", from: writtenPhone, to: "8001", channel: "a"}, dialled{at: "2026-09-08 06:00:00", from: forgottenPhone, to: "8002", channel: "b"},
		dialled{at: "2026-09-08 00:28:00", from: earlyPhone, to: "8001", channel: "c"}, dialled{at: "2026-08-08 01:00:00", from: writtenPhone, to: "8001", channel: "d"}))
	b.press(http.StatusOK, w.Text("hotline.check"))
	b.comesTo(w.Text("hotline.title"))
	b.shows(w.Text("hotline.zone-needed"))
	look(b, "desk", "hotline-zone")
	b.choose("zone", "UTC")
	b.press(http.StatusOK, w.Text("hotline.check"))
	b.comesTo(w.Text("hotline.preview"))
	b.panels("3", "1", "0", "0")
	b.shows(w.Text("hotline.call-record", "Exchange", "FreePBX"), "2026-09-08 09:00")
	look(b, "desk", "hotline-calls")
	b.press(http.StatusOK, w.Text("hotline.confirm-calls", "Count", 3))
	b.comesTo(w.Text("hotline.result"))
	look(b, "desk", "hotline-calls-result")
	b.follow(w.Text("calls.title"))
	b.comesTo(w.Text("calls.title"))
	// It looked a moment ago, and again by itself: more came in since.
	eventually(b, "the calls are compared", func() bool { return strings.Contains(b.page(), w.Text("calls.without")) })
	b.shows("2026-09-08 14:00:00", forgottenPhone[7:], "2026-09-08 08:28:00", w.Text("calls.outside-text"))
	page := ask[string](b, `document.documentElement.outerHTML`)
	for _, no := range []string{"2026-09-08 09:00:20", forgottenPhone, writtenPhone, earlyPhone} {
		if strings.Contains(page, no) {
			b.Errorf("the page of the calls has %s", no)
		}
	}
	look(b, "desk", "calls")
}
