package merkle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"dengwen/intake"
)

// A memory stores the hashes of a log as a box does, by running number.
type memory []Hash

func (m memory) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d is not stored", x)
		}
		out[i] = m[x]
	}
	return out, nil
}

func (m *memory) append(t testing.TB, n int64, leaf Hash) {
	t.Helper()
	if got := StoredIndex(n); got != int64(len(*m)) {
		t.Fatalf("StoredIndex(%d) = %d, %d hashes are stored", n, got, len(*m))
	}
	hashes, err := Append(n, leaf, *m)
	if err != nil {
		t.Fatal(err)
	}
	*m = append(*m, hashes...)
}

// grow makes a log of n random leaves and the root at each of its sizes.
func grow(t testing.TB, n int) (m memory, leaves, roots []Hash) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(7, 1))
	roots = append(roots, sha256.Sum256(nil))
	for i := range int64(n) {
		entry := make([]byte, rnd.IntN(200))
		for j := range entry {
			entry[j] = byte(rnd.Uint32())
		}
		leaves = append(leaves, LeafHash(entry))
		m.append(t, i, leaves[i])
		root, err := Root(i+1, m)
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, root)
	}
	return m, leaves, roots
}

// mth is the definition of RFC 6962, section 2.1, as it stands there.
func mth(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := mth(leaves[:k]), mth(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

func TestRollerAndRootAgreeWithTheDefinition(t *testing.T) {
	_, leaves, roots := grow(t, 600)
	var r Roller
	for n := range roots {
		if want := mth(leaves[:n]); roots[n] != want || r.Root() != want {
			t.Fatalf("size %d: Root %v, Roller %v, want %v", n, roots[n], r.Root(), want)
		}
		if r.Size() != int64(n) {
			t.Fatalf("Roller.Size() = %d after %d leaves", r.Size(), n)
		}
		if n < len(leaves) {
			r.Add(leaves[n])
		}
	}
}

func TestRollerMemoryIsLogarithmic(t *testing.T) {
	var r Roller
	for range 1 << 16 {
		r.Add(Hash{})
	}
	if len(r.peaks) != 1 || cap(r.peaks) > 32 {
		t.Fatalf("%d peaks, room for %d, after 2¹⁶ leaves", len(r.peaks), cap(r.peaks))
	}
}

// The leaves and roots that the Certificate Transparency implementations test
// each other with, and the path of leaf 0 in the tree of eight.
func TestKnownVectors(t *testing.T) {
	entries := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	path := []string{
		"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
		"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
	}
	var m memory
	var r Roller
	for n, want := range roots {
		root, err := Root(int64(n), m)
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(root[:]) != want || r.Root() != root {
			t.Fatalf("root of %d leaves is %x, want %s", n, root, want)
		}
		if n < len(entries) {
			entry, err := hex.DecodeString(entries[n])
			if err != nil {
				t.Fatal(err)
			}
			m.append(t, int64(n), LeafHash(entry))
			r.Add(LeafHash(entry))
		}
	}
	proof, err := ProveInclusion(0, 8, m)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range proof {
		got = append(got, hex.EncodeToString(h[:]))
	}
	if diff := cmp.Diff(path, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestSizesOutOfRange(t *testing.T) {
	m, _, _ := grow(t, 3)
	for _, n := range []int64{-1, MaxSize + 1, 1 << 62, 1<<63 - 1} {
		if _, err := Append(n, Hash{}, m); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("Append(%d): %v", n, err)
		}
		if _, err := Root(n, m); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("Root(%d): %v", n, err)
		}
		if _, err := ProveInclusion(0, n, m); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("ProveInclusion of %d: %v", n, err)
		}
		if err := CheckInclusion(nil, n, Hash{}, 0, Hash{}); !errors.Is(err, intake.ErrProof) {
			t.Errorf("CheckInclusion of %d: %v", n, err)
		}
	}
	if _, err := ProveInclusion(3, 3, m); !errors.Is(err, intake.ErrInvalid) {
		t.Errorf("a leaf behind the end: %v", err)
	}
}

// What the store cannot read is its error, not a wrong proof.
func TestReaderErrorsArePassedOn(t *testing.T) {
	broken := errors.New("disk")
	r := tlog.HashReaderFunc(func([]int64) ([]Hash, error) { return nil, broken })
	_, err1 := Append(1, Hash{}, r)
	_, err2 := Root(3, r)
	_, err3 := ProveInclusion(1, 3, r)
	for i, err := range []error{err1, err2, err3} {
		if !errors.Is(err, broken) {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	short := tlog.HashReaderFunc(func([]int64) ([]Hash, error) { return nil, nil })
	if _, err := Root(3, short); err == nil {
		t.Error("Root took no hashes for an answer")
	}
}
