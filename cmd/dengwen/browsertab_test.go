package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// call is a command of the browser's protocol as an action.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := cdp.Call(ctx, at, command, params)
		return err
	})
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%v on\n%s", err, b.page())
	}
}

// load takes a step that leads to another page, which must have the status.
func (b *tab) load(status int, step chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		b.Fatalf("%v on\n%s", err, b.page())
	}
	if answer == nil || answer.Status != int64(status) {
		b.Fatalf("the answer is %+v, want status %d:\n%s", answer, status, b.page())
	}
}

// enter types an address of the site.
func (b *tab) enter(status int, path string) {
	b.Helper()
	b.load(status, chromedp.Func(func(ctx context.Context, at *chromedp.Target) error {
		_, err := chromedp.Navigate(b.origin+path)(ctx, at)
		return err
	}))
}

// begin types the site's address and goes over to the reader's language.
func (b *tab) begin(path string) {
	b.Helper()
	b.enter(http.StatusOK, path)
	if b.reads() != b.words.Language() {
		b.follow(b.words.Text("page.language"))
	}
	if got := b.reads(); got != b.words.Language() {
		b.Fatalf("the page is in %s", got)
	}
}

// reads is the language of the page.
func (b *tab) reads() string { return ask[string](b, `document.documentElement.lang`) }

// ask evaluates an expression on the page, as the developer tools do, which
// work without the page's scripts.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

// page is the address and the words of the page, for messages.
func (b *tab) page() string {
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.URL + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// shows checks that people see these words on the page.
func (b *tab) shows(want ...string) {
	b.Helper()
	text := ask[string](b, `document.body.innerText`)
	for _, w := range want {
		if !strings.Contains(text, w) {
			b.Errorf("the page does not show %q:\n%s", w, b.page())
		}
	}
}

// heads checks that the page is the one with this heading.
func (b *tab) heads(want string) {
	b.Helper()
	if got := ask[string](b, `document.querySelector("h1")?.innerText`); got != want {
		b.Fatalf("the page is %q, want %q:\n%s", got, want, b.page())
	}
}

// saying finds the elements of a name that show the words.
func saying(element, words string) string {
	return fmt.Sprintf(`//%s[contains(normalize-space(.), "%s")]`, element, words)
}

// follow follows the first link that shows the words, press presses a button.
func (b *tab) follow(words string) {
	b.Helper()
	b.load(http.StatusOK, chromedp.Click(saying("main//a", words)+" | "+saying("a", words)))
}

func (b *tab) press(status int, words string) {
	b.Helper()
	b.load(status, chromedp.Click(saying("button", words)))
}

// write types into the field that an id names, choose chooses from a list.
func (b *tab) write(id, text string) {
	b.Helper()
	b.do(chromedp.SendKeys(chromedp.ID(id), text))
}

func (b *tab) choose(id, value string) {
	b.Helper()
	b.do(chromedp.SetValue(chromedp.ID(id), value))
	if got := ask[string](b, `document.getElementById("`+id+`").value`); got != value {
		b.Fatalf("%s: there is no %q to choose:\n%s", id, value, b.page())
	}
}

func (b *tab) click(css string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// attach chooses a file that is made for it, in the form's first place for
// files; attachTo in the place that an id names.
func (b *tab) attach(name string, data []byte) {
	b.Helper()
	b.attachTo("files", name, data)
}

func (b *tab) attachTo(id, name string, data []byte) {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	b.do(chromedp.SetUploadFiles(chromedp.ID(id), []string{path}))
}
