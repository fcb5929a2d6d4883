package entry

import (
	"time"

	"dengwen/intake"
)

// call checks that the day of a call lies within the inspection. Its hours do
// not count: the ledger is held against the calls outside of them too.
func (c *Checker) call(index int64, h Header) {
	if h.Date < c.calls[0] || h.Date > c.calls[1] {
		c.problem(index, "call of %s, when the inspection in force is from %s to %s", h.Date, c.calls[0], c.calls[1])
	}
}

// inspection is the first day of a schedule's period and the last on which
// anything can be taken: that of the instant before the cutoff, if that comes
// earlier.
func inspection(s intake.Schedule) [2]string {
	r := s.Rules()
	if cutoff, err := time.Parse(time.RFC3339, r.Cutoff); err == nil { // none is no instant
		r.Last = min(r.Last, s.Day(cutoff.Add(-time.Second)))
	}
	return [2]string{r.First, r.Last}
}
