package entry

import (
	"time"

	"dengwen/intake"
)

// A Status is what anyone who runs the box may know of it. Its JSON is that of
// `dengwen status --json`.
type Status struct {
	Entries int64 `json:"entries"`
	// Accepted and Refused are totals since creation, Open says whether the
	// channel is open now. They show every live channel, and others that have
	// something to show; NewStatus makes them so.
	Accepted map[intake.Channel]int64 `json:"accepted"`
	Refused  map[intake.Channel]int64 `json:"refused"`
	Open     map[intake.Channel]bool  `json:"open"`
	// RefusedBy and Quarantined are totals since creation by reason; channels
	// and reasons that have none are left out.
	RefusedBy   map[intake.Channel]map[intake.Reason]int64     `json:"refused_by"`
	Quarantined map[intake.Channel]map[intake.Quarantine]int64 `json:"quarantined"`
	// NextOpening is when the first of the closed live channels opens, in the
	// inspection's zone; nil when none does.
	NextOpening *time.Time `json:"next_opening"`
	Checkpoint  string     `json:"checkpoint"` // the newest signed note
	Key         string     `json:"key"`        // the note verifier key
	// Mailbox is how the poller is doing; nil where none runs in the process
	// that was asked. The box itself does not know it.
	Mailbox *intake.Mailbox `json:"mailbox,omitempty"`
}

// NewStatus returns a status in which every live channel is closed and counts
// nothing.
func NewStatus() Status {
	s := Status{Accepted: map[intake.Channel]int64{}, Refused: map[intake.Channel]int64{}, Open: map[intake.Channel]bool{},
		RefusedBy: map[intake.Channel]map[intake.Reason]int64{}, Quarantined: map[intake.Channel]map[intake.Quarantine]int64{}}
	for _, c := range intake.LiveChannels() {
		s.Accepted[c], s.Refused[c], s.Open[c] = 0, 0, false
	}
	return s
}
