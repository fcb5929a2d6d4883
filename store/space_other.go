//go:build !linux

package store

// diskSpace says of a disk of no size that nothing is free on it, which is
// enough: a box is served on Linux, and elsewhere there is no floor.
func diskSpace(string) (free, size uint64, err error) { return 0, 0, nil }
