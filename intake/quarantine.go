package intake

import (
	"slices"
	"time"
)

// A Quarantine is why a message is kept out of the box and set aside, as it is,
// for people to look at. It says nothing of whether the message came in time:
// what is set aside was never judged. The names are part of the log and of
// every command's JSON.
type Quarantine string

// The reasons for quarantine, in the order in which they are found.
const (
	TooLarge   Quarantine = "too-large"   // more bytes than are read of one message
	LongHeader Quarantine = "long-header" // a header block over MaxHeaders
	DeepParts  Quarantine = "deep-parts"  // parts inside one another more often than are opened
	ManyParts  Quarantine = "many-parts"  // more parts than are opened
	Unfit      Quarantine = "unfit"       // nothing in it that the box could take
	Unreadable Quarantine = "unreadable"  // the server breaks off whenever it is asked for it
)

// Quarantines lists all reasons in display order.
func Quarantines() []Quarantine {
	return []Quarantine{TooLarge, LongHeader, DeepParts, ManyParts, Unfit, Unreadable}
}

// Valid reports whether q is a known reason.
func (q Quarantine) Valid() bool { return slices.Contains(Quarantines(), q) }

// An Aside is a message that goes to quarantine: it is counted once, and
// nothing of it is stored.
type Aside struct {
	Channel Channel
	Arrived time.Time // may be zero, where nobody knows it; then it counts for the day it is set aside on
	Why     Quarantine
	// Source tells it from others, as that of a report does. Its Meaning shares
	// no keys with those of reports.
	Source Source
}
