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
