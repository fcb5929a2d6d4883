package intake

import (
	"sort"
	"time"
)

// HoursOf returns a channel's hours with every key given: its own where it has
// an override, else those of all. The caller owns them.
func (s Schedule) HoursOf(ch Channel) Hours {
	r := s.compiled().rules
	for _, o := range r.Channels {
		if o.Channel == ch {
			return o.Hours.over(r.Hours).clone()
		}
	}
	return r.Hours.clone()
}

// Closing is the instant, in the inspection's zone, at which a channel closes
// that is open at the given one: that instant is shut, and the one before it
// open. It is zero while the channel is not open.
func (s Schedule) Closing(ch Channel, at time.Time) time.Time {
	c := s.compiled()
	spans := c.calendar(ch).spans
	i := sort.Search(len(spans), func(i int) bool { return spans[i].to > at.Unix() })
	if i == len(spans) || at.Unix() < spans[i].from {
		return time.Time{}
	}
	return time.Unix(spans[i].to, 0).In(c.loc)
}
