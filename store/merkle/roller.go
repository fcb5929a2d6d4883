package merkle

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// A Roller computes the root of a log from its leaves, fed once and in order.
// It keeps the roots of the complete subtrees on the tree's right edge, at
// most one for each bit of the size. The zero Roller is an empty log.
type Roller struct {
	size  int64
	peaks []Hash // one for each bit set in size, the largest subtree first
}

// Add feeds the hash of the next leaf.
func (r *Roller) Add(leaf Hash) {
	// Each low bit set in the old size is a complete subtree that now has a
	// neighbour of its own size to join.
	for n := r.size; n&1 == 1; n >>= 1 {
		last := len(r.peaks) - 1
		leaf = tlog.NodeHash(r.peaks[last], leaf)
		r.peaks = r.peaks[:last]
	}
	r.peaks = append(r.peaks, leaf)
	r.size++
}

// Size is the number of leaves fed so far.
func (r *Roller) Size() int64 { return r.size }

// Root is the root of the leaves fed so far. Feeding may go on afterwards.
func (r *Roller) Root() Hash {
	if r.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(r.peaks) - 1
	root := r.peaks[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(r.peaks[i], root)
	}
	return root
}
