package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"dengwen/intake"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// initialMmap reserves address space, not memory: bbolt must wait for every
// reader before it can map more, and a backup is a long reader.
const initialMmap = 8 << 30

// lockWait is how long to wait for another process to let go of a box.
const lockWait = time.Second

// leastDB is the smallest database that a box can have: bbolt's four first
// pages. bbolt would make an empty file into a new database.
const leastDB = 4 * 4096

// openDB opens a box's database for reading and writing.
func openDB(dir string) (*bbolt.DB, error) {
	path := filepath.Join(dir, fileDB)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, intake.ErrNoBox)
	} else if err != nil {
		return nil, err
	}
	// Read only first: opening to write reads more pages, and one that is cut
	// off would end the process.
	db, err := openReadOnly(path)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, err
	}
	return openBolt(path, &bbolt.Options{Timeout: lockWait, FreelistType: bbolt.FreelistMapType, InitialMmapSize: initialMmap})
}

// openReadOnly takes a shared lock, so that it too finds a box in use.
func openReadOnly(path string) (*bbolt.DB, error) {
	return openBolt(path, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
}

func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.Size() < leastDB {
		return nil, fmt.Errorf("%s has %d bytes, which is no database: %w", path, info.Size(), intake.ErrDamaged)
	}
	var file *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
		return file, err
	}
	err = guarded(func() (err error) {
		db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%s: %w", path, intake.ErrInUse)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%s: %w: %w", path, intake.ErrDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	err = guarded(func() error {
		return errors.Join(db.View(func(tx *bbolt.Tx) error { return uncut(tx, file) }), stillThere(file, path))
	})
	if err == nil {
		err = guarded(func() error { return db.View(checkVersion) })
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return db, nil
}

// uncut refuses a database whose file is shorter than its pages: to read one
// that is not there would end the process.
func uncut(tx *bbolt.Tx, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return fmt.Errorf("it has %d bytes of %d: %w", info.Size(), tx.Size(), intake.ErrDamaged)
	}
	return nil
}

// guarded runs what reads pages that bbolt does not checksum: where they are
// damaged it panics, or follows them out of the file.
func guarded(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("box.db cannot be read (%v): %w", p, intake.ErrDamaged)
		}
	}()
	return fn()
}

// stillThere makes sure that the lock was not won on a database that Compact
// had just put a new one in the place of: what is written there would be lost.
func stillThere(file *os.File, path string) error {
	opened, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(opened, named) {
		return intake.ErrInUse
	}
	return nil
}
