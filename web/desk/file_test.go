package desk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/web/desk"
	"dengwen/web/ui"
)

// links are the addresses of a page's downloads.
func links(page answer) (list []string) {
	for m := range tags(page.text) {
		if to := attrs(m.attrs)["href"]; strings.Contains(to, "/file/") {
			list = append(list, to)
		}
	}
	return list
}

// TestFiles: what comes out is what was sent, as nothing but bytes.
func TestFiles(t *testing.T) {
	b := newBox(t)
	b.hire(t, "member", triage.Member)
	b.hire(t, "keeper", triage.Custodian)
	var files []intake.File
	var contents []string
	for i, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 128 << 10, 300_000} {
		content := strings.Repeat("<script>alert(1)</script>附", size/20+1)[:size]
		contents = append(contents, content)
		files = append(files, textFile(fmt.Sprintf("页%d.html\r\nX: y", i), "text/html; charset=utf-8", content))
	}
	files = append(files, textFile(".原件.svg", "image/svg+xml", "<svg/>"))
	id, receipt := b.submit(t, withFiles(b, "有附件", files...))
	_, err := b.Add(t.Context(), receipt, &intake.Addition{Arrived: b.clock.Now(), Text: "补充", Files: filesOf(textFile("补充.txt", "text/plain", "补充的附件"))})
	check(t, err)
	s := b.site(t, nil)
	u := newBrowser(t, s, ui.English)
	u.signIn("member", other)
	page := u.get(u.base + "report/" + id)
	list := links(page)
	if len(list) != len(contents)+1 {
		t.Fatalf("%d downloads: %q", len(list), list)
	}
	names := map[string]bool{}
	for i, want := range append(contents, "补充的附件") {
		before := b.kinds(t, id)[entry.KindRead]
		a := u.get(list[i]).wants(t, 200)
		if a.text != want {
			t.Errorf("file %d: %d bytes, want %d", i, len(a.text), len(want))
		}
		for name, want := range map[string]string{
			"Content-Type": "application/octet-stream", "Content-Length": fmt.Sprint(len(want)),
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("file %d: %s is %q", i, name, got)
			}
		}
		name := a.Header.Get("Content-Disposition")
		if names[name] || !strings.HasPrefix(name, `attachment; filename="report-`+id[:8]+"-") || !strings.HasSuffix(name, `.bin"`) || strings.ContainsAny(name, "页\r\n") {
			t.Errorf("file %d: %q", i, name)
		}
		names[name] = true
		if n := b.kinds(t, id)[entry.KindRead]; n != before+1 {
			t.Errorf("file %d: %d entries say that it was read", i, n-before)
		}
	}

	// The original is the custodian's, and the files are not.
	k := newBrowser(t, s, ui.English)
	k.signIn("keeper", other)
	report := k.base + "report/" + id
	opened := k.submit(k.get(report+"/identity"), report+"/identity").wants(t, 200, ".原件.svg")
	original := links(opened)
	if len(original) != 1 {
		t.Fatalf("originals: %q", original)
	}
	if a := k.get(original[0]).wants(t, 200); a.text != "<svg/>" {
		t.Errorf("the original is %q", a.text)
	}
	k.get(strings.Replace(list[0], u.base, k.base, 1)).wants(t, 403, says(ui.English, "desk.forbidden"))
	u.get(strings.Replace(original[0], k.base, u.base, 1)).wants(t, 403, says(ui.English, "desk.forbidden"))
	if b.kinds(t, id)[entry.KindDenied] != 2 {
		t.Error("what was denied is not written")
	}
}

// TestKinds: what a file is likely to be is told by what a double click does.
func TestKinds(t *testing.T) {
	for name, want := range map[string]string{
		"a.JPG": "picture", "a.jpg.exe": "program", "a.exe. .": "program", "a.pdf": "document", "a.docm": "macro", "a": "unknown", "": "unknown", ".lnk": "program",
		"a.jpg\u202e": "unknown", "账本.xlsx": "sheet", "a.svg": "web", "a.eml": "mail", "a.7z": "archive", "a.amr": "sound", "a.mp4": "video", "a.txt": "text",
	} {
		if got := desk.KindOf(name, ""); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for media, want := range map[string]string{"image/png": "picture", "AUDIO/x": "sound", "video/mp4": "video", "message/rfc822": "mail", "text/html": "unknown", "": "unknown", "/": "unknown"} {
		if got := desk.KindOf("", media); got != want {
			t.Errorf("%q: %s, want %s", media, got, want)
		}
	}
	if got := desk.KindOf("a.xyz", "image/png"); got != "unknown" {
		t.Errorf("a name that says something else than the type: %s", got)
	}
}

// broken are the ways in which stored bytes can be bad.
var broken = map[string]func(io.ReadCloser) io.ReadCloser{
	"changed at the end": func(r io.ReadCloser) io.ReadCloser {
		return changed(r, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	},
	"changed in between": func(r io.ReadCloser) io.ReadCloser {
		return changed(r, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	},
	"cut":                  func(r io.ReadCloser) io.ReadCloser { return changed(r, func(b []byte) []byte { return b[:len(b)-20] }) },
	"longer":               func(r io.ReadCloser) io.ReadCloser { return changed(r, func(b []byte) []byte { return append(b, 0) }) },
	"stops being readable": func(r io.ReadCloser) io.ReadCloser { return stops{r} },
}

// changed leaves alone what is too small to be a file of these tests.
func changed(r io.ReadCloser, change func([]byte) []byte) io.ReadCloser {
	b, err := io.ReadAll(r)
	if err == nil && len(b) > 100_000 {
		b = change(b)
	}
	return struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(b), r}
}

// stops yields small parts only.
type stops struct{ io.ReadCloser }

func (s stops) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p[:min(len(p), 4000)])
	if n == 4000 {
		return 0, errors.New("no such page of the disk, says the canary")
	}
	return n, err
}

// TestBrokenFile: over a real connection, a file that is not what was sealed
// never arrives whole.
func TestBrokenFile(t *testing.T) {
	b := newBox(t)
	content := strings.Repeat("0123456789abcdef", 20_000)
	id, _ := b.submit(t, withFiles(b, "有附件", textFile("a.bin", "", content)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	s := b.site(t, func(o *desk.Options) { o.Listen = l.Addr().String() })
	server := &http.Server{Handler: s}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	jar, err := cookiejar.New(nil)
	check(t, err)
	client := &http.Client{Jar: jar, Transport: &http.Transport{}}
	defer func() {
		client.CloseIdleConnections()
		check(t, server.Close())
		<-ended
	}()
	root := "http://" + l.Addr().String()
	read := func(a *http.Response, err error) (answer, error) {
		check(t, err)
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		return answer{a, string(text)}, err
	}
	page, err := read(client.Get(root + "/"))
	check(t, err)
	queue, err := read(client.PostForm(root+"/sign-in", with(formOf(t, page, "/sign-in"), "name", leader, "passphrase", phrase)))
	check(t, err)
	queue.wants(t, 200, "有附件")
	report, err := read(client.Get(queue.Request.URL.String() + "report/" + id))
	check(t, err)
	file := root + links(report)[0]
	if a, err := read(client.Get(file)); err != nil || a.text != content {
		t.Fatalf("%d bytes: %v", len(a.text), err)
	}
	for name, how := range broken {
		b.part = how
		a, err := read(client.Get(file))
		b.part = nil
		if a.StatusCode == 200 && (err == nil || len(a.text) >= len(content)) {
			t.Errorf("%s: %d bytes arrive, and the end: %v", name, len(a.text), err)
		}
		if a.StatusCode != 200 {
			a.wants(t, 500)
		}
		if a.StatusCode == 200 && !strings.HasPrefix(content, a.text) {
			t.Errorf("%s: other bytes arrive", name)
		}
	}
	if log := b.log.String(); strings.Contains(log, "canary") || strings.Contains(log, id) || strings.Contains(log, "127.0.0.1") || !strings.Contains(log, "damaged") {
		t.Errorf("the log says %s", log)
	}
}

// lateError yields a whole file and then an error.
type lateError struct{ io.ReadCloser }

func (l lateError) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if err == io.EOF {
		err = intake.ErrDamaged
	}
	return n, err
}

// TestLateError: what is found out only behind the last byte keeps that byte
// back, and breaks the connection off.
func TestLateError(t *testing.T) {
	b := newBox(t)
	for _, size := range []int{0, 1, 64 << 10, 64<<10 + 1, 128 << 10, 200_000} {
		id, _ := b.submit(t, withFiles(b, "有附件", textFile("a.bin", "", strings.Repeat("x", size))))
		f := &failing{file: func(r io.ReadCloser) io.ReadCloser { return lateError{r} }}
		u := newBrowser(t, siteOver(t, b, f), ui.English)
		u.signIn(leader, phrase)
		r := u.request(http.MethodGet, links(u.get(u.base + "report/" + id))[0], nil)
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if p := recover(); p == nil && w.Code == 200 || p != nil && p != http.ErrAbortHandler {
					t.Errorf("%d bytes: the answer ends as if it were whole; %v", size, p)
				}
			}()
			u.site.ServeHTTP(w, r)
		}()
		if w.Code == 200 && w.Body.Len() >= size {
			t.Errorf("%d bytes: all of them arrive", size)
		}
		if size <= 64<<10-1 && w.Code != 500 {
			t.Errorf("%d bytes: %d", size, w.Code)
		}
	}
}

// TestLockBreaksOff: no more of a file comes once its session is locked.
func TestLockBreaksOff(t *testing.T) {
	b := newBox(t)
	id, _ := b.submit(t, withFiles(b, "有附件", textFile("a.bin", "", strings.Repeat("x", 300_000))))
	f := &failing{}
	u := newBrowser(t, siteOver(t, b, f), ui.English)
	u.signIn(leader, phrase)
	page := u.get(u.base + "report/" + id)
	f.file = func(r io.ReadCloser) io.ReadCloser {
		u.submit(page, u.base+"lock")
		return r
	}
	w := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || w.Body.Len() > 64<<10 {
			t.Errorf("%d bytes arrive; %v", w.Body.Len(), p)
		}
	}()
	u.site.ServeHTTP(w, u.request(http.MethodGet, links(page)[0], nil))
}
