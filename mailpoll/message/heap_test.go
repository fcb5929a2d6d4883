package message

import (
	"encoding/base64"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"dengwen/intake"
)

// A made mail is as long as wanted and lies nowhere: a beginning, one piece
// again and again, an end. Now and then it looks at what lives on the heap.
type made struct {
	begin, again, end string
	times             int
	read, looked      int64  // bytes
	floor, peak       uint64 // of the heap
}

func (m *made) size() int64 { return int64(len(m.begin) + len(m.again)*m.times + len(m.end)) }

func (m *made) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && off < m.size() {
		var from string
		switch i, middle := int(off)-len(m.begin), len(m.again)*m.times; {
		case i < 0:
			from = m.begin[off:]
		case i < middle:
			from = m.again[i%len(m.again):]
		default:
			from = m.end[i-middle:]
		}
		k := copy(p[n:], from)
		n, off = n+k, off+int64(k)
	}
	if m.read += int64(n); m.read-m.looked > 2<<20 {
		m.looked = m.read
		m.look()
	}
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (m *made) look() {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	m.peak = max(m.peak, s.HeapAlloc)
	if m.floor == 0 {
		m.floor = s.HeapAlloc
	}
}

// TestLargeMails: however long a mail is, and each of its lines, it lives in a
// few windows from Open to the last byte of the last file, and is read as often
// as its parts nest and its files are read.
func TestLargeMails(t *testing.T) {
	const most = 4 << 20
	mixed := mixedHead + "\r\nwords\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: "
	lines := strings.Repeat("QUJD", 19) + "\r\n"
	for name, tt := range map[string]struct {
		made
		mb    int   // its size
		times int64 // that it may be read
		text  string
		err   error
	}{
		"a file in base64":    {made{begin: mixed + "base64\r\n\r\n", again: lines, end: "\r\n--b--\r\n"}, 50, 4, "words", nil},
		"one line of base64":  {made{begin: mixed + "base64\r\n\r\n", again: "QUJD", end: "\r\n--b--\r\n"}, 8, 4, "words", nil},
		"quoted-printable":    {made{begin: mixed + "quoted-printable\r\n\r\n", again: " =3D\t", end: "\r\n--b--\r\n"}, 8, 4, "words", nil},
		"blanks":              {made{begin: mixed + "quoted-printable\r\n\r\n", again: " ", end: "\r\n--b--\r\n"}, 8, 4, "words", nil},
		"uuencode":            {made{begin: mixed + "x-uuencode\r\n\r\nbegin 644 a\r\n", again: "M" + strings.Repeat("8", 60) + "\r\n", end: "end\r\n--b--\r\n"}, 8, 5, "words", nil},
		"a text too long":     {made{begin: "Content-Transfer-Encoding: base64\r\n\r\n", again: lines}, 35, 5, "", nil},
		"a page too long":     {made{begin: "Content-Type: text/html\r\n\r\n", again: "<p>words"}, 30, 5, "", nil},
		"no header, one line": {made{again: "words "}, 26, 6, "", nil},
		"forwards":            {made{begin: strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 5) + mixed + "base64\r\n\r\n", again: lines, end: "\r\n--b--\r\n"}, 8, 16, noteForward, nil},
		"one line of header":  {made{begin: "X-A: ", again: "words "}, 8, 3, "", intake.ErrTooLong},
		"lines of header":     {made{again: "X-A: words\r\n \r\n"}, 8, 3, "", intake.ErrTooLong},
		"boundaries":          {made{begin: mixed, again: "\r\n--b"}, 60, 0, "", intake.ErrTooLong},
		"large headers":       {made{begin: mixed, again: "\r\n--b\r\nContent-Type: image/gif; name=a" + strings.Repeat("; name=a", 30_000) + "\r\n\r\nx"}, 8, 6, "\x00", nil},
	} {
		m := &tt.made
		m.times = tt.mb<<20/len(m.again) - 1
		m.look()
		mail, err := Open(m, m.size())
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			r, err := mail.Report(arrived)
			if err != nil {
				t.Fatal(err)
			}
			if tt.text != "\x00" && !strings.HasPrefix(r.Text, tt.text) || tt.text == "" && r.Text != "" {
				t.Errorf("%s: %.100q", name, r.Text)
			}
			var last int64
			for f, err := range r.Files {
				if err == nil {
					last, err = io.Copy(io.Discard, f.Body)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if last != m.size() {
				t.Errorf("%s: of %d bytes the raw mail has %d", name, m.size(), last)
			}
		}
		m.look()
		if m.peak > m.floor+most {
			t.Errorf("%s: %d KB on the heap", name, (m.peak-m.floor)>>10)
		}
		if m.read > tt.times*m.size()+m.size()/10 {
			t.Errorf("%s: read %.1f times", name, float64(m.read)/float64(m.size()))
		}
	}
}

// TestUnpackedIsReleased: a forwarded mail that had to be decoded lives only
// while it is searched, and while its own files are read.
func TestUnpackedIsReleased(t *testing.T) {
	const mb = 9
	inner := "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: image/gif; name=first.gif\r\n\r\nx\r\n--i\r\nContent-Type: image/gif; name=inner.gif\r\n\r\n" + strings.Repeat("GIF89a   ", mb<<20/9)
	encoded := base64.StdEncoding.EncodeToString([]byte(inner))
	part := "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	m := &made{begin: mixedHead + part + encoded + "\r\n--b\r\nContent-Type: image/gif; name=outer.gif\r\n\r\nx\r\n--b--"}
	mail, err := Open(m, m.size())
	if err != nil {
		t.Fatal(err)
	}
	m.look()
	r, err := mail.Report(arrived)
	if err != nil {
		t.Fatal(err)
	}
	lives := func(name string, least, most int64) {
		t.Helper()
		m.peak = 0
		m.look()
		if n := int64(m.peak) - int64(m.floor); n < (least-1)<<20 || n > (most+1)<<20 {
			t.Errorf("%s: %d KB on the heap", name, n>>10)
		}
	}
	if lives("behind Report", 0, 0); mail.src.seen != nil {
		t.Error("the window is still there")
	}
	for range 2 {
		m.read = 0
		for f := range r.Files {
			n, err := io.Copy(io.Discard, f.Body)
			if err != nil {
				t.Fatal(err)
			}
			switch f.Name {
			case "first.gif":
			case "inner.gif":
				lives(f.Name, mb, mb)
				if n != mb<<20/9*9 {
					t.Errorf("%d bytes", n)
				}
			default:
				lives(f.Name, 0, 0)
			}
		}
	}
	lives("behind all files", 0, 0)
	if m.read > 3*m.size()+m.size()/10 {
		t.Errorf("as it is, decoded as a file and decoded for its files it is read 3 times, not %.1f", float64(m.read)/float64(m.size()))
	}
	for f := range r.Files {
		if _, err := io.Copy(io.Discard, f.Body); err != nil || f.Name == "inner.gif" {
			break
		}
	}
	lives("where the reader stopped", 0, 0)
	runtime.KeepAlive(r)
}

const mixedHead = "Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"

// TestTextIsDecodedOnce: whoever chooses among the forms of a text has read it.
func TestTextIsDecodedOnce(t *testing.T) {
	m := &made{begin: "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n", again: "QUJDREVG\r\n", times: 400_000, end: "--b--"}
	mail, err := Open(m, m.size())
	if err != nil {
		t.Fatal(err)
	}
	m.read = 0
	r, err := mail.Report(arrived)
	if err != nil || len(r.Text) != 6*m.times || m.read > m.size()+m.size()/10 {
		t.Errorf("%d bytes, read %.1f times, %v", len(r.Text), float64(m.read)/float64(m.size()), err)
	}
}
