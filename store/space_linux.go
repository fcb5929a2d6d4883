package store

import (
	"os"
	"syscall"
)

// diskSpace is what is free on the file system that path lies on, for anyone but
// root, and its size, both in bytes.
func diskSpace(path string) (free, size uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, 0, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	unit := uint64(s.Frsize) // blocks are counted in these, see statvfs(3)
	return s.Bavail * unit, s.Blocks * unit, nil
}
