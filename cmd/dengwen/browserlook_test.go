package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"dengwen/web/ui"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The widths at which pages are looked at: a small telephone, and a desk.
var widths = []int64{320, 1280}

const (
	windowHeight   = 900
	pictureQuality = 30 // of WebP: text stays sharp, and a page takes some 50 KB
)

// screenshots names a directory that takes a picture of every page that is
// looked at. Without it none is taken.
const screenshots = "DENGWEN_SCREENSHOTS"

// look checks how a page that a tab was just shown is made and laid out, and
// that its keyboard begins at the link past the header.
func look(b *tab, site, page string) {
	b.Helper()
	lookAt(b, site, page)
	b.do(chromedp.KeyEvent(kb.Tab))
	if first := ask[string](b, firstFocus); first != "" {
		b.Errorf("%s-%s in %s: the focus begins at %s", site, page, b.words.Language(), first)
	}
	// The link lies over the page while it has the focus, and would take clicks.
	ask[bool](b, `document.activeElement.blur() === undefined`)
}

// lookAt checks how the page of a tab is made and laid out: with all open that
// opens, at both widths, in both sizes of text. It takes pictures of the page as
// it was if they are wanted.
func lookAt(b *tab, site, page string) {
	b.Helper()
	name, language := site+"-"+page, b.words.Language()
	ask[bool](b, openAll)
	for _, fault := range ask[[]string](b, fmt.Sprintf(findFaults, language)) {
		b.Errorf("%s in %s: %s", name, language, fault)
	}
	axe(b, name, axeAll)
	if language == ui.Chinese { // the colours are the same in all
		b.colours("dark")
		axe(b, name+" in the dark", axeColours)
		b.colours("light")
	}
	for _, width := range widths {
		b.do(chromedp.EmulateViewport(width, windowHeight))
		for _, size := range []string{"the other size", "its own size"} {
			ask[bool](b, otherSize)
			for _, fault := range ask[[]string](b, findWide) {
				b.Errorf("%s in %s at %d pixels in %s: %s", name, language, width, size, fault)
			}
		}
	}
	ask[bool](b, closeAgain)
	for _, width := range widths {
		b.picture(name, width)
	}
}

// picture takes a picture of the whole page, if pictures are wanted. The window
// is made as high as the page for it: what is below a window's end may not have
// been painted yet.
func (b *tab) picture(name string, width int64) {
	b.Helper()
	dir := os.Getenv(screenshots)
	if dir == "" {
		return
	}
	b.do(chromedp.EmulateViewport(width, windowHeight))
	height := max(windowHeight, ask[int64](b, `document.documentElement.scrollHeight`))
	b.do(chromedp.EmulateViewport(width, height))
	quality := int64(pictureQuality)
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	taken, err := chromedp.Run(ctx, chromedp.Action[page.CaptureScreenshotResult](func(ctx context.Context, at *chromedp.Target) (page.CaptureScreenshotResult, error) {
		return cdp.Call(ctx, at, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
	}))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.webp", name, width, b.words.Language())), taken.Data, 0o644); err != nil {
		b.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, windowHeight))
}

// openAll opens what is closed on a page, and closeAgain closes it.
const (
	openAll    = `document.querySelectorAll("details:not([open])").forEach(d => { d.open = true; d.dataset.was = "closed"; }) === undefined`
	closeAgain = `document.querySelectorAll("details[data-was]").forEach(d => { d.open = false; delete d.dataset.was; }) === undefined`
)

// otherSize changes between normal and large text as the links for it do.
const otherSize = `document.documentElement.classList.toggle("large") !== null`

// findFaults lists what is wrong with a page for people who do not see it, or
// who read another language than its one.
const findFaults = `(language => {
	const faults = [], main = document.querySelector("main");
	const all = css => [...document.querySelectorAll(css)], says = e => (e.innerText || e.textContent).trim();
	const as = e => e.outerHTML.slice(0, 120);
	const name = e => says(e) || (e.getAttribute("aria-label") || "").trim();
	if (document.documentElement.lang !== language) faults.push("lang is " + document.documentElement.lang);
	if (!document.title.trim()) faults.push("no title");
	if (!main || says(main).length < 10) faults.push("nothing on it");
	const headings = all("h1, h2, h3, h4, h5, h6"), h1 = headings.filter(h => h.tagName === "H1");
	if (h1.length !== 1 || !says(h1[0])) faults.push(h1.length + " first headings");
	headings.reduce((above, h) => {
		const level = Number(h.tagName[1]);
		if (level > above + 1 && !h.closest(".errors")) faults.push("level is left out: " + as(h));
		return level;
	}, 1);
	for (const a of all("a")) {
		const to = a.getAttribute("href");
		if (!to || !name(a)) faults.push("empty link: " + as(a));
		if (to && to[0] === "#" && !document.getElementById(to.slice(1))) faults.push("link to nowhere: " + as(a));
	}
	for (const e of all("button")) if (!name(e)) faults.push("empty button: " + as(e));
	for (const e of all("input:not([type=hidden]), select, textarea")) {
		if (![...e.labels].some(name)) faults.push("no label: " + as(e));
	}
	for (const e of all("[aria-describedby], [aria-labelledby]")) for (const of of ["aria-describedby", "aria-labelledby"]) {
		for (const id of (e.getAttribute(of) || "").split(/\s+/)) if (id && !document.getElementById(id)) faults.push(of + " nothing: " + as(e));
	}
	const ids = all("[id]").map(e => e.id);
	for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) faults.push("two elements are " + id);
	for (const e of all("script, iframe, img, link, object, [style], [onclick]")) faults.push("not on a page of ours: " + as(e));
	const left = /\b(public|desk|hotline|calls|page|term|state|route|progress|channel|channels|role|reason|mailbox|trouble|quarantine)\.[a-z]+(-[a-z]+)*\b/.exec(document.title + document.body.innerText);
	if (left) faults.push("a sentence is missing: " + left[0]);
	return faults;
})(%q)`

// findWide lists what does not fit the width of the window.
const findWide = `(() => {
	const root = document.documentElement, faults = [];
	if (root.scrollWidth > innerWidth) {
		const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5);
		faults.push("scrolls sideways, " + root.scrollWidth + " pixels: " + out.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(" | "));
	}
	for (const e of document.querySelectorAll("main h1, main p, main button, main .button, main .tag, main label, main td, main dd, header *")) {
		const box = e.getBoundingClientRect();
		if (box.width > 0 && box.left >= 0 && box.right > innerWidth + 0.5) faults.push("cut off: " + e.outerHTML.slice(0, 120));
	}
	return faults;
})()`

// firstFocus says what has the focus unless it is the link past the header,
// where people see it.
const firstFocus = `(() => {
	const e = document.activeElement, box = e.getBoundingClientRect();
	if (!e.classList.contains("skip")) return e.outerHTML.slice(0, 120);
	return box.width > 0 && box.left >= 0 && box.top >= 0 ? "" : "a link that stays out of sight";
})()`
