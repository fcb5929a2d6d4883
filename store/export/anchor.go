package export

import (
	"slices"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// An anchor ties a log to what the verifier knows beforehand.
type anchor struct {
	opts    Options
	origins int // those seen
	since   merkle.Checkpoint
	opened  bool // since is the checkpoint in opts
	reached bool // the tree had its size
}

// hold has the log held against what the verifier knows.
func (x *examiner) hold(opts Options) error {
	if opts.Key != "" {
		if _, err := merkle.ParseVerifier(opts.Key); err != nil {
			return err
		}
	}
	x.anchor = &anchor{opts: opts}
	return nil
}

// entry follows the log. A checkpoint can be opened once the log has named the
// key that it was signed with, which is before the tree has its size.
func (a *anchor) entry(x *examiner) {
	if n := len(x.state.Origins); n > a.origins && a.opts.Since != nil {
		a.origins = n
		if c, err := merkle.OpenUnder(a.opts.Since, x.state.Key); err == nil {
			a.since, a.opened = c, true
		}
	}
	if a.opened && a.since.Size == x.size {
		a.reached = true
		if a.since.Root != x.roller.Root() {
			x.problem(container, "the first %d entries are not those that the older checkpoint covers", a.since.Size)
		}
	}
}

// done judges what only the end can tell.
func (a *anchor) done(x *examiner, from int64) {
	a.key(x)
	if x.stopped {
		return
	}
	switch size := a.since.Size; {
	case a.opts.Since == nil:
	case !a.opened:
		x.problem(container, "the older checkpoint is not signed by this log")
	case x.state.OriginOf(max(size-1, 0)) != a.since.Origin:
		x.problem(container, "the older checkpoint covers %d entries under the origin %s, which was not the log's at that size", size, a.since.Origin)
	case size > 0 && !a.reached:
		x.problem(container, "the log is behind the older checkpoint: %d entries, the checkpoint covers %d", x.size, size)
	}
	if from > a.since.Size {
		x.problem(container, "the sealed parts of the first %d entries are left out: "+
			"verify with the checkpoint since which it was exported, of %d entries", from, from)
	}
}

// key compares the log's key with the one that the verifier has.
func (a *anchor) key(x *examiner) {
	state := &x.state
	switch {
	case a.opts.Key == "":
		x.problem(container, "%w", intake.ErrUnanchored)
	case a.opts.Key == state.Key, state.Key == "": // a log without a key has its problem already
	case slices.ContainsFunc(state.Origins, func(o entry.Origin) bool { return o.Key == a.opts.Key }):
		x.problem(container, "the key given is of an earlier origin: the log was restored in entry %d and goes on under %s; verify with that one's key",
			state.Origins[len(state.Origins)-1].From, state.Origin)
	default:
		x.problem(container, "the key given is not the log's: its checkpoints are signed under %q: %w", state.Origin, intake.ErrKey)
	}
}
