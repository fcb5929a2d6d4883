package merkle

import (
	"errors"
	"math/rand/v2"
	"testing"

	"dengwen/intake"
)

const logSize = 600

func TestInclusion(t *testing.T) {
	m, leaves, roots := grow(t, logSize)
	rnd := rand.New(rand.NewPCG(7, 2))
	for range 2000 {
		size := 1 + rnd.Int64N(logSize)
		n := rnd.Int64N(size)
		proof, err := ProveInclusion(n, size, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckInclusion(proof, size, roots[size], n, leaves[n]); err != nil {
			t.Fatalf("leaf %d of %d: %v", n, size, err)
		}
		refuse := func(what string, proof []Hash, size int64, root Hash, n int64, leaf Hash) {
			t.Helper()
			if err := CheckInclusion(proof, size, root, n, leaf); !errors.Is(err, intake.ErrProof) {
				t.Fatalf("leaf %d of %d, %s: %v", n, size, what, err)
			}
		}
		refuse("another leaf", proof, size, roots[size], n, flip(rnd, leaves[n]))
		refuse("another root", proof, size, flip(rnd, roots[size]), n, leaves[n])
		refuse("a hash too many", append(proof[:len(proof):len(proof)], Hash{}), size, roots[size], n, leaves[n])
		refuse("a negative leaf", proof, size, roots[size], -1, leaves[n])
		refuse("a leaf behind the end", proof, size, roots[size], size, leaves[n])
		for i := range proof {
			refuse("a hash changed", changed(rnd, proof, i), size, roots[size], n, leaves[n])
			refuse("a hash left out", without(proof, i), size, roots[size], n, leaves[n])
		}
		if other := rnd.Int64N(size); other != n {
			refuse("another place", proof, size, roots[size], other, leaves[n])
		}
	}
}

func TestConsistency(t *testing.T) {
	m, _, roots := grow(t, logSize)
	rnd := rand.New(rand.NewPCG(7, 3))
	for range 2000 {
		size := 1 + rnd.Int64N(logSize)
		old := rnd.Int64N(size + 1)
		proof, err := ProveConsistency(old, size, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(proof, size, roots[size], old, roots[old]); err != nil {
			t.Fatalf("%d within %d: %v", old, size, err)
		}
		refuse := func(what string, proof []Hash, root Hash, old int64, oldRoot Hash) {
			t.Helper()
			if err := CheckConsistency(proof, size, root, old, oldRoot); !errors.Is(err, intake.ErrProof) {
				t.Fatalf("%d within %d, %s: %v", old, size, what, err)
			}
		}
		refuse("another old root", proof, roots[size], old, flip(rnd, roots[old]))
		refuse("a hash too many", append(proof[:len(proof):len(proof)], Hash{}), roots[size], old, roots[old])
		refuse("a negative old size", proof, roots[size], -1, roots[old])
		refuse("an old size behind the end", proof, roots[size], size+1, roots[old])
		if old > 0 { // every root is consistent with nothing
			refuse("another root", proof, flip(rnd, roots[size]), old, roots[old])
		}
		for i := range proof {
			refuse("a hash changed", changed(rnd, proof, i), roots[size], old, roots[old])
			refuse("a hash left out", without(proof, i), roots[size], old, roots[old])
		}
	}
}

func TestConsistencyOfEmptyTrees(t *testing.T) {
	_, _, roots := grow(t, 1)
	if err := CheckConsistency(nil, 0, roots[0], 0, roots[0]); err != nil {
		t.Error(err)
	}
	if err := CheckConsistency(nil, 0, roots[1], 0, roots[0]); !errors.Is(err, intake.ErrProof) {
		t.Errorf("an empty tree with a root of its own: %v", err)
	}
}

// A rewritten history does not prove itself against a root from before.
func TestRewrittenLogIsNotConsistent(t *testing.T) {
	_, leaves, roots := grow(t, 64)
	rnd := rand.New(rand.NewPCG(7, 4))
	for victim := range int64(40) {
		var m memory
		for n, leaf := range leaves {
			if int64(n) == victim {
				leaf = flip(rnd, leaf)
			}
			m.append(t, int64(n), leaf)
		}
		root, err := Root(64, m)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := ProveConsistency(40, 64, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(proof, 64, root, 40, roots[40]); !errors.Is(err, intake.ErrProof) {
			t.Fatalf("leaf %d rewritten: %v", victim, err)
		}
	}
}

func flip(rnd *rand.Rand, h Hash) Hash {
	h[rnd.IntN(len(h))] ^= 1 << rnd.IntN(8)
	return h
}

func changed(rnd *rand.Rand, proof []Hash, i int) []Hash {
	out := append([]Hash(nil), proof...)
	out[i] = flip(rnd, out[i])
	return out
}

func without(proof []Hash, i int) []Hash {
	return append(append([]Hash(nil), proof[:i]...), proof[i+1:]...)
}
