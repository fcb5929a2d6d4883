package message

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"dengwen/intake"
)

func openRaw(raw []byte) (*Mail, error) { return Open(bytes.NewReader(raw), int64(len(raw))) }

// read is the report of a mail within the limits.
func read(t testing.TB, raw string) *intake.Report {
	t.Helper()
	m, err := Open(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Report(arrived)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// holds checks what is true of every mail, and returns the report of one that
// is within the limits.
func holds(t *testing.T, raw []byte) *intake.Report {
	t.Helper()
	before := bytes.Clone(raw)
	m, err := openRaw(raw)
	if err != nil {
		if !errors.Is(err, intake.ErrTooLong) || !Why(err).Valid() {
			t.Fatalf("an error of no kind: %v", err)
		}
		return nil
	}
	r, err := m.Report(arrived)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	n := 0
	var last []byte
	private := false
	for f, err := range r.Files {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > intake.MaxFiles || f.Name == "" || !utf8.ValidString(f.Name) || utf8.RuneCountInString(f.Name) > intake.MaxFileName || !isMediaType(f.Type) {
			t.Fatalf("file %d: %q of type %q", n, f.Name, f.Type)
		}
		if last, err = io.ReadAll(f.Body); err != nil {
			t.Fatal(err)
		}
		private = f.Private && f.Name == "message.eml" && f.Type == mailType
	}
	if !private || !bytes.Equal(last, before) || !bytes.Equal(raw, before) {
		t.Fatal("the last file is not the raw mail, private and untouched")
	}
	return r
}
