package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dengwen/web/ui"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowserKeys files a report, and reads what became of it, with nothing but
// a keyboard.
func TestBrowserKeys(t *testing.T) {
	t.Parallel()
	ctx := browse(t)
	for _, words := range []ui.Words{chinese, english} {
		t.Run(words.Language(), func(t *testing.T) {
			b := newTab(t, ctx, newStand(t).url, words)
			w := b.words
			b.begin("/")
			b.reach("a", w.Text("public.start"))
			b.enterKey(http.StatusOK)
			formOrder(b)
			skips(b)
			corrects(b)

			b.reach("#unit")
			b.keys(kb.ArrowDown + kb.ArrowDown)
			b.reach("#person")
			b.keys("某甲")
			b.reach("summary", w.Text("public.persons-more"))
			b.keys(kb.Enter)
			b.reach("#person-1")
			b.keys("某丁")
			b.reach("#category")
			b.keys(kb.ArrowDown)
			b.reach("#about_team")
			b.keys(" ")
			b.reach("summary", w.Text("public.named-open"))
			b.keys(kb.Enter)
			b.reach("#contact_name")
			b.keys("某乙")
			typed := ask[string](b, `["unit", "person", "person-1", "category", "about_team", "contact_name"].map(id => document.getElementById(id)).map(e => e.type === "checkbox" ? e.checked : e.value).join("|")`)
			if typed != "市住房和城乡建设局|某甲|某丁|political|true|某乙" {
				b.Errorf("typed: %s", typed)
			}
			b.reach("button", w.Text("public.send"))
			b.enterKey(http.StatusOK)
			code := receiptOn(b)

			b.reach("main a", w.Text("public.nav-receipt"))
			b.enterKey(http.StatusOK)
			b.reach("#receipt")
			b.keys(code)
			b.enterKey(http.StatusOK)
			b.heads(w.Text("public.thread-title"))
		})
	}
}

// formOrder goes once through the form: past the header, out of the site, then
// field by field as they stand. What only robots see is not among them.
func formOrder(b *tab) {
	b.Helper()
	var order []string
	b.blur()
	for range 60 {
		b.keys(kb.Tab)
		at := ask[string](b, `(e => e === document.body ? "" : e.id || e.closest("nav, header, footer")?.className || e.innerText)(document.activeElement)`)
		if at == "" {
			break
		}
		if at == "homepage" {
			b.Error("the field for robots has the focus")
		}
		order = append(order, at)
	}
	w := b.words
	want := []string{w.Text("page.skip"), "exit", "top", w.Text("public.nav-report"), w.Text("public.nav-receipt"), "tongues", "tongues", w.Text("public.anonymous-more"), "text", "subject", "unit", "person", "post", w.Text("public.persons-more"),
		"category", "about_team", w.Text("public.named-open"), "files", w.Text("public.files-more"), w.Text("public.send"), "bottom", "bottom", "bottom", "bottom"}
	if !slices.Equal(order, want) {
		b.Errorf("the focus goes %q, want %q", order, want)
	}
}

// skips takes the link past the header: the next stop is on the page itself.
func skips(b *tab) {
	b.Helper()
	b.blur()
	b.keys(kb.Tab + kb.Enter + kb.Tab)
	if got := ask[string](b, `document.activeElement.innerText`); got != b.words.Text("public.anonymous-more") {
		b.Errorf("past the header the focus is at %q", got)
	}
}

// corrects sends the form with too much in one field and nothing in another: the
// links above it lead to them.
func corrects(b *tab) {
	b.Helper()
	w := b.words
	b.reach("#subject")
	b.keys(strings.Repeat("长", 201))
	b.reach("button", w.Text("public.send"))
	b.enterKey(http.StatusUnprocessableEntity)
	if title := ask[string](b, `document.title`); !strings.HasPrefix(title, w.Text("page.error-title")) {
		b.Errorf("the title does not say that something is wrong: %q", title)
	}
	b.reach(`.errors a[href="#subject"]`)
	b.keys(kb.Enter)
	b.at("subject")
	b.keys(kb.End + strings.Repeat(kb.Backspace, 195))
	b.reach(`.errors a[href="#text"]`)
	b.keys(kb.Enter)
	b.at("text")
	b.keys(dayText)
}

// keys presses keys where the focus is.
func (b *tab) keys(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys, asKeyboards))
}

// asKeyboards makes a key as keyboards send it: where it leads elsewhere when it
// goes down, what then has the focus does not get its character.
func asKeyboards(key *input.DispatchKeyEventParams) {
	if key.Type == kb.KeyDown {
		key.Type = input.DispatchKeyEventTypeRawKeyDown
	}
}

// enterKey presses the key that leads to another page.
func (b *tab) enterKey(status int) {
	b.Helper()
	b.load(status, chromedp.KeyEvent(kb.Enter, asKeyboards))
}

// reach presses Tab until the focus is at an element that shows the words.
func (b *tab) reach(css string, words ...string) {
	b.Helper()
	for range 60 {
		b.keys(kb.Tab)
		if ask[bool](b, fmt.Sprintf(`document.activeElement.matches(%q) && document.activeElement.innerText.includes(%q)`, css, strings.Join(words, ""))) {
			return
		}
	}
	b.Fatalf("the keyboard does not reach %s %s on\n%s", css, words, b.page())
}

// at waits until the focus is at the element of an id: a link within the page
// moves it a little later.
func (b *tab) at(id string) {
	b.Helper()
	eventually(b, "the focus is at "+id, func() bool { return ask[string](b, `document.activeElement.id`) == id })
}

// blur takes the focus from everything, and begins at the page's top again.
func (b *tab) blur() {
	b.Helper()
	b.load(http.StatusOK, chromedp.Reload())
}
