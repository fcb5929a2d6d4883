package export

import (
	"fmt"
	"slices"

	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// An examiner judges a log entry by entry, whoever reads it: Verify and Open
// feed it what a container holds, VerifyBox what a box answers. What is in
// force it learns from the clear entries and from nobody else.
type examiner struct {
	size    int64       // entries taken
	leaf    merkle.Hash // of the entry under way
	roller  merkle.Roller
	checker *entry.Checker
	state   entry.State // what is in force
	gaps    gaps
	blind   bool    // an entry could not be read: later ones cannot be judged by the rules
	anchor  *anchor // nil: nothing is held against the log

	strict   bool            // stop at the first of problems
	problems []entry.Problem // of what holds the log
	rules    []entry.Problem // of the log in it, beside the Checker's
	first    error           // the first of problems, for who needs its kind
	stopped  bool            // nothing more can be made of what holds the log
}

func newExaminer() *examiner {
	return &examiner{checker: entry.NewChecker(), gaps: newGaps()}
}

// header takes the header of the next entry. What cannot be read still counts
// in the tree, so that later entries can be hashed.
func (x *examiner) header(raw []byte) (entry.Header, bool) {
	x.leaf = merkle.LeafHash(raw)
	h, err := entry.DecodeHeader(raw)
	if err != nil {
		x.problem(x.size, "%w", err)
		x.blind = true
	}
	return h, err == nil
}

// clear takes the body of a clear entry, which is never erased, and puts it in
// force. Messages call it name.
func (x *examiner) clear(h entry.Header, name string, body []byte, there bool) {
	switch {
	case !there:
		x.problem(x.size, "%s: missing", name)
	case int64(len(body)) != h.Parts[0].Size || entry.HashOf(body) != h.Parts[0].SHA256:
		x.altered(x.size, name)
		there = false
	}
	if !there {
		x.blind = true // what it put in force is not known
	}
	if !x.blind {
		x.checker.Entry(x.size, h, body)
		x.state = x.checker.State()
	}
	if there {
		x.claims(h, body)
	}
}

// claims checks what a clear entry says about the entries before it and only a
// reader of the whole log can know.
func (x *examiner) claims(h entry.Header, body []byte) {
	if k := h.Kind; k != entry.KindErased && k != entry.KindExported && k != entry.KindRestored {
		return
	}
	b, err := entry.DecodeBody(h.Kind, body)
	if err != nil {
		return // the Checker says so
	}
	switch b := b.(type) {
	case entry.Erased:
		for _, sum := range x.gaps.erase(b) {
			x.rule(x.size, "says that part %.16s… of entry %s was erased, but it is not missing", sum, b.Entry)
		}
	case entry.Exported:
		x.claimsRoot(b.Root)
	case entry.Restored:
		x.claimsRoot(b.Root)
	}
}

// claimsRoot checks the root that an entry says of the tree before it.
func (x *examiner) claimsRoot(root entry.Hash) {
	if entry.Hash(x.roller.Root()) != root {
		x.rule(x.size, "says a root of the first %d entries that is not theirs", x.size)
	}
}

// sealed takes the header of an entry with sealed parts. The parts are for the
// reader to hash; see altered and gaps.miss.
func (x *examiner) sealed(h entry.Header) {
	if !x.blind {
		x.checker.Entry(x.size, h, nil)
	}
}

// altered notes that a part is not the one that was signed.
func (x *examiner) altered(at int64, name string) {
	x.problem(at, "%s: its bytes are not those that the header names", name)
}

// grow adds the entry to the tree, after all of it was taken.
func (x *examiner) grow() {
	x.roller.Add(x.leaf)
	x.size++
	if x.anchor != nil {
		x.anchor.entry(x)
	}
}

// end says that no entry follows.
func (x *examiner) end() {
	for _, g := range x.gaps.unexplained() {
		x.problem(g.entry, "%s: missing, and no erased entry names it", g.name)
	}
}

// rulesBroken lists the entries that break a rule of the log.
func (x *examiner) rulesBroken() []entry.Problem {
	if !x.blind && !x.stopped {
		x.checker.Done()
	}
	list := slices.Concat(x.rules, x.checker.Problems())
	slices.SortStableFunc(list, byEntry)
	return list
}

// report is the verdict over a log that was read, with this error, and that
// holds the sealed parts of the entries from from on.
func (x *examiner) report(from int64, err error) (Report, error) {
	if err != nil {
		return Report{Problems: []entry.Problem{}}, fmt.Errorf("verify: %w", err)
	}
	x.anchor.done(x, from)
	problems := append(append([]entry.Problem{}, x.problems...), x.rulesBroken()...)
	slices.SortStableFunc(problems, byEntry)
	return Report{OK: len(problems) == 0, Entries: x.size, From: from, Root: entry.Hash(x.roller.Root()), Problems: problems}, nil
}
