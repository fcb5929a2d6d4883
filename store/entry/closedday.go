package entry

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"dengwen/intake"
)

// ClosedDay closes a day. It counts what was recorded since the previous one,
// which may have arrived earlier: a ledger is imported days after its calls.
type ClosedDay struct {
	At       time.Time `json:"at"`
	Day      string    `json:"day"`
	Accepted []Count   `json:"accepted"` // sorted by day, channel
	Refused  []Count   `json:"refused"`  // sorted by day, channel, reason
	// Quarantined is what was set aside, sorted by day, channel, reason. It is
	// left out where there is none, as in all entries from before it was counted.
	Quarantined []Aside `json:"quarantined,omitempty"`
}

// A Count is a number of submissions, by the day of their arrival.
type Count struct {
	Day     string         `json:"day"`
	Channel intake.Channel `json:"channel"`
	Reason  intake.Reason  `json:"reason,omitempty"` // refused only
	N       int64          `json:"n"`                // at least 1
}

// An Aside is a number of messages that were set aside, by the day of their
// arrival, or of the setting aside where nobody knows that.
type Aside struct {
	Day     string            `json:"day"`
	Channel intake.Channel    `json:"channel"`
	Reason  intake.Quarantine `json:"reason"`
	N       int64             `json:"n"` // at least 1
}

// asCounts gives them the form that has an order and checks. The reasons keep
// their names, which are no Reasons.
func asCounts(list []Aside) []Count {
	out := make([]Count, len(list))
	for i, a := range list {
		out[i] = Count{a.Day, a.Channel, intake.Reason(a.Reason), a.N}
	}
	return out
}

// Compare orders counts by day, channel and reason, all as text.
func (c Count) Compare(d Count) int {
	return cmp.Or(cmp.Compare(c.Day, d.Day), cmp.Compare(c.Channel, d.Channel), cmp.Compare(c.Reason, d.Reason))
}

// Kind implements Body.
func (ClosedDay) Kind() Kind { return KindClosedDay }

// When implements Body.
func (b ClosedDay) When() time.Time { return b.At }

func (b ClosedDay) canonical() Body {
	b.At = instant(b.At)
	b.Accepted, b.Refused = filled(b.Accepted), filled(b.Refused)
	return b
}

func (b ClosedDay) check() error {
	if !validDay(b.Day) {
		return fmt.Errorf("day %.64q", b.Day)
	}
	if err := checkCounts(b.Accepted, func(r intake.Reason) bool { return r == "" }); err != nil {
		return fmt.Errorf("accepted: %w", err)
	}
	if err := checkCounts(b.Refused, intake.Reason.Valid); err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	if err := checkCounts(asCounts(b.Quarantined), func(r intake.Reason) bool { return intake.Quarantine(r).Valid() }); err != nil {
		return fmt.Errorf("quarantined: %w", err)
	}
	return nil
}

func checkCounts(list []Count, reason func(intake.Reason) bool) error {
	for i, c := range list {
		switch {
		case !validDay(c.Day):
			return fmt.Errorf("day %.64q", c.Day)
		case !c.Channel.Valid():
			return fmt.Errorf("channel %.64q", c.Channel)
		case !reason(c.Reason):
			return fmt.Errorf("reason %.64q", c.Reason)
		case c.N < 1:
			return fmt.Errorf("count %d", c.N)
		case i > 0 && list[i-1].Compare(c) >= 0:
			return errors.New("not sorted, or one counted twice")
		}
	}
	return nil
}
