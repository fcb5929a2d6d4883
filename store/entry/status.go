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
	// NextOpening is when the first of the closed live channels opens, in the
	// inspection's zone; nil when none does.
	NextOpening *time.Time `json:"next_opening"`
	Checkpoint  string     `json:"checkpoint"` // the newest signed note
	Key         string     `json:"key"`        // the note verifier key
}

// NewStatus returns a status in which every live channel is closed and counts
// nothing.
func NewStatus() Status {
	s := Status{Accepted: map[intake.Channel]int64{}, Refused: map[intake.Channel]int64{}, Open: map[intake.Channel]bool{}}
	for _, c := range intake.LiveChannels() {
		s.Accepted[c], s.Refused[c], s.Open[c] = 0, 0, false
	}
	return s
}
