package message

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A chunked mail gives at most so many bytes at once, and says nothing of it.
type chunked struct {
	raw  []byte
	most int
}

func (c *chunked) ReadAt(p []byte, off int64) (int, error) {
	return copy(p[:min(len(p), c.most)], c.raw[off:]), nil
}

// whole is all that becomes of a mail: its report with every byte of its files,
// or what is beyond the limits.
func whole(t *testing.T, src *source) string {
	t.Helper()
	m, err := openMail(src)
	if err != nil {
		return err.Error()
	}
	r, err := m.Report(arrived)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q\n%q\n%q\n", r.Subject, r.Text, r.Identity)
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%q %q %s %v %q\n", f.Name, f.ShownName, f.Type, f.Private, body)
	}
	return b.String()
}

// sameThrough reads a mail through a window, and as it lies in memory.
func sameThrough(t *testing.T, raw []byte, window, most int) {
	t.Helper()
	want := whole(t, inMemory(raw).src)
	got := whole(t, &source{raw: &chunked{raw, most}, size: int64(len(raw)), window: window})
	if got != want {
		t.Fatalf("through a window of %d bytes, by %d, another report of\n%q\n%s", window, most, raw, cmp.Diff(want, got))
	}
}

// TestSeams moves every sample, and mails of random forms, over the seams of a
// window as small as can be.
func TestSeams(t *testing.T) {
	n := 0
	for _, raw := range samples(t) {
		for pad := n % 13; pad < lineHead+len(raw); pad += 13 {
			sameThrough(t, append([]byte("X-A: "+strings.Repeat("a", pad)+"\r\n"), raw...), 1, 700)
		}
		n++
	}
	for seed := range uint64(200) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 3))}
		sameThrough(t, []byte("Subject: "+m.say()+"\r\n"+m.part(4)), 1+m.IntN(3000), 1+m.IntN(3000))
	}
}

// TestDecoderSeams: decoders make the same of any bytes, however they come.
func TestDecoderSeams(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 4))
	long := strings.Repeat(" ", ahead-3)
	for name, tt := range map[string]struct {
		open func(span) io.Reader
		of   []string
	}{
		"base64": {newBase64, []string{"QUJD", "QUJD", "QUJDREVG", "Q", "==", "=\r\n", "\r\n", "\n", "\n\n", " ", "!"}},
		"footer": {newBase64, []string{"QUJD", "QUJD\r\n", "QUJDREVGR0hJ", "QUJDREVGR0hJSktMTU5P", "\r\n\r\nQ", strings.Repeat("QUJD", 400)}},
		"quoted": {newQuoted, []string{"a", "bcd", "=", "=3D", "=4", " ", "\t", "  \r\n", "=\r\n", "\r", "\n", long, "= " + long + "\n"}},
		"uu":     {newUU, []string{"#86)C\n", "!80``\r\n", "`\n", "\n", "M" + strings.Repeat("8", 60) + "\r\n"}},
	} {
		for range 60 {
			var b bytes.Buffer
			for want := 1 + random.IntN(6*ahead); b.Len() < want; {
				b.WriteString(tt.of[random.IntN(len(tt.of))])
			}
			if name == "footer" {
				b.WriteString("\r\n\r\n-- \r\na list's words")
			}
			raw := b.Bytes()
			want := decodes(t, tt.open(inMemory(raw)))
			for _, window := range []int{1, 2*ahead + 1, 3 * ahead} {
				src := &source{raw: &chunked{raw, 1 + random.IntN(len(raw))}, size: int64(len(raw)), window: window}
				if got := decodes(t, tt.open(src.all())); got != want {
					t.Fatalf("%s, a window of %d: %q becomes\n%s", name, window, raw, cmp.Diff(want, got))
				}
			}
		}
	}
}

// TestFind: what is found, and where lines end, is told by the bytes alone.
func TestFind(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	for range 3000 {
		raw := make([]byte, 1+random.IntN(60))
		for i := range raw {
			raw[i] = "ab\n"[random.IntN(3)]
		}
		src := &source{raw: bytes.NewReader(raw), size: int64(len(raw)), window: 1 + random.IntN(20)}
		from := random.IntN(len(raw))
		what := raw[from:][:random.IntN(min(5, len(raw)-from))+1]
		off := random.IntN(len(raw))
		want := bytes.Index(raw[off:], what)
		if want >= 0 {
			want += off
		}
		if got := src.all().find(int64(off), what); got != int64(want) {
			t.Fatalf("%q in %q from %d: %d, want %d", what, raw, off, got, want)
		}
	}
	for _, n := range []int{0, 1, lineHead - 1, lineHead, lineHead + 1, 5 * lineHead} {
		for _, end := range []string{"", "\n", "\nx"} {
			raw := "x\n" + strings.Repeat("a", n) + end
			for _, window := range []int{1, lineHead, 3 * lineHead, windowSize} {
				src := &source{raw: strings.NewReader(raw), size: int64(len(raw)), window: window}
				l := src.all().line(2)
				if want, _, _ := strings.Cut(raw[2:], "\nx"); l.n != int64(n+len(end[:min(1, len(end))])) || !strings.HasPrefix(want+"\n", string(l.b)) || len(l.b) != min(int(l.n), lineHead) {
					t.Errorf("a line of %d and %q through %d: %d, %q", n, end, window, l.n, l.b)
				}
			}
		}
	}
}

func FuzzSeams(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw, uint16(0), uint16(600))
	}
	f.Add([]byte(nest(20, false)), uint16(100), uint16(1))
	f.Fuzz(func(t *testing.T, raw []byte, window, most uint16) {
		sameThrough(t, raw, int(window)+1, int(most)+1)
	})
}
