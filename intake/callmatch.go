package intake

import (
	"cmp"
	"slices"
	"time"
)

// A LedgerRow is what a report of the ledger says of its call.
type LedgerRow struct {
	// At is the call's start as the duty officer wrote it. Where Until is not
	// zero only this much is known: it began at At or later, and before Until.
	At, Until time.Time
	Phone     string // as the officer wrote it; may be empty, damaged, or another than the one that called
}

// How far from a call the time in the ledger may be: some write it down while
// they talk, some after, some to the quarter of an hour.
const (
	nearByNumber = 60 * time.Minute // where the number is the same
	nearByTime   = 5 * time.Minute  // where one of the two has no number
	nearAnyway   = time.Minute      // where they have two that differ
	longestCall  = 24 * time.Hour   // more is an error of the exchange's, and would cover every row
)

// MatchCalls finds the report of the ledger that tells of each answered call:
// its place in rows, or -1. A row tells of one call at most; a call that nobody
// answered has none.
//
// First go rows with the caller's number (SameNumber) and a time at most an
// hour before or after the call, then those with the number of which only
// the day is known. What is left over is matched by time alone: by a minute at
// most where the numbers are two, for people leave another than the one they
// call from; then by five where there is none in the row, or of the call.
//
// Each time the nearest pair of all goes first, and then the nearest of the
// rest. How near is the time from the row to the call, which is none while the
// call lasts; then that to its start; then the earlier call is taken, and the
// earlier row. So a row more never takes the match of any call away, and the
// order of the input is without effect but on what is equal in all that.
func MatchCalls(calls []Call, rows []LedgerRow) []int {
	m := newMatching(calls, rows)
	exact := func(r int32) bool { return !m.rows[r].day }
	m.pair(m.numberPools(calls, rows, exact), nearByNumber)
	m.pairDays(m.numberPools(calls, rows, func(r int32) bool { return !exact(r) }))
	m.pair(m.timePools(exact), nearAnyway)
	m.pair(m.numberlessPools(calls, rows, exact), nearByTime)

	found := make([]int, len(calls))
	for i := range found {
		found[i] = -1
	}
	for c, r := range m.found {
		if r >= 0 {
			found[m.calls[c].place] = m.rows[r].place
		}
	}
	return found
}

// A stretch is a call, or what is known of a row's time, in microseconds. A
// time in a ledger is a stretch without length.
type stretch struct {
	from, to int64
	place    int  // in the input
	day      bool // a row: it is somewhere in from to, without the end
}

// A matching is at work on answered calls and rows; both are named by their
// place here, which is by start.
type matching struct {
	calls, rows []stretch
	found       []int32 // the row of a call, or -1
	taken       []bool  // a row
}

func newMatching(calls []Call, rows []LedgerRow) *matching {
	m := &matching{rows: make([]stretch, 0, len(rows))}
	for i := range calls {
		if c := &calls[i]; c.Answered {
			from := c.At.UnixMicro()
			talk := longestCall
			if int64(c.Seconds) < int64(longestCall/time.Second) {
				talk = time.Duration(c.Seconds) * time.Second
			}
			m.calls = append(m.calls, stretch{from: from, to: from + talk.Microseconds(), place: i})
		}
	}
	for i, r := range rows {
		s := stretch{from: r.At.UnixMicro(), to: r.At.UnixMicro(), place: i, day: !r.Until.IsZero()}
		if s.day {
			s.to = r.Until.UnixMicro()
		}
		m.rows = append(m.rows, s)
	}
	byStart := func(a, b stretch) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.place, b.place)) }
	slices.SortFunc(m.calls, byStart)
	slices.SortFunc(m.rows, byStart)
	m.found, m.taken = make([]int32, len(m.calls)), make([]bool, len(m.rows))
	for c := range m.found {
		m.found[c] = -1
	}
	return m
}

// left are the calls and the rows that have nobody yet.
func (m *matching) left(of func(row int32) bool) (calls, rows []int32) {
	for c := range m.calls {
		if m.found[c] < 0 {
			calls = append(calls, int32(c))
		}
	}
	for r := range m.rows {
		if !m.taken[r] && of(int32(r)) {
			rows = append(rows, int32(r))
		}
	}
	return calls, rows
}

// timePools are one pool of all that is left.
func (m *matching) timePools(of func(row int32) bool) pools {
	ps := m.noPools()
	calls, rows := m.left(of)
	ps.add(m, calls, rows)
	return ps
}

// numberlessPools are what is left of rows without a number, with all calls, and
// of calls without one, with all rows.
func (m *matching) numberlessPools(calls []Call, rows []LedgerRow, of func(row int32) bool) pools {
	ps := m.noPools()
	c, r := m.left(of)
	ps.add(m, c, slices.DeleteFunc(slices.Clone(r), func(r int32) bool { return len(numbersIn(rows[m.rows[r].place].Phone)) > 0 }))
	ps.add(m, slices.DeleteFunc(slices.Clone(c), func(c int32) bool { return len(numbersIn(calls[m.calls[c].place].Caller)) > 0 }), r)
	return ps
}

// numberPools are the calls and rows that have a number in common, those left
// of them: for each number its holders on one side, and on the other those who
// have it too, or as the tail of a longer one. That is how SameNumber sees it,
// cut into pools in which everyone may pair with everyone.
func (m *matching) numberPools(calls []Call, rows []LedgerRow, of func(row int32) bool) pools {
	ps := m.noPools()
	callers, phones := holders{}, holders{}
	for r := range m.rows {
		if of(int32(r)) {
			phones.hold(int32(r), rows[m.rows[r].place].Phone)
		}
	}
	if len(phones) == 0 {
		return ps
	}
	for c := range m.calls {
		if m.found[c] < 0 {
			callers.hold(int32(c), calls[m.calls[c].place].Caller)
		}
	}
	longerCalls, longerRows := callers.longerThan(phones), phones.longerThan(callers)
	for n, held := range callers {
		ps.add(m, held, slices.Concat(phones[n], longerRows[n]))
	}
	for n, held := range phones {
		ps.add(m, longerCalls[n], held)
	}
	return ps
}

// holders are who has a number.
type holders map[string][]int32

func (h holders) hold(id int32, text string) {
	for _, n := range numbersIn(text) {
		h[n] = append(h[n], id)
	}
}

// longerThan are those in h who have a number of the others as the tail of
// their own, by that number.
func (h holders) longerThan(others holders) holders {
	longer := holders{}
	for n, held := range h {
		for tail := range tails(n) {
			if _, ok := others[tail]; ok {
				longer[tail] = append(longer[tail], held...)
			}
		}
	}
	return longer
}
