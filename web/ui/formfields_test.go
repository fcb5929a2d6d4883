package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const urlencoded = "application/x-www-form-urlencoded"

// What net/url reads of a form, ReadForm reads too, however it is cut up.
func TestFormLikeNetURL(t *testing.T) {
	pieces := []string{"你", "%", "%25", "+", " ", "=", "\r\n", "&", ";", "a", "\x00", "é"}
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		word := func() (s string) {
			for range rnd.IntN(5) {
				s += pieces[rnd.IntN(len(pieces))]
			}
			return s
		}
		want := url.Values{}
		for range rnd.IntN(6) {
			want.Add(word(), word())
		}
		text := want.Encode()
		if seed%3 == 0 { // not all that may stand as it is
			text = strings.NewReplacer("%0D", "\r", "%3D", "%3d", "%C3%A9", "é").Replace(text)
		}
		f, err := ReadForm(httptest.NewRecorder(), post(urlencoded, iotest.OneByteReader(strings.NewReader(text))), someLimits)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(map[string][]string(want), f.values); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	for _, text := range []string{"a", "a&b=1", "&&a=1&&", "=1", "a==1&b", "a=1=2"} {
		want, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ReadForm(httptest.NewRecorder(), post(urlencoded, strings.NewReader(text)), someLimits)
		if diff := cmp.Diff(map[string][]string(want), f.values); err != nil || diff != "" {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
}

// A text that is too long comes back as far as it fits, and all that is behind
// it; names that the form does not have count for nothing.
func TestFormFields(t *testing.T) {
	l := FormLimits{Fields: 3, FieldBytes: 4000, Body: 4 << 20, Known: []string{"text", "title"}, Files: []string{"files"}}
	long := strings.Repeat("你", 100_000)
	many := []sent{}
	for i := range 300 {
		many = append(many, sent{fmt.Sprint("x", i), "", long[:300]})
	}
	photo := sent{"photo", "p.jpg", strings.Repeat("p", 100_000)}
	text, title, file := sent{"text", "", "a"}, sent{"title", "", "b"}, sent{"files", "f.jpg", "bytes"}
	for _, tt := range []struct {
		what        string
		entries     []sent
		text, title string
		files       []sent
		err         error
	}{
		{"a long text", []sent{{"text", "", long}, title}, long[:3000], "b", nil, ErrFormFields},
		{"a long text that is cut within a character", []sent{{"text", "", "a" + long}, title}, "a" + long[:2997], "b", nil, ErrFormFields},
		{"a long text with a file", []sent{{"text", "", long}, title, file}, long[:3000], "b", nil, ErrFormFields},
		{"both long", []sent{{"text", "", long}, {"title", "", long}}, long[:3000], long[:999], nil, ErrFormFields},
		{"too many", []sent{text, title, title, title}, "a", "b", nil, ErrFormFields},
		{"many unknown ones", append(many, text, title, file), "a", "b", []sent{file}, nil},
		{"an unknown long one", []sent{{"x", "", long}, text, title}, "a", "b", nil, nil},
		{"an unknown file", []sent{text, title, photo, file, photo, file}, "a", "b", []sent{file, file}, nil},
		{"only an unknown file", []sent{text, title, photo}, "a", "b", nil, nil},
		{"an unknown field behind a file", []sent{text, title, photo, {"x", "", "y"}, file, {"x", "", "y"}}, "a", "b", []sent{file}, nil},
		{"a known field behind an unknown file", []sent{text, photo, title}, "a", "", nil, ErrFormOrder},
	} {
		media, body := multi(t, tt.entries...)
		forms := map[string]string{media: string(body)}
		if query := (url.Values{}); tt.files == nil && tt.err != ErrFormOrder {
			for _, e := range tt.entries {
				if e.name == "" {
					query.Add(e.field, e.value)
				}
			}
			forms[urlencoded] = query.Encode()
		}
		for media, body := range forms {
			f, files, err := take(post(media, strings.NewReader(body)), l)
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) || f.Get("text") != tt.text || f.Get("title") != tt.title {
				t.Errorf("%s, %.20s: %v, text of %d, title of %d", tt.what, media, err, len(f.Get("text")), len(f.Get("title")))
			}
			if diff := cmp.Diff(tt.files, files, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("%s: %s", tt.what, diff)
			}
			if f.HasFiles() && tt.what == "only an unknown file" {
				t.Error("a file that the form does not have")
			}
			if f.Drain(); strings.Contains(strings.Join(f.Names(), " "), "p.jpg") {
				t.Errorf("%s: names %q", tt.what, f.Names())
			}
		}
	}
}

// A form takes no more memory than its limits, whatever comes.
func TestFormMemory(t *testing.T) {
	const size, fields = 20 << 20, 64 << 10
	l := FormLimits{Fields: 100, FieldBytes: fields, Body: 2 * size}
	media, body := multi(t, sent{"text", "", strings.Repeat("x", size)})
	for media, body := range map[string][]byte{
		media:                body,
		urlencoded:           append([]byte("text="), bytes.Repeat([]byte("%41"), size/3)...),
		urlencoded + "; n=1": append(bytes.Repeat([]byte("n"), size), "=1"...),
		urlencoded + "; n=2": bytes.Repeat([]byte("n=1&"), 10_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f, err := ReadForm(httptest.NewRecorder(), post(media, bytes.NewReader(body)), l)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 8*fields || err != nil && err != ErrFormFields {
			t.Errorf("%s: %d bytes, %v, %d kept", media, took, err, len(f.Get("text")))
		}
	}
}

// Heads are told from what is in the parts: nothing there is changed.
func TestHeads(t *testing.T) {
	in := "--B\x01\r\n--B \r\nA: a\x00b\tc\r\nB: \x7f\r\n\r\n--B\r\nC: \x01\r\n\r\n\x00\r\n--Bx\x01\n--B\r\n\x01\r\n\r\n--B\r\nD: \x02\r\n\r\n\x02\r\n--B--\r\n\x03"
	want := strings.NewReplacer("a\x00b", "a_b", "B: \x7f", "B: _", "C: \x01", "C: _", "D: \x02", "D: _").Replace(in)
	for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in)), iotest.HalfReader(strings.NewReader(in))} {
		got, err := io.ReadAll(newHeads(r, "B"))
		if err != nil || string(got) != want {
			t.Errorf("%q, want %q, %v", got, want, err)
		}
	}
}

// However a head is written, it is read soon and to some name.
func FuzzDisposition(f *testing.F) {
	for _, s := range []string{`form-data; name="a"; filename="a\b"c.txt"`, "form-data; name=a; filename=\"\x00", `form-data; filename="a"; filename="b"; name*=UTF-8''%zz`, "form-data;;; ;", `form-data; filename="` + strings.Repeat(`";`, 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, head string) {
		field, name, isFile, known := disposition(head)
		if strings.ContainsAny(name, `/\`) || strings.ToValidUTF8(name, "") != name || !known && (isFile || field != "" || name != "") {
			t.Errorf("%q: %q %q %v %v", head, field, name, isFile, known)
		}
	})
}
