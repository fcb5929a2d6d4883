package main

import (
	"net/http"
	"strings"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/chromedp"
)

// TestBrowserStates looks at what the public site shows when something is not
// as on any day: old forms, many forms, photos, large files, printed pages, and
// the proof that comes when the day is closed.
func TestBrowserStates(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	for _, words := range []ui.Words{chinese, english} {
		t.Run(words.Language(), func(t *testing.T) {
			s := newStand(t)
			b := newTab(t, ctx, s.url, words)
			walkNotice(b)
			walkLarge(b)
			code := sendPhotos(b)
			sendTwice(b, s)
			walkLimits(b, s)
			walkProof(b, s, code)
		})
	}
}

// walkNotice looks at the notice with its address, on a screen and on paper,
// and takes the way from it to a form for one unit.
func walkNotice(b *tab) {
	b.Helper()
	b.begin("/")
	b.shows(standAddress)
	look(b, "public", "notice-address")
	b.media("print", "light")
	b.picture("public-notice-print", 1280)
	paper := ask[string](b, `document.body.innerText`)
	for _, no := range []string{b.words.Text("page.exit"), b.words.Text("page.skip"), b.words.Text("public.start"), b.words.Text("public.open"), b.words.Text("public.nav-privacy")} {
		if strings.Contains("\n"+paper+"\n", "\n"+no+"\n") {
			b.Errorf("on paper: %q", no)
		}
	}
	if !strings.Contains(paper, standAddress) || !ask[bool](b, `(() => { const box = document.querySelector(".qr").getBoundingClientRect(); return box.width > 100 && box.width === box.height; })()`) {
		b.Errorf("the printed notice does not show its address as a code:\n%s", paper)
	}
	b.media("screen", "dark")
	b.picture("public-notice-dark", 320)
	b.media("screen", "light")
	b.follow("市教育局")
	if got := ask[string](b, `document.getElementById("unit").value`); got != "市教育局" {
		b.Errorf("the form is for %q", got)
	}
	look(b, "public", "report-unit")
}

// walkLarge chooses large text, which stays.
func walkLarge(b *tab) {
	b.Helper()
	w := b.words
	b.follow(w.Text("page.large"))
	if got := ask[string](b, `document.getElementById("unit").value`); got != "市教育局" {
		b.Errorf("with large text the form is for %q", got)
	}
	look(b, "public", "report-large")
	b.follow(w.Text("public.nav-notice"))
	if ask[string](b, `getComputedStyle(document.documentElement).fontSize`) <= "20px" {
		b.Error("the text is not large any more")
	}
	b.follow(w.Text("page.normal"))
}

// sendPhotos sends two photos with a form that the site does not know any more,
// and once more with the one that it gets for it. Their receipt is printed.
func sendPhotos(b *tab) (code string) {
	b.Helper()
	w := b.words
	b.follow(w.Text("public.nav-report"))
	b.write("text", dayText)
	b.choose("unit", "市教育局")
	photos := func() {
		b.attach("IMG_0001.jpg", phonePhoto(b))
		b.attachTo("files-2", "IMG_0002.HEIC", heicPhoto())
	}
	b.do(chromedp.Click(saying("summary", w.Text("public.files-more"))))
	photos()
	ask[bool](b, `(document.querySelector("input[name=stamp]").value = "of another day") !== ""`)
	b.press(http.StatusConflict, w.Text("public.send"))
	b.shows(w.Text("public.fault-stale"), w.Text("public.again", "Names", "IMG_0001.jpg · IMG_0002.HEIC"))
	if got := ask[string](b, `document.getElementById("text").value + document.getElementById("unit").value`); got != dayText+"市教育局" {
		b.Errorf("given back: %q", got)
	}
	look(b, "public", "report-stale")
	b.do(chromedp.Click(saying("summary", w.Text("public.files-more"))))
	photos()
	b.press(http.StatusOK, w.Text("public.send"))
	b.shows(w.Text("public.receipt-next-files", "Count", 2), w.Text("public.receipt-next-cleaned", "Count", 1), w.Text("public.receipt-next-apart", "Count", 1))
	look(b, "public", "receipt-photos")
	code = receiptOn(b)
	b.media("screen", "dark")
	b.picture("public-receipt-dark", 320)
	b.media("print", "light")
	b.picture("public-receipt-print", 1280)
	if paper := strings.TrimSpace(ask[string](b, `document.body.innerText`)); strings.Join(strings.Fields(paper), " ") != code {
		b.Errorf("on paper the receipt says %q", paper)
	}
	b.media("screen", "light")
	return code
}

// sendTwice presses the button of one form twice, as the impatient do, and loads
// its answer again: that is one report, and one code. Whoever goes back from it
// finds an empty form and can write another report.
func sendTwice(b *tab, s *stand) {
	b.Helper()
	w := b.words
	count := func() int64 {
		n, err := s.Size(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	before := count()
	b.enter(http.StatusOK, "/report?lang="+w.Language())
	b.write("text", dayMore)
	b.load(http.StatusOK, chromedp.DoubleClick(saying("button", w.Text("public.send"))))
	eventually(b, "the receipt comes", func() bool { return b.has(".digits") })
	code := receiptOn(b)
	b.do(chromedp.Reload())
	if again := receiptOn(b); again != code {
		b.Errorf("the form that was sent again has two codes, %s and %s", code, again)
	}
	if n := count() - before; n != 1 {
		b.Errorf("the form that was sent again is %d reports", n)
	}
	b.do(chromedp.NavigateBack())
	b.heads(w.Text("public.report-title"))
	if left := ask[string](b, `document.getElementById("text").value`); left != "" {
		b.Errorf("who uses the telephone next reads %q", left)
	}
	b.write("text", dayMore)
	b.press(http.StatusOK, w.Text("public.send"))
	if other := receiptOn(b); other == code || count()-before != 2 {
		b.Errorf("another report has the code %s, and there are %d", other, count()-before)
	}
}

// walkLimits sends too large a file, and too many forms.
func walkLimits(b *tab, s *stand) {
	b.Helper()
	w := b.words
	b.enter(http.StatusOK, "/report?lang="+w.Language())
	b.write("text", dayText)
	b.attach("合同扫描件.pdf", make([]byte, standFile+1))
	b.press(http.StatusRequestEntityTooLarge, w.Text("public.send"))
	b.shows(w.Text("public.error-file", "Name", "合同扫描件.pdf", "Most", ui.Size(standFile)))
	look(b, "public", "report-file")

	s.client.Store("203.0.113.7:40000")
	b.press(http.StatusOK, w.Text("public.send"))
	b.enter(http.StatusOK, "/report?lang="+w.Language())
	b.write("text", dayNote+dayMore)
	b.press(http.StatusTooManyRequests, w.Text("public.send"))
	b.shows(w.Text("public.fault-rate"))
	look(b, "public", "report-rate")
	s.client.Store("")
	b.press(http.StatusOK, w.Text("public.send"))
	receiptOn(b)
}
