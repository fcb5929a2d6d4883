package message

import (
	"errors"
	"io"
	"strings"
	"testing"

	"dengwen/intake"
)

var errRaw = errors.New("the disk is gone")

// A failing mail gives an error at one of its reads, and all other bytes.
type failing struct {
	chunked
	at, reads int
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.reads++; f.reads == f.at {
		n, _ := f.chunked.ReadAt(p[:len(p)/2], off)
		return n, errRaw
	}
	return f.chunked.ReadAt(p, off)
}

// all reads a mail and all of its files, and gives the first error.
func all(src *source) error {
	m, err := openMail(src)
	if err != nil {
		return err
	}
	r, err := m.Report(arrived)
	if err != nil {
		return err
	}
	for f, err := range r.Files {
		if err == nil {
			_, err = io.Copy(io.Discard, f.Body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TestRawFails: an error at any read is told, and never taken for the end of a
// mail, of a text or of a file.
func TestRawFails(t *testing.T) {
	for name, raw := range samples(t) {
		raw = append([]byte("X-A: "+strings.Repeat("a", 2*lineHead)+"\r\n"), raw...)
		for at := 1; ; at++ {
			f := &failing{chunked: chunked{raw, 500}, at: at}
			err := all(&source{raw: f, size: int64(len(raw)), window: 600})
			if f.reads < at {
				break
			}
			if !errors.Is(err, errRaw) || Why(err) != "" {
				t.Fatalf("%s: read %d of %d fails, but: %v", name, at, f.reads, err)
			}
		}
	}
}

// TestRawEndsEarly: fewer bytes than there should be are no mail that ends there.
func TestRawEndsEarly(t *testing.T) {
	for name, raw := range samples(t) {
		if _, err := Open(strings.NewReader(string(raw)), int64(len(raw))+1); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
		err := all(&source{raw: &chunked{raw, 500}, size: int64(len(raw)) + 1, window: windowSize})
		if !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReportAgain: what failed once can be asked for again, and what an error
// hid is there.
func TestReportAgain(t *testing.T) {
	raw := "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n" + strings.Repeat("words ", windowSize/3) + "\n--b\nContent-Type: text/html\n\n<p>page\n--b--\n"
	f := &failing{chunked: chunked{[]byte(raw), windowSize}}
	m, err := Open(f, int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var want *intake.Report
	for range 50 {
		f.at, f.reads = 0, 0
		if want, err = m.Report(arrived); err == nil && strings.HasPrefix(want.Text, "words") {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	// The first reads of a report are of the window, the later ones of texts.
	for at := 1; ; at++ {
		f.at, f.reads = at, 0
		_, err := m.Report(arrived)
		if f.reads < at {
			break
		}
		if !errors.Is(err, errRaw) {
			t.Fatalf("read %d fails, but: %v", at, err)
		}
		f.at, m.src.err = 0, nil
		if r, err := m.Report(arrived); err != nil || r.Text != want.Text {
			t.Errorf("read %d failed, and then: %v", at, err)
		}
	}
}
