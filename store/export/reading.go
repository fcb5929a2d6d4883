package export

import (
	"context"
	"errors"
	"io"
	"slices"

	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// A reading goes through an export once, from its first byte to its last, and
// notes all that is wrong with it. Verify judges what was noted; Open wants a
// sound container and takes the sealed parts as they pass.
type reading struct {
	*examiner
	tape     *tape
	opener   *opener // nil: sealed parts are hashed and no more
	manifest manifest
	note     []byte
	err      error // of reading or of the opener: not the container's fault

	name, content []byte // scratch
	want          block
}

func newReading(ctx context.Context, r io.Reader) *reading {
	return &reading{examiner: newExaminer(), tape: newTape(ctx, r)}
}

// run reads the whole container. It returns an error only where the container
// is not to blame.
func (r *reading) run() error {
	r.begin()
	for !r.stopped && !r.atEnd() {
		r.entry(r.size)
	}
	if !r.stopped {
		r.close()
	}
	if !r.stopped {
		r.end()
	}
	if !r.stopped {
		r.compare()
	}
	return r.err
}

// begin reads the members before the first entry.
func (r *reading) begin() {
	b, ok := r.take(manifestMember, maxManifest)
	if !ok {
		if !r.stopped {
			r.stop(container, "not an export: it does not begin with %s", manifestMember)
		}
		return
	}
	m, err := decodeManifest(b)
	if err != nil {
		r.stop(container, "%w", err)
		return
	}
	r.manifest = m
	if b, ok = r.take(noteMember, maxNote); !ok && !r.stopped {
		r.problem(container, "%s: missing", noteMember)
	}
	r.note = slices.Clone(b)
}

// atEnd reports whether no member comes next.
func (r *reading) atEnd() bool {
	b, err := r.tape.peek()
	return err != nil || *b == zeroBlock
}

// close reads the two empty blocks and makes sure that nothing follows.
func (r *reading) close() {
	for range 2 {
		b, err := r.tape.peek()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			r.problem(container, "the end is cut off: %d entries are there", r.size)
			return
		case err != nil:
			r.fail(manifestMember, err)
			return
		case *b != zeroBlock:
			r.problem(container, "the end is not two empty blocks")
			return
		}
		r.tape.skip()
	}
	switch _, err := r.tape.peek(); {
	case err == nil || errors.Is(err, io.ErrUnexpectedEOF):
		r.problem(container, "something follows the end")
	case !errors.Is(err, io.EOF):
		r.fail(manifestMember, err)
	}
}

// fail ends the reading at m for an error of the tape: a container cut short,
// or an error that is not the container's.
func (r *reading) fail(m member, err error) {
	r.stopped = true
	if errors.Is(err, io.ErrUnexpectedEOF) {
		r.problem(m.entry, "%s: the export is cut off in it", m)
		return
	}
	r.err = err
}

// compare holds what was read against the manifest and itself.
func (r *reading) compare() {
	if n := r.manifest.Size; r.size != n {
		r.problem(min(r.size, n), "%d entries are there, dengwen.json says %d", r.size, n)
	} else if root := r.roller.Root(); entry.Hash(root) != r.manifest.Root {
		r.problem(container, "the headers are not those of the root in dengwen.json: one was changed, or left out and the rest renumbered")
	}
	if r.state.Key == "" {
		r.problem(container, "the log does not say whose it is")
		return
	}
	c, err := merkle.OpenUnder(r.note, r.state.Key)
	if err != nil {
		r.problem(container, "%w", err)
		return
	}
	if m := newManifest(c, r.manifest.From); m != r.manifest {
		r.problem(container, "dengwen.json does not say what the checkpoint says")
	}
}
