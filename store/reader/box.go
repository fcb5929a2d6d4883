package reader

import (
	"context"
	"io"
	"iter"
	"time"

	"dengwen/store/entry"
)

// A Box is what the reader needs of the box. Of what it answers nothing is
// believed that the log does not prove.
type Box interface {
	// Now is the box's clock and its day in the inspection's zone, for an entry
	// that is made now.
	Now(ctx context.Context) (now time.Time, day string, err error)
	// Size is the number of entries.
	Size(ctx context.Context) (int64, error)
	// Entries yields the entries from index from up to, not including, to.
	Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error]
	// Part opens the stored bytes of one part of an entry.
	Part(ctx context.Context, index int64, part int) (io.ReadCloser, error)
	// Find is the index of the entry with this id.
	Find(ctx context.Context, id string) (int64, error)
	// About lists the entries whose ref is id, oldest first.
	About(ctx context.Context, id string) ([]int64, error)
	// Append writes a signed entry. It answers intake.ErrClock when the day
	// changed after the draft was made, or another clear entry came first.
	Append(ctx context.Context, d entry.Draft) (int64, error)

	// Wrap is what is kept for an account, ViewKey the sealed view key;
	// intake.ErrNotFound when there is none.
	Wrap(ctx context.Context, account string) ([]byte, error)
	ViewKey(ctx context.Context) ([]byte, error)
	// PutViews stores views by index, all of them or none. Views yields those
	// from an index on, in order. DropViews throws all away.
	PutViews(ctx context.Context, views map[int64][]byte) error
	Views(ctx context.Context, from int64) iter.Seq2[entry.View, error]
	DropViews(ctx context.Context) error
}
