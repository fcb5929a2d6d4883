package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dengwen/web/ui"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// These tests read the pages with Chromium, as people do who have scripts off:
// they follow links and press buttons by the words on them. Its browser asks
// for Chinese; whoever reads English follows the link to it.

// browserTime bounds one step of a browser on a slow machine.
const browserTime = 60 * time.Second

// browse starts a Chromium without a window, which ends with the test.
func browse(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("Chromium is not installed, and this test reads the pages with it: apt-get install chromium")
	}
	home := t.TempDir()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(home, "profile")), chromedp.Env("HOME="+home, "TMPDIR="+home),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("accept-lang", "zh-CN"),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		soon, stop := context.WithTimeout(ctx, browserTime)
		if err := chromedp.Cancel(soon); err != nil {
			t.Logf("Chromium had to be killed: %v", err)
		}
		stop()
		cancel()
		free()
		// Its helpers write for a moment longer than it lives.
		eventually(t, "the browser's directory goes", func() bool { return os.RemoveAll(home) == nil })
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// eventually waits until something is so.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for late := time.After(browserTime); !is(); {
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("never: %s", what)
		}
	}
}

// A tab is one window of one person who reads one site, with cookies of its
// own and scripts off.
type tab struct {
	*testing.T
	ctx    context.Context
	origin string // of the site, without the last slash
	words  ui.Words
	saved  string // directory of downloads

	mu        sync.Mutex
	elsewhere []string          // addresses off the site that were asked for
	cookies   []string          // that were sent or set
	sent      map[string]string // Content-Disposition by address
}

// newTab opens a window. Whoever reads the words' language asks for it by the
// first page's link.
func newTab(t *testing.T, ctx context.Context, origin string, words ui.Words) *tab {
	t.Helper()
	b := &tab{T: t, origin: origin, words: words, saved: t.TempDir(), sent: map[string]string{}}
	var cancel context.CancelFunc
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.note))
	t.Cleanup(func() {
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.elsewhere) > 0 {
			t.Errorf("%s made the browser ask for %q", origin, b.elsewhere)
		}
	})
	// The window lives as long as the context of its first step.
	if err := chromedp.Do(b.ctx); err != nil {
		t.Fatal(err)
	}
	b.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}),
		call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		chromedp.EmulateViewport(1280, windowHeight))
	yes := true
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID, DownloadPath: b.saved, EventsEnabled: &yes})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// note keeps what the network log says about privacy.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	keep := func(headers network.Headers, name string) {
		for key, value := range headers {
			if strings.EqualFold(key, name) {
				b.cookies = append(b.cookies, fmt.Sprintf("%s: %v", name, value))
			}
		}
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.origin+"/") {
			b.elsewhere = append(b.elsewhere, e.Request.URL)
		}
		keep(e.Request.Headers, "Cookie")
	case *network.EventRequestWillBeSentExtraInfo:
		keep(e.Headers, "Cookie")
	case *network.EventResponseReceivedExtraInfo:
		keep(e.Headers, "Set-Cookie")
	case *network.EventResponseReceived:
		for key, value := range e.Response.Headers {
			if strings.EqualFold(key, "Content-Disposition") {
				b.sent[e.Response.URL] = fmt.Sprint(value)
			}
		}
	}
}
