package desk_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/web/ui"
)

// body is a form with a file, the fields first.
func body(t testing.TB, name string, content []byte, pairs ...string) (kind string, b []byte) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(t, w.WriteField(pairs[i], pairs[i+1]))
	}
	p, err := w.CreateFormFile("file", name)
	check(t, err)
	_, err = p.Write(content)
	check(t, err)
	check(t, w.Close())
	return w.FormDataContentType(), buf.Bytes()
}

// upload sends a file by the form of a page.
func (b *browser) upload(page answer, name, content string, pairs ...string) answer {
	b.t.Helper()
	form := with(formOf(b.t, page, b.base+"import"), pairs...)
	fields := []string{"token", form.Get("token")}
	form.Del("token")
	for k, v := range form {
		fields = append(fields, k, v[0])
	}
	kind, data := body(b.t, name, []byte(content), fields...)
	return b.follow(b.sendBody(b.base+"import", kind, bytes.NewReader(data)))
}

func (b *browser) sendBody(path, kind string, in io.Reader) answer {
	b.t.Helper()
	r := b.request(http.MethodPost, path, nil)
	r.Body, r.ContentLength = io.NopCloser(in), -1
	r.Header.Set("Content-Type", kind)
	return b.send(r)
}

// importer signs in a member, and opens the form.
func importer(t testing.TB, s http.Handler, language string) (*browser, answer) {
	u := newBrowser(t, s, language)
	u.signIn(leader, phrase)
	return u, u.get(u.base+"import").wants(t, 200, says(language, "hotline.text"))
}

// TestTooLarge: a file may have so many bytes and no more. It is sent as it is
// made, so that a test needs none of it in memory.
func TestTooLarge(t *testing.T) {
	const l = ui.English
	b := newBox(t)
	u, page := importer(t, deskWith(t, b, newRig(t, b), nil), l)
	kind, data := body(t, "a.csv", []byte("x"), "token", formOf(t, page, u.base+"import").Get("token"), "zone", "UTC", "columns", "time=某时")
	cut := bytes.LastIndex(data, []byte("\r\n--"))
	more := io.LimitReader(endless{}, intake.MaxUpload)
	a := u.sendBody(u.base+"import", kind, io.MultiReader(bytes.NewReader(data[:cut]), more, bytes.NewReader(data[cut:])))
	a.wants(t, 413, says(l, "page.errors"), says(l, "hotline.large", "Max", ui.Size(intake.MaxUpload)))
	if !strings.Contains(a.text, `value="time=某时"`) || !strings.Contains(a.text, `value="UTC" selected`) || !strings.Contains(a.text, "<details open>") {
		t.Error("what was typed is lost")
	}
}

// An endless reader has zeros for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
