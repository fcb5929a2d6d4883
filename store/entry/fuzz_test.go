package entry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// slowHeader reads a header as encoding/json would, which is what the reader
// written by hand must agree with.
func slowHeader(b []byte) (entry.Header, bool) {
	var h entry.Header
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if d.Decode(&h) != nil {
		return h, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return h, false
	}
	again, err := json.Marshal(h)
	return h, err == nil && bytes.Equal(again, b) && h.Validate() == nil
}

func FuzzDecodeHeader(f *testing.F) {
	for _, g := range goldenLog {
		f.Add([]byte(g.header))
	}
	f.Add([]byte(goldenKept[0]))
	for _, s := range []string{``, `{}`, `{"v":1`, `{"v":2}`, `{"v":1,"id":"`, `{"v":1,"id":"","kind":"","date":"","parts":[]}`,
		`{"v":1,"id":"","kind":"","date":"","parts":[{"role":"","sha256":"","size":9223372036854775808}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := entry.DecodeHeader(b)
		want, ok := slowHeader(b)
		if ok != (err == nil) {
			t.Fatalf("%v, encoding/json takes it: %v", err, ok)
		}
		if err != nil {
			if !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrVersion) {
				t.Fatalf("an error of neither kind: %v", err)
			}
			return
		}
		if diff := cmp.Diff(want, h); diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(h.Encode(), b) {
			t.Fatalf("encodes as %s", h.Encode())
		}
	})
}

func FuzzDecodeBody(f *testing.F) {
	for _, g := range goldenLog {
		if h, err := entry.DecodeHeader([]byte(g.header)); err == nil && h.Kind.Clear() {
			f.Add(string(h.Kind), []byte(g.body))
		}
	}
	f.Add("created", []byte(`{"at":"2026-09-06T08:00:00Z","AT":"2026-09-06T08:00:00Z"}`))
	f.Add("closed", []byte(`{"at":"2026-09-06T08:00:00.000Z"}`))
	f.Add("closed-day", []byte(goldenAsides))
	f.Add("read", []byte(`{}`))
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		body, err := entry.DecodeBody(entry.Kind(kind), b)
		if err != nil {
			if !errors.Is(err, intake.ErrDamaged) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if body.Kind() != entry.Kind(kind) || body.When().IsZero() {
			t.Fatalf("%s at %v", body.Kind(), body.When())
		}
		again, err := entry.EncodeBody(body)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%v, encodes as %s", err, again)
		}
	})
}

func FuzzDecodeInner(f *testing.F) {
	for _, g := range slices.Concat(goldenInner, goldenKept[3:]) {
		f.Add([]byte(g))
		f.Add([]byte(g + strings.Repeat(" ", 100)))
	}
	f.Add([]byte(`{"v":2}`))
	f.Add([]byte(`{"v":1,"origin":"a","id":"","kind":"read","role":"note","parts":[],"note":{"at":"2026-09-06T08:00:00Z","text":"\ufffd"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := entry.DecodeInner(b)
		if err != nil {
			if !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrVersion) {
				t.Fatalf("an error of neither kind: %v", err)
			}
			return
		}
		again, err := in.Encode()
		if err != nil || !bytes.Equal(again, bytes.TrimRight(b, " ")) {
			t.Fatalf("%v, encodes as %s", err, again)
		}
	})
}

// FuzzEncodeInner has any text go in: what comes out is read back as itself.
func FuzzEncodeInner(f *testing.F) {
	f.Add(hard, "水务局")
	f.Add("\xff\\ufffd\xe6", `\`)
	f.Fuzz(func(t *testing.T, text, unit string) {
		in := reportInner(reportHeader(), t)
		in.Report.Text, in.Report.Unit = text, unit
		raw := encode(t, in)
		got := decode(t, raw)
		if got.Report.Text != string([]rune(text)) || got.Report.Unit != string([]rune(unit)) {
			t.Fatalf("%q, %q came back as %q, %q", text, unit, got.Report.Text, got.Report.Unit)
		}
		if again := encode(t, got); !bytes.Equal(raw, again) {
			t.Fatalf("not stable:\n%s\n%s", raw, again)
		}
	})
}
