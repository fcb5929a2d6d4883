package merkle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
)

// someProof is a proof of one leaf of a log of nine, signed by the test's key.
func someProof(t testing.TB, n int64) (Proof, Checkpoint) {
	t.Helper()
	const size = 9
	var m memory
	entry := func(i int64) []byte { return fmt.Appendf(nil, `{"v":1,"id":"%d"}`, i) }
	for i := range int64(size) {
		m.append(t, i, LeafHash(entry(i)))
	}
	root, err := Root(size, m)
	if err != nil {
		t.Fatal(err)
	}
	hashes, err := ProveInclusion(n, size, m)
	if err != nil {
		t.Fatal(err)
	}
	s, _, _ := testKey(t)
	c := Checkpoint{Origin: testOrigin, Size: size, Root: root}
	return Proof{Index: n, Hashes: hashes, Leaf: entry(n), Checkpoint: sign(t, s, c)}, c
}

func format(t testing.TB, p Proof) []byte {
	t.Helper()
	b, err := p.Format()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes of a proof, which others' verifiers read.
func TestGoldenProof(t *testing.T) {
	p, c := someProof(t, 8)
	const golden = `c2sp.org/tlog-proof@v1
extra eyJ2IjoxLCJpZCI6IjgifQ==
index 8
2dkTK/EvBiWwueSL8e2KuUkFJ4IvjUNYsihqNomnaw8=

`
	b := format(t, p)
	if diff := cmp.Diff(golden+string(p.Checkpoint), string(b)); diff != "" {
		t.Error(diff)
	}
	got, err := ParseProof(b)
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := got.Claimed()
	if err != nil || claimed != c {
		t.Errorf("claims %+v, %v", claimed, err)
	}
}

func TestProofRoundTrip(t *testing.T) {
	for n := range int64(9) {
		p, c := someProof(t, n)
		got, err := ParseProof(format(t, p))
		if diff := cmp.Diff(p, got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		if err := got.Check(c); err != nil {
			t.Error(err)
		}
		for other := range int64(11) {
			if got.Index = other; other != n && !errors.Is(got.Check(c), intake.ErrProof) {
				t.Errorf("the proof of leaf %d holds for %d", n, other)
			}
		}
	}
	// A leaf as long as a header can be: its line is over what the module reads.
	p := Proof{Leaf: bytes.Repeat([]byte("x"), 256<<10), Checkpoint: []byte("note\n")}
	if got, err := ParseProof(format(t, p)); err != nil || !bytes.Equal(got.Leaf, p.Leaf) {
		t.Error(err)
	}
}

func notRead(t *testing.T, b []byte, what string) error {
	t.Helper()
	p, err := ParseProof(b)
	if !errors.Is(err, intake.ErrProof) && !errors.Is(err, intake.ErrVersion) || p.Leaf != nil {
		t.Fatalf("%s: %v\n%q", what, err, b)
	}
	return err
}

// What the module's own reader, or base64, would let pass.
func TestProofHasOneSpelling(t *testing.T) {
	p, _ := someProof(t, 8)
	b := string(format(t, p))
	swap := func(old, with string) string {
		t.Helper()
		if strings.Count(b, old) != 1 {
			t.Fatalf("%q is not in the proof once", old)
		}
		return strings.Replace(b, old, with, 1)
	}
	hash := base64.StdEncoding.EncodeToString(p.Hashes[0][:])
	for says, text := range map[string]string{
		"Windows":                           strings.ReplaceAll(b, "\n", "\r\n"),
		`"c2sp.org/tlog-proof@v2"`:          swap("@v1", "@v2"),
		"does not begin":                    "\n" + b,
		"it does not begin with":            strings.ToUpper(b),
		"does not hold the entry":           swap("extra eyJ2IjoxLCJpZCI6IjgifQ==\n", ""),
		"hold the entry":                    swap("eyJ2IjoxLCJpZCI6IjgifQ==", ""),
		"the entry: illegal base64":         swap("eyJ2", "e_J2"),
		"index not a valid":                 swap("index 8", "index -8"),
		"missing required index":            swap("index 8\n", ""),
		"no log has so many":                swap("index 8", "index 18446744073709551615"),
		"no log":                            swap("index 8", fmt.Sprintf("index %d", int64(MaxSize))),
		"hash length":                       swap(hash, hash[:40]),
		"hash not base64":                   swap(hash, "!"+hash[1:]),
		"longer than 512 KiB":               b + strings.Repeat("\n", MaxProof),
		"usual spelling":                    swap("index 8", "index 08"),
		"usual spelling, spare bits":        swap("IjgifQ==", "IjgifR=="),
		"usual spelling, bits of a hash":    swap(hash, hash[:42]+string(hash[42]+1)+"="),
		"usual spelling, extra twice":       swap("index 8", "extra AAAA\nindex 8"),
		"usual spelling, one CR":            swap("index 8\n", "index 8\r\n"),
		"usual spelling, CR in base64":      swap("eyJ2", "ey\rJ2"),
		"cut off":                           strings.TrimSuffix(b, "\n"),
		"cut off, before the empty line":    b[:strings.Index(b, "\n\n")+1],
		"cut off, after the first line":     b[:len("c2sp.org/tlog-proof@v1\n")] + "extra AAAA\nindex 8",
		"does not hold the entry, cut here": "c2sp.org/tlog-proof@v1\n",
	} {
		says, _, _ = strings.Cut(says, ", ")
		if err := notRead(t, []byte(text), says); !strings.Contains(err.Error(), says) {
			t.Errorf("%q does not say %q", err, says)
		}
	}
	if err := notRead(t, []byte(swap("@v1", "@v2")), "version 2"); !errors.Is(err, intake.ErrVersion) {
		t.Error(err)
	}
}

func TestFormatRefuses(t *testing.T) {
	good, _ := someProof(t, 3)
	for what, change := range map[string]func(*Proof){
		"no leaf":                func(p *Proof) { p.Leaf = nil },
		"an empty leaf":          func(p *Proof) { p.Leaf = []byte{} },
		"a negative index":       func(p *Proof) { p.Index = -1 },
		"an index out of range":  func(p *Proof) { p.Index = MaxSize },
		"a note without its end": func(p *Proof) { p.Checkpoint = []byte("note") },
		"a note with CRs":        func(p *Proof) { p.Checkpoint = []byte("note\r\n") },
		"a leaf that is too long": func(p *Proof) {
			p.Leaf = make([]byte, MaxProof)
		},
	} {
		p := good
		change(&p)
		if b, err := p.Format(); !errors.Is(err, intake.ErrProof) || b != nil {
			t.Errorf("%s: %v\n%q", what, err, b)
		}
	}
}

func TestClaimedRefuses(t *testing.T) {
	root := Hash{1}.String()
	for _, note := range []string{"", "a\n1\n", "\n1\n" + root + "\n", "a\nx\n" + root + "\n", "a\n1\nAAAA\n", "a b\n1\n" + root + "\n",
		"a\n0\n" + root + "\n", "a\n18446744073709551615\n" + root + "\n", fmt.Sprintf("a\n%d\n%s\n", int64(MaxSize)+1, root)} {
		if c, err := (Proof{Checkpoint: []byte(note)}).Claimed(); !errors.Is(err, intake.ErrProof) || c != (Checkpoint{}) {
			t.Errorf("%q: %+v, %v", note, c, err)
		}
	}
}

func FuzzParseProof(f *testing.F) {
	for _, n := range []int64{0, 5, 8} {
		p, _ := someProof(f, n)
		b := format(f, p)
		f.Add(b)
		f.Add(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
		f.Add(b[:len(b)-40])
	}
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseProof(b)
		if err != nil {
			notRead(t, b, "refused")
			return
		}
		if again := format(t, p); !bytes.Equal(again, b) {
			t.Fatalf("%q is written %q", b, again)
		}
		if c, err := p.Claimed(); err == nil && p.Check(c) == nil && p.Index >= c.Size {
			t.Fatalf("leaf %d is in a log of %d", p.Index, c.Size)
		}
	})
}
