package reader

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

const (
	syncBatch = 256 // entries whose views are made, and stored in one transaction, at a time
	maxFaults = 20  // damaged entries that an error names
)

// progress is how far this desk's queue reaches, in which log and under which
// view key.
type progress struct {
	bookmark
	again      []int64 // entries below the bookmark whose views are to be made anew
	origin     string
	generation int
}

// Sync brings the queue up to the newest entry: it opens the views that are in
// the box, makes those that are missing, and stores them. The first one after
// a new generation of keys, or after the views were dropped, opens every
// report, on all cores; told, which may be nil, is told how many entries of
// how many are done, from one goroutine, at the end at least. The rows can be
// listed while it runs. Later ones cost only what is new.
//
// A view that does not open is made anew. If some are missing that were there,
// all are. A report that does not open, most often intake.ErrDamaged, has a
// bare row, is named in the error, and is tried again at the next unlock; a
// decision that does not, or that is not signed by the account that it names,
// moves nothing and is named too. The rest is there all the same. Only leaders and members may sync.
func (d *Desk) Sync(ctx context.Context, told func(done, total int)) error {
	faults, err := d.sync(ctx, told)
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("some entries do not open: %w", errors.Join(faults...))
	}
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}

// sync is Sync; faults are those of entries that do not open, of which some may
// be left out.
func (d *Desk) sync(ctx context.Context, told func(done, total int)) (faults []error, err error) {
	d.syncMu.Lock()
	defer d.syncMu.Unlock()
	// The size comes first: no entry below it is sealed to a generation of keys
	// that began after the look at the keys.
	size, err := d.box.Size(ctx)
	if err != nil {
		return nil, err
	}
	m, err := d.now(ctx)
	if err != nil {
		return nil, err
	}
	if len(m.teams) == 0 {
		return nil, fmt.Errorf("%s does not hold the team's key: %w", d.name, intake.ErrForbidden)
	}
	s := &syncing{Desk: d, m: m, told: told}
	if d.synced.generation != m.state.Keys.Generation || d.synced.origin != m.state.Origin {
		if err := s.load(ctx, size); err != nil {
			return nil, err
		}
	}
	err = s.run(ctx, size)
	return s.faults, err
}

// List returns the rows of one state and one channel, newest first, from the
// offset-th on and at most limit of them, and how many there are. An empty
// state or channel stands for all. It opens nothing: the rows are those of the
// last Sync and of this desk's own decisions since.
func (d *Desk) List(state triage.State, channel intake.Channel, offset, limit int) (page []triage.Row, total int) {
	return d.queue.page(state, channel, offset, limit)
}

// syncing is one run of Sync.
type syncing struct {
	*Desk
	m      moment
	told   func(done, total int)
	done   int
	total  int
	faults []error
}

func (s *syncing) tell(n int) {
	s.done += n
	if s.told != nil {
		s.told(s.done, s.total)
	}
}

func (s *syncing) fault(err error) {
	if err != nil && len(s.faults) < maxFaults {
		s.faults = append(s.faults, err)
	}
}

// run makes the views that are to be made anew, then those of the entries
// after the bookmark.
func (s *syncing) run(ctx context.Context, size int64) error {
	s.total = len(s.synced.again) + max(0, int(size-s.synced.Size))
	for len(s.synced.again) > 0 {
		n := min(syncBatch, len(s.synced.again))
		if err := s.repair(ctx, s.synced.again[:n]); err != nil {
			return err
		}
		s.synced.again = s.synced.again[n:]
	}
	if err := s.follow(ctx, size); err != nil {
		return err
	}
	if s.total == 0 {
		s.tell(0)
	}
	return nil
}

func (s *syncing) repair(ctx context.Context, again []int64) error {
	var batch []entry.Record
	for _, index := range again {
		rec, err := s.entry(ctx, index)
		if err != nil {
			return err
		}
		batch = append(batch, rec)
	}
	return s.batch(ctx, batch, s.synced.bookmark)
}

// follow makes the views of the entries up to size.
func (s *syncing) follow(ctx context.Context, size int64) error {
	var batch []entry.Record
	next := s.synced.bookmark
	for rec, err := range s.box.Entries(ctx, next.Size, size) {
		if err != nil {
			return err
		}
		batch = append(batch, rec)
		next.Size = rec.Index + 1
		if viewed(rec.Header.Kind) {
			next.Views++
		}
		if len(batch) < syncBatch && next.Size < size {
			continue
		}
		if err := s.batch(ctx, batch, next); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// batch makes the views of some entries on all cores, takes them into the
// queue, and stores them together with the bookmark that they bring.
func (s *syncing) batch(ctx context.Context, entries []entry.Record, next bookmark) error {
	made := make([]view, len(entries))
	errs := make([]error, len(entries))
	onAllCores(len(entries), func(i int) {
		if viewed(entries[i].Header.Kind) && ctx.Err() == nil {
			made[i], errs[i] = s.viewOf(ctx, s.m, entries[i])
		}
	})
	if err := errors.Join(ctx.Err(), s.unlocked()); err != nil {
		return err
	}
	var views []view
	for i, v := range made {
		if errs[i] != nil && !v.Damaged {
			return errs[i]
		}
		s.fault(errs[i])
		if v.V != 0 {
			views = append(views, v)
		}
	}
	if err := s.put(ctx, views, next); err != nil {
		return err
	}
	s.queue.take(views)
	s.synced.bookmark = next
	s.tell(len(entries))
	return nil
}

// put stores views and, unless nothing has changed, the bookmark.
func (s *syncing) put(ctx context.Context, views []view, next bookmark) error {
	if len(views) == 0 && next.Views == s.synced.Views && next.Size-s.synced.Size < syncBatch {
		return nil // reading writes entries; the bookmark need not follow each
	}
	first, err := s.entry(ctx, 0)
	if err != nil {
		return err
	}
	views = append(views[:len(views):len(views)], view{V: formatV1, id: first.Header.ID, Bookmark: &next})
	stored := make(map[int64][]byte, len(views))
	for _, v := range views {
		if stored[v.Index], err = s.m.views.seal(s.m.state.OriginOf(v.Index), v); err != nil {
			return err
		}
	}
	return s.box.PutViews(ctx, stored)
}
