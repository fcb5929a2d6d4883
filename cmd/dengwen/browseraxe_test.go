package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe-core holds a page to WCAG 2.2, levels A and AA, and to what its makers
// know to be good. Its release is pinned by the hash of what npm fetches, in
// package-lock.json.
const axePath = "testdata/axe/node_modules/axe-core/axe.min.js"

var axeScript = sync.OnceValues(func() (string, error) {
	script, err := os.ReadFile(axePath)
	return string(script), err
})

// The rules that a page is held to; in its dark colours, those of colours.
const (
	axeAll     = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}`
	axeColours = `{type: "rule", values: ["color-contrast"]}`
)

// axe fails the test for each rule that the page of a tab does not keep. What
// axe-core cannot judge by itself people must look at: it is in the log.
func axe(b *tab, name, rules string) {
	b.Helper()
	script, err := axeScript()
	if err != nil {
		b.Fatalf("axe-core is not there, and this test reads the pages with it: make needs (%v)", err)
	}
	// It waits for timers, which do not run while scripts are off. The page has
	// no script that would begin to run.
	b.scripts(true)
	defer b.scripts(false)
	if !ask[bool](b, `typeof axe === "object"`) {
		ask[bool](b, script+"\n;true")
	}
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[struct{ Broken, Unsure []string }](fmt.Sprintf(runAxe, rules), chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s in %s: axe: %v", name, b.words.Language(), err)
	}
	for _, f := range found.Broken {
		b.Errorf("%s in %s: axe: %s", name, b.words.Language(), f)
	}
	for _, f := range found.Unsure {
		b.Logf("%s in %s: axe cannot judge: %s", name, b.words.Language(), f)
	}
}

const runAxe = `axe.run({runOnly: %s, resultTypes: ["violations", "incomplete"], preload: false, iframes: false}).then(found => {
	const each = rules => rules.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.html.slice(0, 200) + ": " +
		node.any.concat(node.all, node.none).map(check => check.message).join("; ")));
	if (!found.passes.length) throw new Error("no rule has anything to say");
	return {Broken: each(found.violations), Unsure: each(found.incomplete)};
})`

// scripts lets the page's scripts run, or not.
func (b *tab) scripts(on bool) {
	b.Helper()
	b.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// colours are those that the reader's system prefers: light or dark.
func (b *tab) colours(scheme string) { b.media("screen", scheme) }

// media is what the page is shown on, screen or print, and in which colours.
func (b *tab) media(medium, scheme string) {
	b.Helper()
	b.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
}
