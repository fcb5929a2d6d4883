package export

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"dengwen/intake"
	"dengwen/store/entry"
)

// VerifyBox checks the log of a box, and every part of it, as Verify does those
// of an export. It believes nothing that the box says about itself: whose log
// it is and what is in force follow from the entries. Entries recorded after
// the call began are left for the next, unless a part is missing: then one of
// them may say that it was erased meanwhile, and the walk goes on.
func VerifyBox(ctx context.Context, box Log, opts Options) (Report, error) {
	w := &walk{examiner: newExaminer(), ctx: ctx, box: box, buf: make([]byte, copyBuffer)}
	err := w.hold(opts)
	if err == nil {
		err = w.run()
	}
	return w.report(0, err)
}

// A walk goes through the log of a box once, from its first entry to its last.
type walk struct {
	*examiner
	ctx context.Context
	box Log
	buf []byte
}

func (w *walk) run() error {
	for {
		size, err := w.box.Size(w.ctx)
		if err != nil {
			return err
		}
		if size <= w.size { // nothing more can explain what is missing
			w.end()
			return nil
		}
		if err := w.to(size); err != nil || w.stopped {
			return err
		}
		if len(w.gaps.unexplained()) == 0 {
			return nil
		}
	}
}

// to goes on to the entry before size.
func (w *walk) to(size int64) error {
	for rec, err := range w.box.Entries(w.ctx, w.size, size) {
		switch {
		case errors.Is(err, intake.ErrDamaged), errors.Is(err, intake.ErrVersion), errors.Is(err, intake.ErrNotFound):
			w.stop(w.size, "%w", err) // the box cannot get past it
			return nil
		case err != nil:
			return err
		case rec.Index != w.size:
			w.stop(w.size, "entry %d comes in its place", rec.Index)
			return nil
		}
		if err := w.entry(rec.Raw); err != nil {
			return fmt.Errorf("entry %d: %w", w.size, err)
		}
		w.grow()
	}
	if w.size < size {
		w.stop(w.size, "it is missing, though the box counts %d entries", size)
	}
	return nil
}

// entry reads what belongs to the header that is due.
func (w *walk) entry(raw []byte) error {
	h, ok := w.header(raw)
	switch {
	case !ok:
		return nil
	case h.Kind.Clear():
		body, err := readBody(w.ctx, w.box, w.size)
		there := !errors.Is(err, intake.ErrNotFound)
		if err != nil && there {
			return err
		}
		w.clear(h, partName(h, 0), body, there)
		return nil
	}
	w.sealed(h)
	for k := range h.Parts {
		if err := w.part(h, k); err != nil {
			return fmt.Errorf("%s: %w", partName(h, k), err)
		}
	}
	return nil
}

// part hashes a sealed part.
func (w *walk) part(h entry.Header, k int) error {
	src, err := w.box.Part(w.ctx, w.size, k)
	if errors.Is(err, intake.ErrNotFound) {
		w.gaps.miss(w.size, h, k, partName(h, k))
		return nil
	}
	if err != nil {
		return err
	}
	p, sum := h.Parts[k], sha256.New()
	n, err := io.CopyBuffer(sum, io.LimitReader(stoppable{w.ctx, src}, p.Size+1), w.buf)
	if err := errors.Join(err, src.Close()); err != nil {
		return err
	}
	if n != p.Size || entry.Hash(sum.Sum(nil)) != p.SHA256 {
		w.altered(w.size, partName(h, k))
	}
	return nil
}

// partName is what the box itself calls a part.
func partName(h entry.Header, k int) string { return fmt.Sprintf("part %d (%s)", k, h.Parts[k].Role) }
