package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// An outFile is readable by its owner alone, and under its name only once it is
// whole. It is written beside its place under a hidden name, which a crash may
// leave.
type outFile struct {
	*os.File
	path string
	move func(from, to string) error
}

// createOut begins a file for people at path, which must be free: it never takes
// the place of another.
func createOut(path string) (*outFile, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fail("out.exists", "File", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return beginOut(path, moveTo)
}

// beginOut begins a file that move will give its name.
func beginOut(path string, move func(from, to string) error) (*outFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // 0600
	if err != nil {
		return nil, err
	}
	return &outFile{f, path, move}, nil
}

// finish gives the file its name when err is nil, and removes it otherwise. It
// returns err, or what else went wrong.
func (f *outFile) finish(err error) error {
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = f.move(f.Name(), f.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(filepath.Dir(f.path))
}

// drop takes the file back: there was nothing to write.
func (f *outFile) drop() error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// moveTo gives a file a name that is free. Memory sticks have no second names
// for a file; there, what was looked up before counts.
func moveTo(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return fail("out.exists", "File", to)
	}
	if _, err := os.Lstat(to); err == nil {
		return fail("out.exists", "File", to)
	}
	return os.Rename(from, to)
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writeOut writes a small file for a person.
func writeOut(path string, data []byte) error {
	f, err := createOut(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return f.finish(err)
}
