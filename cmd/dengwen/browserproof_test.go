package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/chromedp/chromedp"
)

// walkProof comes back to a report on its day and after it, and takes away the
// proof that it was taken, which is checked as its holder can.
func walkProof(b *tab, s *stand, code string) {
	b.Helper()
	w := b.words
	comeBack(b, code)
	b.shows(w.Text("public.prove-later"))
	look(b, "public", "thread-early")
	b.enter(http.StatusOK, "/receipt?lang="+w.Language())
	ask[bool](b, `document.querySelector("main form").setAttribute("action", "/receipt/proof" + location.search) === undefined`)
	b.write("receipt", code)
	b.press(http.StatusConflict, w.Text("public.lookup-send"))
	b.shows(w.Text("public.fault-early"))
	look(b, "public", "lookup-early")
	s.Clock.Add(8 * time.Hour)
	if err := s.CloseDays(b.Context()); err != nil {
		b.Fatal(err)
	}
	comeBack(b, code)
	b.shows(w.Text("public.add-closed"))
	look(b, "public", "thread-closed")
	b.do(chromedp.Click(saying("summary", w.Text("public.prove-open"))))
	b.press(http.StatusOK, w.Text("public.prove-send"))
	b.heads(w.Text("public.prove"))
	look(b, "public", "proof")
	shown := ask[string](b, `document.getElementById("proof").value`)
	name, file := b.download(saying("button", w.Text("public.prove-file")))
	if string(file) != shown || !regexp.MustCompile(`^dengwen.*\.tlog-proof$`).MatchString(name) {
		b.Errorf("%s is %q, and the page shows %q", name, file, shown)
	}
	state, err := s.State(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	kept := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(kept, file, 0o600); err != nil {
		b.Fatal(err)
	}
	atDemo(b.T, "verify", kept, "--key", state.Key)
	b.press(http.StatusOK, w.Text("public.prove-back"))
	b.heads(w.Text("public.thread-title"))
}
