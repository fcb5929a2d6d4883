package merkle

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"dengwen/intake"
)

// ProveInclusion proves that leaf n is in the tree of the first size leaves
// (RFC 6962, section 2.1.1).
func ProveInclusion(n, size int64, r Reader) ([]Hash, error) {
	if n < 0 || n >= size || size > MaxSize {
		return nil, fmt.Errorf("prove leaf %d of %d: %w", n, size, intake.ErrInvalid)
	}
	proof, err := tlog.ProveRecord(size, n, r)
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d of %d: %w", n, size, err)
	}
	return proof, nil
}

// CheckInclusion checks the proof that leaf is number n in the tree with this
// size and root. It returns intake.ErrProof for anything else.
func CheckInclusion(proof []Hash, size int64, root Hash, n int64, leaf Hash) error {
	if n < 0 || n >= size || size > MaxSize {
		return fmt.Errorf("inclusion of leaf %d in %d: %w", n, size, intake.ErrProof)
	}
	if err := tlog.CheckRecord(proof, size, root, n, leaf); err != nil {
		return fmt.Errorf("inclusion of leaf %d in %d: %w", n, size, intake.ErrProof)
	}
	return nil
}
