package triage

import "dengwen/intake"

// Channels is what came in by each channel, and how the mailbox is doing: only
// counts, and nothing of any one report.
type Channels struct {
	Rows []ChannelCounts // every live channel, and others that have something to show
	// Mailbox is nil where nobody reads one.
	Mailbox *intake.Mailbox
}

// ChannelCounts are a channel's totals since the box was made.
type ChannelCounts struct {
	Channel           intake.Channel
	Live, Open        bool // whether it has an adapter, and takes reports now
	Accepted, Refused int64
	// RefusedBy may add up to less than Refused: an older box has not kept every
	// reason.
	RefusedBy   map[intake.Reason]int64
	Quarantined map[intake.Quarantine]int64
}

// Aside is how many messages of the channel are in quarantine.
func (c ChannelCounts) Aside() (n int64) {
	for _, count := range c.Quarantined {
		n += count
	}
	return n
}

// A Heap is a number of messages that are not where they are to end.
type Heap struct {
	Name  string // pending, left, future, unread, kept
	Count int
}

// Heaps lists the heaps of a mailbox in the order in which people are told,
// empty ones too. Where accepted mail is never deleted, none is kept to wait.
func Heaps(m intake.Mailbox) []Heap {
	list := []Heap{{"pending", m.Pending}, {"left", m.Left}, {"future", m.Future}, {"unread", m.Unread}}
	if !m.NoExpunge {
		list = append(list, Heap{"kept", m.Kept})
	}
	return list
}

// Ago is a time in the unit in which people count it, and in whole ones, rounded
// up: seconds, from two minutes on minutes, from three hours on hours.
func Ago(seconds int64) (n int64, unit string) {
	switch {
	case seconds < 2*60:
		return seconds, "seconds"
	case seconds < 3*60*60:
		return (seconds + 59) / 60, "minutes"
	}
	return (seconds + 3599) / 3600, "hours"
}
