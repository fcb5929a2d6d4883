package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/intake/photo"

	"golang.org/x/text/encoding/unicode"
)

// TestPicturesInPages: whatever the form in which a page carries a photo, the
// team sees both, and not what the photo hides.
func TestPicturesInPages(t *testing.T) {
	data := "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString([]byte(aJPEG(t)))
	page := "<p>page</p><img src=\"" + data + "\"><p style='background:url(" + strings.Replace(data, "base64", "BASE64", 1) + ")'>tail <img src='data:image/gif;base64,R0lGODlh'>"
	bare := strings.NewReplacer(data[strings.Index(data, ",")+1:], "").Replace(page)
	in64 := func(s string) string {
		return "Content-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(s))
	}
	m := &maker{}
	utf16, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	cut := []string{"page-1.html page-1.html", "attachment-2.jpg photo-2.jpeg", "attachment-3.jpg photo-3.jpeg", "message.eml "}
	hidden := []string{"page-1.html ", "message.eml "}
	for _, tt := range []struct {
		name, raw string
		files     []string
	}{
		{"as it is", "Content-Type: text/html\r\n\r\n" + page, cut},
		{"in base64", "Content-Type: text/html\r\n" + in64(page), cut},
		{"beside a text", m.multipart("alternative", "\r\nplain", "Content-Type: text/html\r\n\r\n"+page), cut},
		{"in UTF-16", "Content-Type: text/html\r\n" + in64(utf16), hidden},
		{"too long", "Content-Type: text/html\r\n\r\n" + page + strings.Repeat(" ", intake.MaxDecoded), cut},
		{"too long in base64", "Content-Type: text/html\r\n" + in64(strings.Repeat(" ", intake.MaxDecoded)+page), hidden},
		{"too long without", "Content-Type: text/html\r\n" + in64("page"+strings.Repeat(" ", intake.MaxDecoded)), []string{"page-1.html page-1.html", "message.eml "}},
		{"too many", "Content-Type: text/html\r\n\r\n" + page + strings.Repeat(data, maxParts), hidden},
	} {
		files, bodies, text := seen(t, tt.raw)
		if diff := cmp.Diff(tt.files, files); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if got := strings.TrimSpace(bodies["page-1.html"]); len(tt.files) == len(cut) && got != bare {
			t.Errorf("%s: %q, want %q", tt.name, got, bare)
		}
		if sealed := strings.Contains(text, noteSealed); sealed != (tt.files[0] == hidden[0]) {
			t.Errorf("%s: %.300q", tt.name, text)
		}
	}
}

func TestFindPictures(t *testing.T) {
	for in, want := range map[string][]picture{
		"":                                     nil,
		"64,/9j/":                              nil,
		";base64,/9j/":                         {{8, 12, photo.JPEG}},
		"x;BASE64,/9j/4A==\"y;base64,/9j/ 4)":  {{9, 17, photo.JPEG}, {27, 33, photo.JPEG}},
		";base64,R0lGODlh;base64,iVBORw0KGgo=": {{24, 36, photo.PNG}},
		";base64;base64,\r\n/9j/":              {{15, 21, photo.JPEG}},
	} {
		for _, before := range []int{0, lineHead - 3, lineHead} {
			raw := strings.Repeat("-", before) + in
			src := &source{raw: strings.NewReader(raw), size: int64(len(raw)), window: 1}
			got, more := pictures(src.all().cut(int64(before), src.size), 2)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(picture{})); diff != "" || more {
				t.Errorf("%q: %s%v", in, diff, more)
			}
			if got, err := carries(strings.NewReader(raw)); got != (want != nil) || err != nil {
				t.Errorf("%q: %v, %v", in, got, err)
			}
		}
	}
	if got, more := pictures(inMemory([]byte(strings.Repeat(";base64,/9j/\"", 3))), 2); got != nil || !more {
		t.Errorf("%v, %v", got, more)
	}
	for _, pad := range []int{windowSize - 20, windowSize - 10, windowSize, 2*windowSize - 2*pictureLook - 5} {
		if has, err := carries(iotest.HalfReader(strings.NewReader(strings.Repeat("-", pad) + ";base64,/9j/" + strings.Repeat("A", windowSize)))); !has || err != nil {
			t.Errorf("behind %d: %v, %v", pad, has, err)
		}
	}
	if _, err := carries(io.MultiReader(strings.NewReader("x"), iotest.ErrReader(io.ErrUnexpectedEOF))); err != io.ErrUnexpectedEOF {
		t.Errorf("a page that cannot be read: %v", err)
	}
}

func TestWithout(t *testing.T) {
	content := []byte(strings.Repeat("0123456789", 500))
	var cuts []picture
	var want bytes.Buffer
	for i := range int64(100) {
		cuts = append(cuts, picture{off: 50 * i, end: 50*i + i%50})
		want.Write(content[50*i+i%50 : 50*i+50])
	}
	for name, in := range map[string]io.Reader{"whole": bytes.NewReader(content), "by bytes": iotest.OneByteReader(bytes.NewReader(content)), "with its end": iotest.DataErrReader(bytes.NewReader(content))} {
		if err := iotest.TestReader(&without{in: in, cuts: cuts}, want.Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := io.ReadAll(&without{in: iotest.ErrReader(fmt.Errorf("here: %w", errRaw)), cuts: cuts})
	if err == nil {
		t.Error("an error is lost")
	}
}
