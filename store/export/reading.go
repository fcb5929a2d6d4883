package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// A reading goes through an export once, from its first byte to its last, and
// notes all that is wrong with it. Verify judges what was noted; Open wants a
// sound container and takes the sealed parts as they pass.
type reading struct {
	tape   *tape
	opener *opener // nil: sealed parts are hashed and no more
	strict bool    // stop at the first problem of the container

	manifest manifest
	note     []byte
	size     int64 // entries read
	roller   merkle.Roller
	checker  *entry.Checker
	state    entry.State // what is in force
	gaps     gaps
	blind    bool   // an entry could not be read: later ones cannot be judged by the rules
	each     func() // after every entry, when the tree and the state have it

	problems []entry.Problem // of the container
	rules    []entry.Problem // of the log in it, beside the Checker's
	first    error           // the first of problems, for who needs its kind
	stopped  bool            // nothing more can be made of the container
	err      error           // of reading or of the opener: not the container's fault

	name, content []byte // scratch
	want          block
}

func newReading(ctx context.Context, r io.Reader) *reading {
	return &reading{tape: newTape(ctx, r), checker: entry.NewChecker(), gaps: newGaps()}
}

// run reads the whole container. It returns an error only where the container
// is not to blame.
func (r *reading) run() error {
	r.begin()
	for !r.stopped && !r.atEnd() {
		r.entry(r.size)
	}
	if !r.stopped {
		r.end()
	}
	if !r.stopped {
		r.compare()
	}
	return r.err
}

// problem notes what is wrong with the container at an entry.
func (r *reading) problem(at int64, format string, a ...any) {
	err := fmt.Errorf(format, a...)
	if r.first == nil {
		r.first = fmt.Errorf("%s%w", where(at), err)
	}
	r.problems = noted(r.problems, at, err)
	if r.strict {
		r.stopped = true
	}
}

// rule notes an entry that says what is not so.
func (r *reading) rule(at int64, format string, a ...any) {
	r.rules = noted(r.rules, at, fmt.Errorf(format, a...))
}

// noted adds to a list that ends somewhere.
func noted(list []entry.Problem, at int64, err error) []entry.Problem {
	switch n := len(list); {
	case n < entry.MaxProblems:
		return append(list, entry.Problem{Entry: at, What: err.Error()})
	case n == entry.MaxProblems:
		return append(list, entry.Problem{Entry: at, What: "and more"})
	}
	return list
}

// where says the entry at the beginning of an error.
func where(at int64) string {
	if at < 0 {
		return ""
	}
	return fmt.Sprintf("entry %d: ", at)
}

// stop notes a problem after which nothing can be found any more.
func (r *reading) stop(at int64, format string, a ...any) {
	r.problem(at, format+"; what follows was not checked", a...)
	r.stopped = true
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

// begin reads the members before the first entry.
func (r *reading) begin() {
	b, ok := r.take(manifestMember, maxManifest)
	if !ok {
		if !r.stopped {
			r.stop(container, "not an export: it does not begin with %s", manifestMember)
		}
		return
	}
	var err error
	if r.manifest, err = decodeManifest(b); err != nil {
		r.stop(container, "%w", err)
		return
	}
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

// end reads the two empty blocks and makes sure that nothing follows.
func (r *reading) end() {
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

// compare holds what was read against the manifest and itself.
func (r *reading) compare() {
	for _, m := range r.gaps.unexplained() {
		r.problem(m.entry, "%s: missing, and no erased entry names it", m)
	}
	if n := r.manifest.Size; r.size != n {
		r.problem(min(r.size, n), "%d entries are there, dengwen.json says %d", r.size, n)
	} else if root := r.roller.Root(); entry.Hash(root) != r.manifest.Root {
		r.problem(container, "the headers are not those of the root in dengwen.json: one was changed, or left out and the rest renumbered")
	}
	if r.state.Key == "" {
		return // nobody says whose log it is; the rules name that
	}
	c, err := openUnder(r.state.Origins[len(r.state.Origins)-1:], r.note)
	if err != nil {
		r.problem(container, "%w", err)
		return
	}
	if m := newManifest(c, r.manifest.From); m != r.manifest {
		r.problem(container, "dengwen.json does not say what the checkpoint says")
	}
}

// rulesBroken lists the entries that break a rule of the log.
func (r *reading) rulesBroken() []entry.Problem {
	if !r.blind && !r.stopped {
		r.checker.Done()
	}
	list := slices.Concat(r.rules, r.checker.Problems())
	slices.SortStableFunc(list, byEntry)
	return list
}

func byEntry(a, b entry.Problem) int { return int(min(max(a.Entry-b.Entry, -1), 1)) }

// openUnder opens a checkpoint by the key of one of the log's origins.
func openUnder(origins []entry.Origin, note []byte) (c merkle.Checkpoint, err error) {
	err = fmt.Errorf("checkpoint: the log names no key: %w", intake.ErrProof)
	for _, o := range slices.Backward(origins) {
		v, bad := merkle.ParseVerifier(o.Key)
		if bad != nil {
			err = bad
			continue
		}
		if c, err = v.Open(note); err == nil {
			return c, nil
		}
	}
	return c, err
}
