package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// A Log is what a box holds and anyone may read of it.
type Log interface {
	// Size is the number of entries.
	Size(ctx context.Context) (int64, error)
	// Entries yields the entries from index from up to, but not including, to.
	Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error]
	// Part opens the stored bytes of a part; one that is not there, erased or
	// lost, is intake.ErrNotFound.
	Part(ctx context.Context, index int64, part int) (io.ReadCloser, error)
}

// A Box is what an export is made from.
type Box interface {
	Log
	// State is what the log's clear entries say.
	State(ctx context.Context) (entry.State, error)
	// Export signs a checkpoint of the tree as it is and records, in an entry
	// after it, that auditors carry the entries from from on away. It returns
	// the note and the size that it covers.
	Export(ctx context.Context, from int64) (note []byte, size int64, err error)
}

// A Summary says what Write has written.
type Summary struct {
	Origin string     `json:"origin"`
	From   int64      `json:"from"` // sealed parts of earlier entries were left out
	Size   int64      `json:"size"` // entries
	Root   entry.Hash `json:"root"`
	Bytes  int64      `json:"bytes"` // of the container
	Note   string     `json:"note"`  // the checkpoint: the since of the next export, and of who verifies it
}

// Write exports the log as it is now. With since, an older checkpoint of this
// log (the signed note), the sealed parts of the entries that it covers are
// left out.
//
// The box records the export before the first byte is written to w. Write
// compares every part with its header on the way. After an error what was
// written is a torso that Verify refuses; the caller removes it.
//
// A since that this log has not signed wraps intake.ErrProof, one that covers
// more than there is intake.ErrBehind. A part that is missing though no entry
// before the end of the export says that it was erased, and anything else that
// does not fit, wraps intake.ErrDamaged and names the entry. A part that was
// erased while the export ran has no place in it either; that is an
// intake.Detail, which says to export again.
func Write(ctx context.Context, w io.Writer, box Box, since []byte) (Summary, error) {
	e, err := newExporter(ctx, w, box, since)
	if err == nil {
		err = e.run(ctx)
	}
	if err != nil {
		return Summary{}, fmt.Errorf("export: %w", err)
	}
	m := e.manifest
	return Summary{m.Origin, m.From, m.Size, m.Root, e.out.written, string(e.note)}, nil
}

type exporter struct {
	box      Box
	out      *shelf
	manifest manifest
	note     []byte
	roller   merkle.Roller
	gaps     gaps
}

// newExporter checks since and has the export recorded.
func newExporter(ctx context.Context, w io.Writer, box Box, since []byte) (*exporter, error) {
	state, err := box.State(ctx)
	if err != nil {
		return nil, err
	}
	var from int64
	if since != nil {
		c, err := merkle.OpenUnder(since, state.LogKeys()...)
		if err != nil {
			return nil, fmt.Errorf("since: %w", err)
		}
		if err := continues(ctx, box, &state, c); err != nil {
			return nil, fmt.Errorf("since: %w", err)
		}
		from = c.Size
	}
	note, size, err := box.Export(ctx, from)
	if err != nil {
		return nil, err
	}
	c, err := merkle.OpenUnder(note, state.LogKeys()...)
	if err != nil {
		return nil, err
	}
	if c.Size != size || c.Origin != state.Origin {
		return nil, fmt.Errorf("the box signed %d entries of %s as %d of %s: %w", c.Size, c.Origin, size, state.Origin, intake.ErrDamaged)
	}
	return &exporter{box: box, out: &shelf{w: bufio.NewWriterSize(w, readBuffer)}, manifest: newManifest(c, from), note: note, gaps: newGaps()}, nil
}

// continues makes sure, before anything is recorded, that the log is what a
// checkpoint says, and more.
func continues(ctx context.Context, box Box, state *entry.State, c merkle.Checkpoint) error {
	size, err := box.Size(ctx)
	if err != nil {
		return err
	}
	if c.Size > size {
		return fmt.Errorf("the log has %d entries, the checkpoint covers %d: %w", size, c.Size, intake.ErrBehind)
	}
	if o := state.OriginOf(max(c.Size-1, 0)); o != c.Origin {
		return fmt.Errorf("the checkpoint covers %d entries under the origin %s, the log has them under %s: %w", c.Size, c.Origin, o, intake.ErrBehind)
	}
	var roller merkle.Roller
	for rec, err := range box.Entries(ctx, 0, c.Size) {
		if err != nil {
			return err
		}
		roller.Add(merkle.LeafHash(rec.Raw))
	}
	if roller.Size() != c.Size || roller.Root() != c.Root {
		return fmt.Errorf("the first %d entries are not those that the checkpoint covers: %w", c.Size, intake.ErrDamaged)
	}
	return nil
}

func (e *exporter) run(ctx context.Context) error {
	head, err := e.manifest.encode()
	if err != nil {
		return err
	}
	if err := errors.Join(e.out.put(manifestMember, head), e.out.put(noteMember, e.note)); err != nil {
		return err
	}
	for rec, err := range e.box.Entries(ctx, 0, e.manifest.Size) {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if i := e.roller.Size(); rec.Index != i {
			return fmt.Errorf("entry %d comes where entry %d is due: %w", rec.Index, i, intake.ErrDamaged)
		}
		if err := e.entry(ctx, rec); err != nil {
			return fmt.Errorf("entry %d, %w", rec.Index, err)
		}
		e.roller.Add(merkle.LeafHash(rec.Raw))
	}
	if size := e.roller.Size(); size != e.manifest.Size || entry.Hash(e.roller.Root()) != e.manifest.Root {
		return fmt.Errorf("the %d entries are not those that the checkpoint of %d covers: %w", size, e.manifest.Size, intake.ErrDamaged)
	}
	if list := e.gaps.unexplained(); len(list) > 0 {
		return e.lost(ctx, list[0])
	}
	return e.out.end()
}
