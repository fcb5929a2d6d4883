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

// ProveConsistency proves that the first old leaves of the tree of size leaves
// are an older tree, unchanged (RFC 6962, section 2.1.2). An empty older tree
// has an empty proof.
func ProveConsistency(old, size int64, r Reader) ([]Hash, error) {
	if old < 0 || old > size || size > MaxSize {
		return nil, fmt.Errorf("prove %d leaves within %d: %w", old, size, intake.ErrInvalid)
	}
	if old == 0 {
		return []Hash{}, nil
	}
	proof, err := tlog.ProveTree(size, old, r)
	if err != nil {
		return nil, fmt.Errorf("prove %d leaves within %d: %w", old, size, err)
	}
	return proof, nil
}

// CheckConsistency checks the proof that the tree with this size and root
// begins with the older tree of old leaves and oldRoot. It returns
// intake.ErrProof for anything else.
func CheckConsistency(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) error {
	fail := fmt.Errorf("consistency of %d leaves with %d: %w", old, size, intake.ErrProof)
	if old < 0 || old > size || size > MaxSize {
		return fail
	}
	if old == 0 {
		// tlog has no proof from nothing: every tree begins with the empty one.
		if len(proof) != 0 || oldRoot != emptyRoot() || size == 0 && root != oldRoot {
			return fail
		}
		return nil
	}
	if tlog.CheckTree(proof, size, root, old, oldRoot) != nil {
		return fail
	}
	return nil
}

func emptyRoot() Hash {
	var r Roller
	return r.Root()
}
