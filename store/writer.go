package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
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
