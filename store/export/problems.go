package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"dengwen/store/entry"
)

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

// rulesBroken lists the entries that break a rule of the log.
func (r *reading) rulesBroken() []entry.Problem {
	if !r.blind && !r.stopped {
		r.checker.Done()
	}
	list := slices.Concat(r.rules, r.checker.Problems())
	slices.SortStableFunc(list, byEntry)
	return list
}

func byEntry(a, b entry.Problem) int { return cmp.Compare(a.Entry, b.Entry) }
