package store

import (
	"context"
	"slices"
	"sync"

	"dengwen/intake"
)

// syncedTogether is how many reports of a group are sealed before their files are
// synced: a disk syncs many files for little more than one. Each report has up to
// mostUnsynced files open, and the one or two that are being written.
const syncedTogether = 64

// seal packs what is to be accepted and is not packed yet.
func (d *delivery) seal(ctx context.Context, st *standing) error {
	var due []int
	for i, out := range d.outs {
		if out.Verdict == intake.Accepted && d.parcels[i].header.ID == "" {
			due = append(due, i)
		}
	}
	if len(due) > 0 {
		d.keys = st
	}
	for some := range slices.Chunk(due, syncedTogether) {
		if err := d.sealSome(ctx, st, some); err != nil {
			return err
		}
	}
	return nil
}

// sealSome seals the files of some reports, side by side, and then their parts
// while the files are synced and placed: a part only repeats a file's hash. From
// here on a crash leaves files under one name or more, which the sweep takes
// away unless the transaction was committed.
func (d *delivery) sealSome(ctx context.Context, st *standing, some []int) error {
	errs := make([]error, len(some)+1)
	// More at a time than cores, since now and then one waits for the disk; not
	// many more, for each has buffers of its own.
	sideBySide(len(some), 2*cap(d.box.cores), func(n int) { d.parcels[some[n]], errs[n] = d.box.begin(ctx, st, d.subs[some[n]]) })
	if err := d.first(some, errs); err != nil {
		return err
	}
	var fresh []*blob
	for _, i := range some {
		fresh = append(fresh, d.parcels[i].blobs...)
	}
	pack := func(n int) { errs[n] = d.box.pack(ctx, st, d.subs[some[n]], &d.parcels[some[n]]) }
	if len(fresh) == 0 {
		sideBySide(len(some), len(some), pack)
		return d.first(some, errs)
	}
	sideBySide(len(some)+1, len(some)+1, func(n int) {
		if n == 0 {
			errs[len(some)] = d.box.placeBlobs(fresh)
		} else {
			pack(n - 1)
		}
	})
	return d.first(some, errs)
}

// first is the first error of some reports; a last one is about none of them.
func (d *delivery) first(some []int, errs []error) error {
	for n, i := range some {
		if errs[n] != nil {
			return d.about(i, errs[n])
		}
	}
	return errs[len(some)]
}

// sideBySide calls do with each number below n, up to most at a time, and returns
// when all have ended. If some panicked, so does it. A single one is called from
// here.
func sideBySide(n, most int, do func(int)) {
	if n == 1 {
		do(0)
		return
	}
	places := make(chan struct{}, max(1, most))
	panics := make([]any, n)
	var wg sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { panics[i] = recover(); <-places }()
			do(i)
		})
	}
	wg.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
