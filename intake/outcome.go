package intake

import "time"

// A Verdict is what became of a submission.
type Verdict string

// The verdicts. A refused report is counted but not stored; a duplicate was
// taken before from the same source.
const (
	Accepted  Verdict = "accepted"
	Refused   Verdict = "refused"
	Duplicate Verdict = "duplicate"
)

// An Outcome answers one submission.
type Outcome struct {
	Verdict Verdict `json:"verdict"`
	// ID is the entry id (32 hex digits) of the accepted report, or of the one
	// that a duplicate repeats.
	ID string `json:"id,omitempty"`
	// Receipt is the code of an accepted web report, 24 digits; it exists
	// nowhere else, and whoever gets it must show it at once or lose it.
	Receipt string `json:"receipt,omitempty"`
	// Reason and Next are set on refusal; a zero Next means that the channel
	// does not open again.
	Reason Reason    `json:"reason,omitempty"`
	Next   time.Time `json:"next,omitzero"`
}

// A Reason says why an instant is not inside the rules. The names are part of
// the log and of every command's JSON.
type Reason string

// The reasons in order of precedence: an instant that is outside the rules in
// several ways has the first that applies.
const (
	Future       Reason = "future"
	BeforePeriod Reason = "before-period"
	AfterPeriod  Reason = "after-period"
	AfterCutoff  Reason = "after-cutoff"
	ClosedDay    Reason = "closed-day"
	OutsideHours Reason = "outside-hours"
)

// Reasons lists all reasons in order of precedence.
func Reasons() []Reason {
	return []Reason{Future, BeforePeriod, AfterPeriod, AfterCutoff, ClosedDay, OutsideHours}
}

// Valid reports whether r is a known reason.
func (r Reason) Valid() bool {
	for _, k := range Reasons() {
		if r == k {
			return true
		}
	}
	return false
}
