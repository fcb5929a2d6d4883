package reader

import (
	"context"

	"dengwen/store/entry"
)

// loadBatch is how many views are opened at a time.
const loadBatch = 4096

// load opens the views in the box. When the bookmark does not open, or is
// ahead of the log, or views below it were taken away, all go.
func (s *syncing) load(ctx context.Context, size int64) error {
	fresh := progress{origin: s.m.state.Origin, generation: s.m.state.Keys.Generation}
	first, present, again, err := s.loadViews(ctx)
	if err != nil {
		return err
	}
	whole := first != nil && first.Size <= size && first.Views == present
	if whole {
		if whole, err = s.repairable(ctx, again); err != nil {
			return err
		}
	}
	if !whole {
		s.synced = fresh
		return s.box.DropViews(ctx)
	}
	fresh.bookmark, fresh.again = *first, again
	s.synced = fresh
	return nil
}

// repairable reports whether all views that did not open are of entries that
// have one. Any other stands there to make the number right, in place of one
// that was taken away.
func (s *syncing) repairable(ctx context.Context, again []int64) (bool, error) {
	for _, index := range again {
		rec, err := s.entry(ctx, index)
		if err != nil || !viewed(rec.Header.Kind) {
			return false, err
		}
	}
	return true, nil
}

// loadViews takes the views up to the bookmark into the queue. It returns the
// bookmark, or nil, the number of views below it, and those that are to be
// made anew. Views beyond it, which another desk is writing, are left to be
// made here too.
func (s *syncing) loadViews(ctx context.Context) (first *bookmark, present int64, again []int64, err error) {
	var batch []entry.View
	for v, err := range s.box.Views(ctx, 0) {
		if err != nil {
			return nil, 0, nil, err
		}
		if first == nil {
			b, err := s.m.views.open(s.m.state.OriginOf(0), 0, v.Sealed)
			if v.Index != 0 || err != nil || b.Bookmark == nil {
				return nil, 0, nil, nil
			}
			first = b.Bookmark
			continue
		}
		if v.Index >= first.Size {
			break
		}
		present++
		if batch = append(batch, v); len(batch) == loadBatch {
			again = append(again, s.take(batch)...)
			batch = batch[:0]
		}
	}
	return first, present, append(again, s.take(batch)...), nil
}

// take opens views on all cores and returns those that are to be made anew.
func (s *syncing) take(sealed []entry.View) (again []int64) {
	opened := make([]view, len(sealed))
	bad := make([]bool, len(sealed))
	onAllCores(len(sealed), func(i int) {
		v, err := s.m.views.open(s.m.state.OriginOf(sealed[i].Index), sealed[i].Index, sealed[i].Sealed)
		opened[i], bad[i] = v, err != nil || v.Damaged
	})
	for i, b := range bad {
		if b {
			again = append(again, sealed[i].Index)
		}
	}
	s.queue.take(opened)
	return again
}
