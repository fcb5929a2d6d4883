package export_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dengwen/store/export"
)

// whole as a place says that the insertion is the whole input.
const whole = -1

// seeds are edits of the golden export: so many bytes cut out at a place and
// others put in. A fuzzer that mutated the export itself would be lost in its
// ciphertexts.
func seeds(f *testing.F) goldenExport {
	g := golden(f)
	b := g.export
	f.Add(0, 0, []byte{})
	f.Add(len(b)/2, len(b), []byte{})
	f.Add(len(b)-1024, 512, []byte{})
	f.Add(len(b), 0, []byte{0})
	f.Add(len(b), 0, b[:1024])
	f.Add(512, 1, []byte("["))
	f.Add(1024, 1536, []byte{})
	f.Add(2048, 0, make([]byte, 512))
	f.Add(whole, 0, []byte{})
	f.Add(whole, 0, make([]byte, 1024))
	f.Add(whole, 0, b[:2048])
	f.Add(whole, 0, retar(f, []tarMember{{"README", []byte("x")}}))
	f.Add(whole, 0, retar(f, untar(f, b)[:4]))
	f.Add(whole, 0, retar(f, untar(f, b)[2:3]))
	return g
}

func (g goldenExport) edited(at, cut int, insert []byte) []byte {
	if at < 0 {
		return insert
	}
	at = min(at, len(g.export))
	end := min(at+max(cut, 0)%(len(g.export)+1), len(g.export))
	return slices.Concat(g.export[:at], insert, g.export[end:])
}

// No input but the export itself verifies, and none is read for ever.
func FuzzVerify(f *testing.F) {
	g := seeds(f)
	f.Fuzz(func(t *testing.T, at, cut int, insert []byte) {
		b := g.edited(at, cut, insert)
		r := verify(t, b, export.Options{Key: g.vkey, Since: g.note})
		if r.OK != bytes.Equal(b, g.export) {
			t.Errorf("ok is %v; problems %v", r.OK, r.Problems)
		}
	})
}

// Whatever comes in, Open leaves all of it or nothing, and only what Verify
// would not refuse as a container.
func FuzzOpen(f *testing.F) {
	g := seeds(f)
	f.Fuzz(func(t *testing.T, at, cut int, insert []byte) {
		b := g.edited(at, cut, insert)
		parent := t.TempDir()
		_, err := export.Open(context.Background(), bytes.NewReader(b), g.ids, filepath.Join(parent, "out"))
		left, rerr := os.ReadDir(parent)
		if rerr != nil {
			t.Fatal(rerr)
		}
		if want := map[bool]int{true: 1, false: 0}[err == nil]; len(left) != want {
			t.Errorf("error %v, %d left in the directory", err, len(left))
		}
		if bytes.Equal(b, g.export) != (err == nil) {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	})
}
