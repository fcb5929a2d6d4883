package export

import (
	"encoding/hex"
	"iter"
	"maps"
	"time"

	"dengwen/intake"
)

// A comparison holds the reports of the ledger against the call records. Either
// may come first in the log, so it keeps both until the reading is over: of a
// report the instant and the number, never what it says. 100,000 of each are
// about 40 MB.
type comparison struct {
	calls  []intake.Call // in the inspection's zone; zero if erased
	called []callEntry   // by place in calls
	rows   []intake.LedgerRow
	told   []place // by place in rows
	// lost has the days of reports of which neither instant nor number is left.
	lost map[string]bool
	days map[string]string // each day's text once
}

// A place is where an entry stands in the log.
type place struct {
	id    entryID
	index int64
	day   string
}

type callEntry struct {
	place
	inside bool
	erased []string
}

func newComparison() *comparison {
	return &comparison{lost: map[string]bool{}, days: map[string]string{}}
}

// place is that of the entry of j. It holds on to nothing of j.
func (c *comparison) place(j *job) place {
	day, ok := c.days[j.header.Date]
	if !ok {
		day = j.header.Date
		c.days[day] = day
	}
	return place{parseID(j.header.ID), j.index, day}
}

// call takes an opened call entry.
func (c *comparison) call(j *job) {
	e := callEntry{place: c.place(j), erased: j.absent}
	var call intake.Call
	for _, in := range j.inners {
		if in == nil || in.Call == nil {
			continue
		}
		r := in.Call
		call = intake.Call{At: r.At.In(j.schedule.Location()), Caller: r.Caller, Callee: r.Callee, Seconds: r.Seconds, Answered: r.Answered}
		e.inside = j.schedule.Admit(j.header.Channel, r.At, r.At).Open()
	}
	c.calls, c.called = append(c.calls, call), append(c.called, e)
}

// report takes an accepted report; only those of the ledger count. Where what
// it says was erased its day is left, and the number with the identity.
func (c *comparison) report(j *job, rec Record) {
	if rec.Channel != intake.Hotline {
		return
	}
	row := intake.LedgerRow{At: rec.Arrived}
	if rec.Identity != nil {
		row.Phone = rec.Identity.Phone
	}
	at := c.place(j)
	if row.At.IsZero() {
		day, err := time.ParseInLocation(time.DateOnly, at.day, j.schedule.Location())
		if row.Phone == "" || err != nil {
			c.lost[at.day] = true
			return
		}
		row.At, row.Until = day, day.AddDate(0, 0, 1)
	}
	c.rows, c.told = append(c.rows, row), append(c.told, at)
}

// findings says of each call, in the order of the log, what there is to say.
// earlier has the days of reports of the ledger that this export leaves out.
func (c *comparison) findings(earlier map[string]bool) iter.Seq[Call] {
	matches, again := c.match()
	erased := c.unmatchedDays(matches)
	return func(yield func(Call) bool) {
		for i, e := range c.called {
			r, k := c.calls[i], matches[i]
			call := Call{ID: e.id.String(), Index: e.index, Day: e.day, At: r.At, Caller: r.Caller, Callee: r.Callee, Seconds: r.Seconds,
				Answered: r.Answered, Inside: e.inside, Erased: e.erased, Again: again[i]}
			if k >= 0 {
				call.Record, call.RecordIndex = c.told[k].id.String(), c.told[k].index
			}
			if !call.Again {
				call.Finding = r.Finding(e.inside, k >= 0)
			}
			switch {
			case call.Finding != intake.CallWithoutRecord:
			case earlier[e.day]:
				call.Finding = EarlierRecord
			case erased[e.day]:
				call.Finding = ErasedRecord
			}
			if !yield(call) {
				return
			}
		}
	}
}

// match finds the report, its place in rows or -1, of each call, and which calls
// another record stands for, as at the desk.
func (c *comparison) match() (matches []int, again []bool) {
	matches, again = make([]int, len(c.calls)), make([]bool, len(c.calls))
	for i := range c.calls {
		matches[i], again[i] = -1, true
	}
	places := intake.DistinctCalls(c.calls)
	calls := make([]intake.Call, len(places))
	for k, i := range places {
		calls[k], again[i] = c.calls[i], false
	}
	for k, row := range intake.MatchCalls(calls, c.rows) {
		matches[places[k]] = row
	}
	return matches, again
}

// unmatchedDays are the days of the reports that were erased and may each have
// told of any call of its day that no other tells of.
func (c *comparison) unmatchedDays(matches []int) map[string]bool {
	days := maps.Clone(c.lost)
	matched := make([]bool, len(c.rows))
	for _, k := range matches {
		if k >= 0 {
			matched[k] = true
		}
	}
	for k, row := range c.rows {
		if !row.Until.IsZero() && !matched[k] {
			days[c.told[k].day] = true
		}
	}
	return days
}

// String is the id as headers have it.
func (id entryID) String() string { return hex.EncodeToString(id[:]) }
