package export_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

// A tarMember is a member of an export as archive/tar sees it, which knows
// nothing of this package.
type tarMember struct {
	name    string
	content []byte
}

func untar(t testing.TB, b []byte) (list []tarMember) {
	t.Helper()
	in := tar.NewReader(bytes.NewReader(b))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, tarMember{h.Name, content})
	}
}

func retar(t testing.TB, list []tarMember) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range list {
		h := &tar.Header{Name: m.name, Size: int64(len(m.content)), Mode: 0o600, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExportIsThatOfArchiveTar(t *testing.T) {
	b := fullLog(t).export(nil)
	if again := retar(t, untar(t, b)); !bytes.Equal(again, b) {
		t.Error("archive/tar writes these members otherwise")
	}
}
