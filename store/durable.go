package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// writeFile makes a small file durable under its final name: a crash leaves
// nothing, or the whole file, or a hidden one that nobody reads.
func writeFile(path string, data []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return noSpace(err) // a disk can be out of inodes
	}
	defer func() {
		if err != nil {
			err = errors.Join(noSpace(err), os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return rename(tmp.Name(), path)
}

// rename gives a file or directory its final name, durably.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(filepath.Clean(to)))
}

// moveInto renames a finished directory to its name, where an empty one may
// stand. A crash in between leaves neither, which is where Create begins.
func moveInto(tmp, dir string) error {
	// Not os.Remove, which would take a file or a link as well.
	if err := syscall.Rmdir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &fs.PathError{Op: "rmdir", Path: dir, Err: err}
	}
	return rename(tmp, dir)
}

// discard removes a file that may not be there.
func discard(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
