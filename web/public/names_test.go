package public_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"dengwen/intake"
	"dengwen/web/ui"
)

// named is a form with one file, whose name is given as the head of its part
// has it.
func named(path, text, filename, body string) *http.Request {
	form := "--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" + text +
		"\r\n--B\r\nContent-Disposition: form-data; name=\"files\"; " + filename + "\r\n\r\n" + body + "\r\n--B--\r\n"
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=B")
	return r
}

// paths lists everything below a directory that is not in the box.
func paths(t testing.TB, dir, box string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if path == box {
			return filepath.SkipDir
		}
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A file's name is what its sender called it and nothing else: it is kept with
// the file, shown so that nothing obeys it, and no path.
func TestNames(t *testing.T) {
	w := newWorld(t)
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Dir(w.Path)
	here, beside := paths(t, cwd, w.Path), paths(t, outside, w.Path)
	open, long := w.Clock.Now(), strings.Repeat("长", 1000)
	var want [][2]string // what it is about, which is the file's content, and the name that is kept
	for _, tt := range []struct{ what, head, name string }{
		{"upwards", `filename="../../../../tmp/evil.txt"`, "evil.txt"},
		{"only upwards", `filename="../.."`, ".."},
		{"absolute", `filename="/etc/cron.d/evil"`, "evil"},
		{"of Windows", `filename="C:\Users\someone\evil.txt"`, "evil.txt"},
		{"of a share", `filename="\\server\share\evil.txt"`, "evil.txt"},
		{"upwards, encoded", `filename*=UTF-8''..%2F..%2Fevil.txt`, "evil.txt"},
		{"upwards, percent", `filename="..%2Fevil.txt"`, "..%2Fevil.txt"},
		{"a box's own", `filename="box.db"`, "box.db"},
		{"NUL", `filename*=UTF-8''a%00b.txt`, "a\x00b.txt"},
		{"NUL in the head", "filename=\"a\x00b.txt\"", "a_b.txt"},
		{"CRLF", `filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1.txt`, "a\r\nSet-Cookie: x=1.txt"},
		{"CRLF as browsers write it", `filename="a%0D%0Ab.txt"`, "a%0D%0Ab.txt"},
		{"control characters", `filename*=UTF-8''a%1B%5B31m%08%7Fb.txt`, "a\x1b[31m\b\x7fb.txt"},
		{"turned round", "filename=\"\u202egpj.exe\"", "\u202egpj.exe"},
		{"lines", "filename=\"a\u2028b\u2029c\u0085.txt\"", "a\u2028b\u2029c\u0085.txt"},
		{"markup", `filename*=UTF-8''%22%3E%3Cimg%20src%3Dx%3E.txt`, `"><img src=x>.txt`},
		{"1,000 characters", `filename="` + long + `.txt"`, long + ".txt"},
		{"GBK", "filename=\"\xc4\xe3.txt\"", "\ufffd.txt"},
	} {
		shown := ui.Visible(tt.name)
		inert := func(where string, p page) {
			t.Helper()
			if i := strings.IndexFunc(p.body, func(r rune) bool {
				return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
			}); i >= 0 {
				t.Errorf("%s, %s: %q is on the page", tt.what, where, p.body[i])
			}
			if !p.shows(shown) {
				t.Errorf("%s, %s: %q is not named", tt.what, where, shown)
			}
		}
		inert("an error", do(t, w.handler, named("/report", "太短", tt.head, "x")))
		inert("too large", do(t, w.handler, named("/report", "够十个字的一段正文在此", tt.head, strings.Repeat("x", 1001))))
		w.Clock.Set(time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC))
		inert("closed", do(t, w.handler, named("/report", "够十个字的一段正文在此", tt.head, "x")))
		w.Clock.Set(open)
		p := do(t, w.handler, named("/report", "够十个字的一段正文在此", tt.head, tt.what))
		if p.status != http.StatusOK || p.shows(shown) {
			t.Fatalf("%s: %d, or the receipt's page names the file", tt.what, p.status)
		}
		kept := tt.name
		if r := []rune(kept); len(r) > intake.MaxFileName { // the ending stays
			kept = string(r[:intake.MaxFileName-len(".txt")]) + ".txt"
		}
		want = append(want, [2]string{tt.what, kept})
	}
	for i, got := range w.reports(t) {
		if len(got.Files) != 1 || got.Bytes[0] != want[i][0] || got.Files[0].Name != want[i][1] || strings.ContainsAny(got.Files[0].Name, `/\`) {
			t.Errorf("%s: kept are %+v and %q, not %q", want[i][0], got.Files, got.Bytes, want[i][1])
		}
	}
	if got := paths(t, cwd, w.Path); !slices.Equal(got, here) {
		t.Errorf("something is new here: %q", got)
	}
	if got := paths(t, outside, w.Path); !slices.Equal(got, beside) {
		t.Errorf("something is new beside the box: %q", got)
	}
}

// padded is a form of just this length, files and all.
func padded(t testing.TB, length int) []byte {
	t.Helper()
	const rest = "\r\n--B--\r\n"
	head := "--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n够十个字的一段正文在此\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"证据.txt\"\r\n\r\nwords\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"other.bin\"\r\n\r\n"
	return slices.Concat([]byte(head), bytes.Repeat([]byte("x"), length-len(head)-len(rest)), []byte(rest))
}

// unread is a body whose length is not announced.
type unread struct{ io.Reader }

// A body may be of its limit. One byte more, and it is refused wherever that is
// found out, and nothing of it is left.
func TestBodyLimit(t *testing.T) {
	const limit = 3*1000 + 2<<20 // what the options of a world let in
	for length, status := range map[int]int{limit: http.StatusOK, limit + 1: http.StatusRequestEntityTooLarge} {
		for what, body := range map[string]io.Reader{"announced": bytes.NewReader(padded(t, length)), "not announced": unread{bytes.NewReader(padded(t, length))}} {
			w := newWorld(t)
			r := httptest.NewRequest(http.MethodPost, "/report", body)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=B")
			p := do(t, w.handler, r)
			if p.status != status {
				t.Errorf("%d bytes, %s: %d", length, what, p.status)
			}
			if status == http.StatusOK {
				continue
			}
			if !p.shows("够十个字的一段正文在此") || !p.shows("内容太大，没有收下") || !p.shows("证据.txt") {
				t.Errorf("%d bytes, %s: %s", length, what, p.words())
			}
			w.none(t, fmt.Sprint(what))
		}
	}
}
