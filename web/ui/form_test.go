package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// post is a request with a body of a media type.
func post(media string, body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", media)
	return r
}

type sent struct{ field, name, value string }

// multi writes a multipart form; entries with a name are files.
func multi(t testing.TB, entries ...sent) (media string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, e := range entries {
		var part io.Writer
		var err error
		if e.name == "" {
			part, err = w.CreateFormField(e.field)
		} else {
			part, err = w.CreateFormFile(e.field, e.name)
		}
		if err == nil {
			_, err = io.WriteString(part, e.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// raw is a multipart form with the boundary B, from lines.
func raw(lines ...string) string { return strings.Join(lines, "\r\n") }

// take reads a form to its end.
func take(r *http.Request, l FormLimits) (f *Form, files []sent, err error) {
	if f, err = ReadForm(httptest.NewRecorder(), r, l); err != nil {
		return f, nil, err
	}
	for u, err := range f.Files() {
		if err != nil {
			return f, files, err
		}
		text, err := io.ReadAll(u.Body)
		if err != nil {
			return f, files, err
		}
		files = append(files, sent{u.Field, u.Name, string(text)})
	}
	return f, files, nil
}

const multiB = "multipart/form-data; boundary=B"

func TestReadForm(t *testing.T) {
	file := func(disposition string) string {
		return raw("--B", "Content-Disposition: form-data; name=files; "+disposition, "Content-Type: image/jpeg", "", "bytes", "--B--", "")
	}
	text := func(v string) string { return raw("--B", `Content-Disposition: form-data; name="text"`, "", v, "") }
	empty := raw("--B", `Content-Disposition: form-data; name="files"; filename=""`, "Content-Type: application/octet-stream", "", "", "")
	for _, tt := range []struct {
		what, media, body string
		text              string
		files             []sent
		err               error
	}{
		{what: "urlencoded", media: "application/x-www-form-urlencoded", body: "text=%E4%BD%A0+%26&text=b&x=1", text: "你 &"},
		{what: "urlencoded with a charset", media: "application/x-www-form-urlencoded; charset=UTF-8", body: "text=a", text: "a"},
		{what: "nothing at all", media: "application/x-www-form-urlencoded"},
		{what: "urlencoded, bad percent", media: "application/x-www-form-urlencoded", body: "text=a&x=%zz", text: "a", err: ErrFormBroken},
		{what: "urlencoded GBK", media: "application/x-www-form-urlencoded", body: "text=%C4%E3%BA%C3", text: "\uFFFD", err: ErrFormEncoding},
		{what: "no media type", media: "", body: "text=a", err: ErrFormMedia},
		{what: "json", media: "application/json", body: `{"text":"a"}`, err: ErrFormMedia},
		{what: "multipart, no boundary", media: "multipart/form-data", body: text("a") + "--B--", err: ErrFormMedia},
		{what: "multipart/mixed", media: "multipart/mixed; boundary=B", body: text("a") + "--B--", err: ErrFormMedia},
		{what: "multipart", media: multiB, body: text("你") + "--B--\r\n", text: "你"},
		{what: "without the last line end", media: multiB, body: text("a") + "--B--", text: "a"},
		{what: "GBK", media: multiB, body: text("\xc4\xe3") + "--B--\r\n", text: "\uFFFD", err: ErrFormEncoding},
		{what: "no closing boundary", media: multiB, body: text("a"), text: "a\r\n", err: ErrFormCut},
		{what: "a boundary that closes nothing", media: multiB, body: text("a") + "--B", text: "a", err: ErrFormCut},
		{what: "a part without a head", media: multiB, body: text("a") + "--B\r\n", text: "a", err: ErrFormBroken},
		{what: "no disposition", media: multiB, body: raw("--B", "", "a", "--B--"), err: ErrFormBroken},
		{what: "a head that goes on", media: multiB, body: raw("--B", "X: "+strings.Repeat("x", 1<<19)), err: ErrFormTooLarge},
		{what: "a head behind a file that goes on", media: multiB, body: strings.TrimSuffix(file(`filename="x"`), "--B--\r\n") + raw("--B", "X: "+strings.Repeat("x", 1<<19)),
			files: []sent{{"files", "x", "bytes"}}, err: ErrFormTooLarge},
		{what: "no file chosen", media: multiB, body: text("a") + empty + "--B--\r\n", text: "a"},
		{what: "a field behind no file", media: multiB, body: empty + text("a") + "--B--\r\n", text: "a"},
		{what: "a field behind a file", media: multiB, body: text("a") + strings.TrimSuffix(file(`filename="x"`), "--B--\r\n") + text("b") + "--B--\r\n",
			text: "a", files: []sent{{"files", "x", "bytes"}}, err: ErrFormOrder},
		{what: "quoted-printable is left alone", media: multiB, body: raw("--B", `Content-Disposition: form-data; name=text`, "Content-Transfer-Encoding: quoted-printable", "", "=41", "--B--", ""), text: "=41"},
		{what: "a path of Windows", media: multiB, body: file(`filename="C:\Users\someone\a.jpg"`), files: []sent{{"files", "a.jpg", "bytes"}}},
		{what: "a path upwards", media: multiB, body: file(`filename="../../etc/passwd"`), files: []sent{{"files", "passwd", "bytes"}}},
		{what: "a name of dots", media: multiB, body: file(`filename=".."`), files: []sent{{"files", "..", "bytes"}}},
		{what: "a name turned round", media: multiB, body: file("filename=\"\u202egpj.exe\""), files: []sent{{"files", "\u202egpj.exe", "bytes"}}},
		{what: "a name with control characters", media: multiB, body: file("filename=\"a\x00b\x1b\x7f\""), files: []sent{{"files", "a_b__", "bytes"}}},
		{what: "a name with an odd escape", media: multiB, body: file(`filename="a\b"c.txt"; x=y`), files: []sent{{"files", `b"c.txt`, "bytes"}}},
		{what: "a name with an escaped quote", media: multiB, body: file(`filename="a\"b"c; d=e.txt"`), files: []sent{{"files", `a"b"c; d=e.txt`, "bytes"}}},
		{what: "a name without its last quote", media: multiB, body: file(`filename="a b`), files: []sent{{"files", "a b", "bytes"}}},
		{what: "a name with spaces and no quotes", media: multiB, body: file(`filename=a b.txt ; x=y`), files: []sent{{"files", "a b.txt", "bytes"}}},
		{what: "a name given twice", media: multiB, body: file(`filename="a"; filename="b"`), files: []sent{{"files", "a", "bytes"}}},
		{what: "a name in GBK", media: multiB, body: file("filename=\"\xc4\xe3.jpg\""), files: []sent{{"files", "\uFFFD.jpg", "bytes"}}},
		{what: "a name by RFC 5987", media: multiB, body: file(`filename*=UTF-8''%e4%bd%a0`), files: []sent{{"files", "你", "bytes"}}},
		{what: "bytes without a name", media: multiB, body: file(`filename=""`), files: []sent{{"files", "", "bytes"}}},
	} {
		for _, in := range []io.Reader{strings.NewReader(tt.body), iotest.OneByteReader(strings.NewReader(tt.body)), iotest.DataErrReader(strings.NewReader(tt.body))} {
			f, files, err := take(post(tt.media, in), someLimits)
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
				t.Errorf("%s: error %v, want %v", tt.what, err, tt.err)
			}
			if got := f.Get("text"); got != tt.text && !(tt.err == ErrFormEncoding && strings.Contains(got, tt.text)) {
				t.Errorf("%s: text %q, want %q", tt.what, got, tt.text)
			}
			if diff := cmp.Diff(tt.files, files, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("%s: %s", tt.what, diff)
			}
			f.Drain()
		}
	}
}

// What net/http itself reads of a form, ReadForm reads too.
func TestFormLikeNetHTTP(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		word := func() string {
			pieces := []string{"\x00", "\x1b", "你", "\r\n", "--", "B", "\n", "=", "&", "\"", "\\", " ", "é", "\u202e"}
			s := ""
			for range rnd.IntN(6) {
				s += pieces[rnd.IntN(len(pieces))]
			}
			return s
		}
		var entries, files []sent
		want := map[string][]string{}
		for range rnd.IntN(8) {
			e := sent{field: fmt.Sprint("f", rnd.IntN(3)), value: word()}
			entries, want[e.field] = append(entries, e), append(want[e.field], e.value)
		}
		for i := range rnd.IntN(3) {
			files = append(files, sent{"files", fmt.Sprintf("%d.jpg", i), strings.Repeat(word(), rnd.IntN(3000))})
		}
		media, body := multi(t, append(entries, files...)...)
		f, got, err := take(post(media, bytes.NewReader(body)), someLimits)
		if err != nil {
			t.Fatal(err)
		}
		theirs := post(media, bytes.NewReader(body))
		if err := theirs.ParseMultipartForm(1 << 20); err != nil {
			t.Fatal(err)
		}
		for name := range theirs.MultipartForm.Value {
			if diff := cmp.Diff(theirs.MultipartForm.Value[name], f.All(name)); diff != "" {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff(want, f.values); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(files, got, cmp.AllowUnexported(sent{})); diff != "" {
			t.Error(diff)
		}
	}
}

func FuzzReadForm(f *testing.F) {
	media, body := multi(f, sent{"text", "", "你"}, sent{"files", "a.jpg", "bytes"})
	f.Add(media, body)
	f.Add(multiB, []byte("--B\r\nContent-Disposition: form-data; name=text\r\n\r\na\r\n--B--"))
	f.Add("application/x-www-form-urlencoded", []byte("text=%E4%BD%A0&x=1;2"))
	f.Add("multipart/form-data; boundary=--", []byte("----\r\n"))
	f.Fuzz(func(t *testing.T, media string, body []byte) {
		l := FormLimits{Fields: 8, FieldBytes: 512, Body: 4096}
		form, files, err := take(post(media, bytes.NewReader(body)), l)
		size := 0
		for _, values := range form.values {
			for _, v := range values {
				size += len(v)
				if strings.ToValidUTF8(v, "") != v {
					t.Errorf("invalid UTF-8 in %q", v)
				}
			}
		}
		if err == nil && int64(size) > l.FieldBytes || len(form.values) > l.Fields {
			t.Errorf("%d bytes of fields taken", size)
		}
		for _, u := range files {
			if size += len(u.value); strings.ContainsAny(u.name, `/\`) {
				t.Errorf("a path for a name: %q", u.name)
			}
		}
		if size > 3*len(body) {
			t.Errorf("%d bytes taken from a body of %d", size, len(body))
		}
		form.Drain()
	})
}
