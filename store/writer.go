package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// maxGroup bounds how many callers share a transaction, and so how much a
// commit can cost the first of them.
const maxGroup = 512

// A request is one caller's wish to write. Exactly one of fn and alone is set.
type request struct {
	fn    func(*txn) error // runs in a transaction shared with others; may run again
	alone func() error     // runs between transactions, with the writer to itself
	done  chan error
}

// A txn is one write transaction and the standing as it is inside of it.
type txn struct {
	*bbolt.Tx
	now   time.Time
	state *entry.State
	clear bool // a clear entry was appended: the standing changes
}

// update runs fn in the next write transaction and waits until it is on disk.
// fn may run more than once and must set what it returns anew each time; its
// error undoes its own writes and nobody else's. Once handed over, the wait
// does not end with ctx, since the outcome would be unknown.
func (b *Box) update(ctx context.Context, fn func(*txn) error) error {
	return b.hand(ctx, request{fn: fn, done: make(chan error, 1)})
}

// exclusively runs fn while nobody else writes.
func (b *Box) exclusively(ctx context.Context, fn func() error) error {
	return b.hand(ctx, request{alone: fn, done: make(chan error, 1)})
}

func (b *Box) hand(ctx context.Context, r request) error {
	select {
	case b.requests <- r:
		return <-r.done
	case <-b.quit:
		return intake.ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write is the one goroutine that writes. It waits for a caller, takes along
// everybody who came while the previous group was being committed, and never
// waits for more: an idle box has no timer running.
func (b *Box) write() {
	defer close(b.stopped)
	for {
		var first request
		select {
		case first = <-b.requests:
		case <-b.quit:
			return
		}
		group, alone := b.gather(first)
		if err := b.ready(); err != nil {
			answer(append(group, alone...), err)
			continue
		}
		b.commit(group)
		for _, r := range alone {
			r.done <- r.alone()
		}
	}
}

func (b *Box) gather(first request) (group, alone []request) {
	for r, n := first, 1; ; n++ {
		if r.alone != nil {
			return group, append(alone, r)
		}
		group = append(group, r)
		if n == maxGroup {
			return group, alone
		}
		select {
		case r = <-b.requests:
		default:
			return group, alone
		}
	}
}

// commit writes a group. A caller whose function fails is answered and the
// others are tried again without it.
func (b *Box) commit(group []request) {
	for len(group) > 0 {
		failed, err := b.try(group)
		if failed < 0 {
			answer(group, err)
			return
		}
		group[failed].done <- err
		group = append(group[:failed:failed], group[failed+1:]...)
	}
}

func answer(group []request, err error) {
	for _, r := range group {
		r.done <- err
	}
}

// try runs the group in one transaction. It returns the position of a failing
// function and its error, or -1 and the outcome of the commit.
func (b *Box) try(group []request) (int, error) {
	tx, err := b.db.Begin(true)
	if err != nil {
		return -1, fmt.Errorf("begin: %w", err)
	}
	next := b.now.Load()
	t := &txn{Tx: tx, now: b.opts.Now(), state: next.state}
	for i, r := range group {
		err := r.fn(t)
		if err == nil && t.clear {
			// Before the commit, for nothing may fail once the group is on disk.
			t.clear = false
			next, err = newStanding(t.state)
		}
		if err != nil {
			return i, errors.Join(err, tx.Rollback())
		}
	}
	// A crash before the commit returns leaves the log as it was or with the
	// whole group, whatever bbolt's meta page says; nobody was told either way.
	id := tx.ID()
	if err := b.opts.Around.do(StepCommit, tx.Commit); err != nil {
		_ = tx.Rollback() // says that the transaction is closed, unless the commit never began
		landed, unsure := b.landed(id)
		if landed {
			return -1, nil
		}
		return -1, errors.Join(fmt.Errorf("commit: %w", noSpace(err)), unsure)
	}
	b.now.Store(next)
	return -1, nil
}

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

// alone runs fn in a transaction of its own. Only the writer calls it, or who
// holds the box before the writer runs.
func (b *Box) alone(step Step, fn func(*txn) error) error {
	return b.opts.Around.do(step, func() error {
		_, err := b.try([]request{{fn: fn}})
		return err
	})
}

// settled waits until the writer is ready: see there.
func (b *Box) settled(ctx context.Context) error {
	return b.exclusively(ctx, func() error { return nil })
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
