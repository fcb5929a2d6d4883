package export_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The web report of the golden export.
const goldenReport = 4

// A proof of format v1 that was made once verifies for ever, and is made again
// from the golden export, byte for byte.
func TestGoldenProof(t *testing.T) {
	g := golden(t)
	var leaves [][]byte
	var note []byte
	for _, m := range untar(t, g.export) {
		switch {
		case m.name == "checkpoint":
			note = m.content
		case strings.HasSuffix(m.name, "/header.json"):
			leaves = append(leaves, m.content)
		}
	}
	p, _ := inTree(t, leaves, goldenReport)
	p.Checkpoint = note
	again, err := p.Format()
	if err != nil {
		t.Fatal(err)
	}
	b := goldenProof(t)
	if diff := cmp.Diff(string(b), string(again)); diff != "" {
		t.Error(diff)
	}
	if r, p := verifyProof(t, b, g.vkey); !r.OK || p.Index != goldenReport {
		t.Error(r.Problems)
	}
}

func goldenProof(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "v1.tlog-proof"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// No input but the proof itself verifies.
func FuzzVerifyProof(f *testing.F) {
	g := golden(f)
	b := goldenProof(f)
	f.Add(b)
	f.Add(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
	f.Add(b[:len(b)/2])
	f.Add(append(bytes.Clone(b), b...))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if r, _ := verifyProof(t, in, g.vkey); r.OK != bytes.Equal(in, b) {
			t.Errorf("ok is %v; problems %v", r.OK, r.Problems)
		}
		verifyProof(t, in, "")
	})
}
