package seal

import (
	"math"
	"math/bits"
)

// The smallest buckets for the parts of an entry, in bytes of plaintext: room
// for some text in a report, and in an identity for a name and a contact of the
// longest, so that one with them looks like one without.
const (
	LeastReport   = 4 << 10
	LeastIdentity = 4 << 10
	LeastNote     = 1 << 10
)

// maxPad is the longest length that Padme rounds up; above it lies the end of
// int64.
const maxPad = 1 << 62

// Bucket is the padded length of a part of n bytes, at least the bucket of
// least: 1, 4, 16 or 64 KiB, then powers of two. The steps of four keep nearly
// all reports in two or three sizes; above, doubling wastes half at most.
func Bucket(n, least int) int {
	n = max(n, least)
	if n > math.MaxInt/2 {
		return math.MaxInt
	}
	for _, b := range []int{1 << 10, 4 << 10, 16 << 10, 64 << 10} {
		if n <= b {
			return b
		}
	}
	return 1 << bits.Len(uint(n-1))
}

// Padme is the padded length of a file of n bytes. Lengths are rounded up so
// that of the bits after the first only the top log₂ log₂ n stay: a file grows
// by 12 % at most and shows O(log log n) bits of its length instead of log n.
//
// Source: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing Metadata
// Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019(4),
// algorithm 1. https://arxiv.org/abs/1806.03160
func Padme(n int64) int64 {
	if n < 2 {
		return max(n, 0)
	}
	if n > maxPad {
		return math.MaxInt64
	}
	e := bits.Len64(uint64(n)) - 1 // ⌊log₂ n⌋
	s := bits.Len(uint(e))         // bits needed to write e
	mask := int64(1)<<(e-s) - 1
	return (n + mask) &^ mask
}
