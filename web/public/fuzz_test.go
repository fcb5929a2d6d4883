package public_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dengwen/store/storetest"
	"dengwen/web/public"
)

// FuzzForm posts any bytes as a form, under the right boundary and another. It
// never panics, is answered by a page with all headers, and is one report at
// most: exactly when the page shows a receipt.
func FuzzForm(f *testing.F) {
	part := func(disposition, body string) string {
		return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + body + "\r\n"
	}
	text := part(`name="text"`, "够十个字的一段正文在此")
	f.Add("B", []byte(text+"--B--\r\n"))
	f.Add("B", []byte(text+part(`name="files"; filename="a.jpg"`, somePhoto(f, 6))+"--B--\r\n"))
	f.Add("B", []byte(text+part(`name="files"; filename="../b.heic"`, someHEIC)+part(`name="files"; filename=""`, "")+"--B--"))
	f.Add("B", []byte(text+part(`name="files"; filename="c.png"`, somePNG(f)[:60])))
	f.Add("C", []byte(text+"--B--\r\n"))
	f.Add("B", []byte(text+part(`name="stamp"`, "AAAA")+part(`name="homepage"`, "x")+"--B--\r\n"))
	f.Add("B", []byte(part(`name="files"; filename="late"`, "x")+text+"--B--\r\n"))
	f.Add("B", []byte(part(`name="text"`, "\xc4\xe3\x00\u202e")+"--B--\r\n"))
	f.Add("B", []byte("--B\r\nX: "+strings.Repeat("x", 20_000)))
	f.Add("--", []byte("----\r\n\r\n------"))
	f.Add("", []byte("text=1234567890"))
	w := &world{Box: storetest.New(f), log: &buffer{}}
	o := options(w.Box, w.log, storetest.Schedule(f))
	o.MaxFile = 64 << 10
	var err error
	if w.handler, err = public.New(w.Box, o); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, boundary string, body []byte) {
		before, err := w.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/report", bytes.NewReader(body))
		r.Header.Set("Content-Type", `multipart/form-data; boundary="`+boundary+`"`)
		p := do(t, w.handler, r) // which checks headers and markup
		after, err := w.Size(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kept := strings.Contains(p.body, `class="digits">`); after-before > 1 || kept != (after == before+1) || kept != (p.status == http.StatusOK) {
			t.Errorf("%d, %d records", p.status, after-before)
		}
		if p.status >= http.StatusInternalServerError || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") || w.log.text() != "" {
			t.Errorf("%d %q, the log says %q", p.status, p.header.Get("Content-Type"), w.log.text())
		}
	})
}
