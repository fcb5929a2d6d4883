package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// download follows a link to a file, which the browser must save and not show.
// It returns the name that the site gave it and its bytes.
func (b *tab) download(xpath string) (name string, data []byte) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserTime)
	defer cancel()
	begun, progress := chromedp.BrowserEvents(ctx, browser.DownloadWillBegin), chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	before := ask[string](b, `document.URL`)
	b.do(chromedp.Click(xpath))
	var file browser.EventDownloadWillBegin
	for e, err := range begun {
		if err != nil {
			b.Fatal(err)
		}
		if strings.HasPrefix(e.URL, b.origin+"/") {
			file = e
			break
		}
	}
	for e, err := range progress {
		if err != nil {
			b.Fatal(err)
		}
		if e.GUID != file.GUID || e.State == browser.DownloadProgressStateInProgress {
			continue
		}
		if e.State != browser.DownloadProgressStateCompleted {
			b.Fatalf("the download of %s is %s", file.URL, e.State)
		}
		break
	}
	b.mu.Lock()
	disposition := b.sent[file.URL]
	b.mu.Unlock()
	if !strings.HasPrefix(disposition, "attachment;") {
		b.Errorf("the file came as %q", disposition)
	}
	if after := ask[string](b, `document.URL`); after != before {
		b.Errorf("the file was opened as a page: %s", after)
	}
	data, err := os.ReadFile(filepath.Join(b.saved, file.GUID))
	if err != nil {
		b.Fatal(err)
	}
	return file.SuggestedFilename, data
}
