package export

import (
	"context"
	"fmt"
	"io"
	"slices"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// Options are what whoever verifies an export holds against it.
type Options struct {
	// Key is the log's verifier key, from a source other than the export. It is
	// that of the origin in force at the export's end. Empty leaves the export
	// unanchored: everything else is checked, but it cannot be ok.
	Key string
	// Since is an older checkpoint of the log, the signed note; nil is none.
	Since []byte
}

// A Report is what Verify found, in the form of `dengwen verify --json`.
type Report struct {
	OK      bool       `json:"ok"`
	Entries int64      `json:"entries"` // read; those of the export if OK
	Root    entry.Hash `json:"root"`    // of the tree of Entries, recomputed; hex
	// From is above zero in an export since a checkpoint: the sealed parts of
	// earlier entries are not in it.
	From int64 `json:"from,omitempty"`
	// Problems are in the order of entries. Entry -1 stands for the container
	// as a whole: the checkpoint, the keys, what comes after the end.
	Problems []entry.Problem `json:"problems"`
}

// Verify reads an export to its end and checks everything that can be checked
// without a secret. What is wrong with the export is in the report; an error
// means that no judgement was reached: reading failed, the context ended, or
// Options.Key is not a key (intake.ErrKey).
func Verify(ctx context.Context, in io.Reader, opts Options) (Report, error) {
	if opts.Key != "" {
		if _, err := merkle.ParseVerifier(opts.Key); err != nil {
			return Report{Problems: []entry.Problem{}}, fmt.Errorf("verify: %w", err)
		}
	}
	r := newReading(ctx, in)
	a := &anchor{opts: opts, r: r}
	r.each = a.entry
	if err := r.run(); err != nil {
		return Report{Problems: []entry.Problem{}}, fmt.Errorf("verify: %w", err)
	}
	a.done()
	problems := slices.Concat(r.problems, r.rulesBroken())
	slices.SortStableFunc(problems, byEntry)
	return Report{
		OK: len(problems) == 0, Entries: r.size, From: r.manifest.From, Root: entry.Hash(r.roller.Root()),
		Problems: append([]entry.Problem{}, problems...),
	}, nil
}

// An anchor ties a reading to what the verifier knows beforehand.
type anchor struct {
	opts    Options
	r       *reading
	origins int // those seen
	since   merkle.Checkpoint
	opened  bool // since is the checkpoint in opts
	reached bool // the tree had its size
}

// entry follows the log. A checkpoint can be opened once the log has named the
// key that it was signed with, which is before the tree has its size.
func (a *anchor) entry() {
	if n := len(a.r.state.Origins); n > a.origins && a.opts.Since != nil {
		a.origins = n
		if c, err := openUnder(a.r.state.Origins[n-1:], a.opts.Since); err == nil {
			a.since, a.opened = c, true
		}
	}
	if a.opened && a.since.Size == a.r.size {
		a.reached = true
		if a.since.Root != a.r.roller.Root() {
			a.r.problem(container, "the first %d entries are not those that the older checkpoint covers", a.since.Size)
		}
	}
}

// done judges what only the end can tell.
func (a *anchor) done() {
	a.key()
	if a.r.stopped {
		return
	}
	switch size := a.since.Size; {
	case a.opts.Since == nil:
	case !a.opened:
		a.r.problem(container, "the older checkpoint is not signed by this log")
	case a.r.state.OriginOf(max(size-1, 0)) != a.since.Origin:
		a.r.problem(container, "the older checkpoint covers %d entries under the origin %s, which was not the log's at that size", size, a.since.Origin)
	case size > 0 && !a.reached:
		a.r.problem(container, "the export is behind the older checkpoint: %d entries, the checkpoint covers %d", a.r.size, size)
	}
	if from := a.r.manifest.From; from > a.since.Size {
		a.r.problem(container, "the sealed parts of the first %d entries are left out: verify with the checkpoint since which it was exported, of %d entries", from, from)
	}
}

// key compares the log's key with the one that the verifier has.
func (a *anchor) key() {
	state := &a.r.state
	switch {
	case a.opts.Key == "":
		a.r.problem(container, "%w", intake.ErrUnanchored)
	case a.opts.Key == state.Key, state.Key == "": // a log without a key has its problem already
	case slices.ContainsFunc(state.Origins, func(o entry.Origin) bool { return o.Key == a.opts.Key }):
		a.r.problem(container, "the key given is of an earlier origin: the log was restored in entry %d and goes on under %s; verify with that one's key",
			state.Origins[len(state.Origins)-1].From, state.Origin)
	default:
		a.r.problem(container, "the key given is not the log's: its checkpoints are signed under %q: %w", state.Origin, intake.ErrKey)
	}
}
