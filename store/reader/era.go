package reader

import (
	"cmp"
	"slices"

	"dengwen/intake"
)

// An era is a schedule, and the entry that put it in force.
type era struct {
	from     int64
	schedule intake.Schedule
}

// eras are all schedules of a log, oldest first.
type eras []era

// at is the place of the era in which an entry was made. No log begins without
// a schedule.
func (e eras) at(index int64) int {
	next, _ := slices.BinarySearchFunc(e, index+1, func(one era, index int64) int { return cmp.Compare(one.from, index) })
	return max(0, next-1)
}

// schedules returns the eras that were walked. They only grow.
func (c *chain) schedules() eras {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.eras
}
