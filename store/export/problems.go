package export

import (
	"cmp"
	"fmt"

	"dengwen/store/entry"
)

// problem notes what is wrong at an entry with what holds the log.
func (x *examiner) problem(at int64, format string, a ...any) {
	err := fmt.Errorf(format, a...)
	if x.first == nil {
		x.first = fmt.Errorf("%s%w", where(at), err)
	}
	x.problems = noted(x.problems, at, err)
	if x.strict {
		x.stopped = true
	}
}

// stop notes a problem after which nothing can be found any more.
func (x *examiner) stop(at int64, format string, a ...any) {
	x.problem(at, format+"; what follows was not checked", a...)
	x.stopped = true
}

// rule notes an entry that says what is not so.
func (x *examiner) rule(at int64, format string, a ...any) {
	x.rules = noted(x.rules, at, fmt.Errorf(format, a...))
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

func byEntry(a, b entry.Problem) int { return cmp.Compare(a.Entry, b.Entry) }
