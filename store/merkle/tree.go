package merkle

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"dengwen/intake"
)

// A Hash is the hash of a leaf or of a subtree, SHA-256. Its text is base64.
type Hash = tlog.Hash

// A Reader reads stored hashes by the numbers that [StoredIndex] and tlog give
// them. It must answer with as many hashes as it was asked for.
type Reader = tlog.HashReader

// MaxSize is the largest tree, in leaves. It is far above any box and far
// below 2⁶², where the arithmetic of tlog overflows and its loops do not end.
const MaxSize = 1 << 48

// LeafHash is the hash of an entry as a leaf (RFC 6962, section 2.1).
func LeafHash(entry []byte) Hash { return tlog.RecordHash(entry) }

// StoredIndex is the number under which the hash of leaf n is stored, and so
// the number of hashes stored for the n leaves before it once they are all in.
func StoredIndex(n int64) int64 { return tlog.StoredHashIndex(0, n) }

// Append gives the hashes to store, from StoredIndex(n) on, when leaf becomes
// number n of the log. It reads up to log₂ n hashes stored before.
func Append(n int64, leaf Hash, r Reader) ([]Hash, error) {
	if n < 0 || n >= MaxSize {
		return nil, fmt.Errorf("append leaf %d: %w", n, intake.ErrInvalid)
	}
	hashes, err := tlog.StoredHashesForRecordHash(n, leaf, r)
	if err != nil {
		return nil, fmt.Errorf("append leaf %d: %w", n, err)
	}
	return hashes, nil
}

// Root is the root of the tree of the first n leaves. That of no leaves is the
// hash of nothing.
func Root(n int64, r Reader) (Hash, error) {
	if n < 0 || n > MaxSize {
		return Hash{}, fmt.Errorf("root of %d leaves: %w", n, intake.ErrInvalid)
	}
	root, err := tlog.TreeHash(n, r)
	if err != nil {
		return Hash{}, fmt.Errorf("root of %d leaves: %w", n, err)
	}
	return root, nil
}
