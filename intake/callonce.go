package intake

import (
	"cmp"
	"slices"
	"time"
)

// oneStart is how far the clocks of two exchanges may be apart for one call.
const oneStart = 2 * time.Second

// DistinctCalls returns the places of the calls that are left when a call that
// two exchanges recorded is taken once, by start: those of one number
// (SameNumber) that begin at most two seconds after the first. The one with the
// most talk stands for all, an answered one before any other. A call whose
// number was withheld stands for itself.
func DistinctCalls(calls []Call) []int {
	byStart := func(i, j int) int { return cmp.Or(calls[i].At.Compare(calls[j].At), cmp.Compare(i, j)) }
	order := make([]int, len(calls))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, byStart)
	type first struct {
		number string
		at     time.Time
		kept   int // place in kept
	}
	kept := make([]int, 0, len(calls))
	open := map[string][]first{} // that a second record may follow, by the end of the number
	for _, i := range order {
		c := &calls[i]
		one := first{at: c.At, kept: len(kept)}
		if list := numbersIn(c.Caller); len(list) > 0 {
			one.number = list[0]
		}
		end := one.number[max(0, len(one.number)-leastTail):]
		recent := slices.DeleteFunc(open[end], func(f first) bool { return c.At.Sub(f.at) > oneStart })
		same := slices.IndexFunc(recent, func(f first) bool { return sameDigits(f.number, one.number) })
		switch {
		case end == "":
			kept = append(kept, i)
			continue
		case same < 0:
			kept, recent = append(kept, i), append(recent, one)
		case c.tellsMore(&calls[kept[recent[same].kept]]):
			kept[recent[same].kept] = i
		}
		open[end] = recent
	}
	slices.SortFunc(kept, byStart)
	return kept
}

func (c *Call) tellsMore(than *Call) bool {
	if c.Answered != than.Answered {
		return c.Answered
	}
	return c.Seconds > than.Seconds
}
