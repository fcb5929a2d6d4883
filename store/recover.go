package store

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"dengwen/intake"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// landed reports whether transaction id took effect although its commit
// failed. What is in memory must not differ from what is on disk, and only the
// file can say which that is, so it is opened anew and the standing read from
// it. A group that is in the file was written: who is told that it failed
// sends again, and a web report has no meaning that would know it.
//
// The commit may have failed where the new meta page was synced, and the file
// as it is read now be no more than what the kernel holds. Everything that the
// page refers to was synced before it, so one more transaction, which changes
// nothing and writes the other meta page, makes it last. Where that fails too,
// or the file does not open, the group has failed as far as anybody can say.
func (b *Box) landed(id int) (bool, error) {
	if err := b.reopen(); err != nil {
		return false, err
	}
	var newest int
	err := b.read(func(tx *bbolt.Tx) error {
		newest = tx.ID()
		return nil
	})
	if err != nil || newest < id {
		return false, err
	}
	err = b.opts.Around.do(StepCommit, func() error { return b.db.Update(func(*bbolt.Tx) error { return nil }) })
	if err != nil {
		return false, errors.Join(err, b.reopen())
	}
	return true, nil
}

// ready sees to it that the database is open, where an exchange of it failed,
// and that no failed file's rows are left. Only the writer calls it.
func (b *Box) ready() error {
	if err := b.read(func(*bbolt.Tx) error { return nil }); errors.Is(err, berrors.ErrDatabaseNotOpen) {
		if err := b.reopen(); err != nil {
			return err
		}
	}
	if !b.unswept.Load() {
		return nil
	}
	if err := b.sweepRows(); err != nil {
		return fmt.Errorf("sweep after a failed file: %w", err)
	}
	b.unswept.Store(false)
	return nil
}

// reopen exchanges the open database for the one that has its name, and reads
// the standing from it.
func (b *Box) reopen() error {
	b.mu.Lock()
	err := b.db.Close()
	if err == nil {
		var db *bbolt.DB
		if db, err = openDB(b.dir); err == nil {
			b.db = db
		}
	}
	b.mu.Unlock()
	if err != nil {
		return err
	}
	return b.refresh()
}

// noSpace gives the many faces of a full disk one name.
func noSpace(err error) error {
	if err == nil || errors.Is(err, intake.ErrFull) {
		return err
	}
	for _, no := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		// bbolt passes on some errors as text only, such as those of growing its file.
		if errors.Is(err, no) || strings.HasSuffix(err.Error(), no.Error()) {
			return fmt.Errorf("%w: %w", intake.ErrFull, err)
		}
	}
	return err
}
