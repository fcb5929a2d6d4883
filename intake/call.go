package intake

import (
	"fmt"
	"time"
)

// A Call is one call as a telephone exchange recorded it: who called when, and
// no word of what was said. It is never a report. Calls are kept so that the
// ledger can be held against them: see MatchCalls.
type Call struct {
	At       time.Time // when it began
	Caller   string    // the number that called, as the exchange has it; empty when it is withheld
	Callee   string    // the number or extension that was called, and answered where one did
	Seconds  int       // of talk; 0 when nobody answered
	Answered bool
	// Meaning is as of a Source: two calls with the same one are one record.
	Meaning []byte
}

// Check reports the first way in which c is no call that the box can take. The
// error wraps ErrInvalid or ErrTooLong.
func (c *Call) Check() error {
	if c.At.IsZero() || c.Seconds < 0 {
		return fmt.Errorf("call: %w", ErrInvalid)
	}
	for _, number := range []string{c.Caller, c.Callee} {
		if err := (field{"phone", number, MaxField, false}).check(); err != nil {
			return err
		}
	}
	return nil
}

// A CallFinding is what holding the ledger against a call says of it. The words
// are part of what auditors read.
type CallFinding string

// The findings; a call without one is as it should be, or says nothing.
const (
	// CallWithoutRecord is an answered call inside the hours that no report of
	// the ledger tells of.
	CallWithoutRecord CallFinding = "call without a record"
	// CallOutsideHours is an answered call outside the hours that a report of
	// the ledger seems to tell of, with a time inside them.
	CallOutsideHours CallFinding = "record of a call outside the hours"
)

// Finding is what is found of a call; inside says whether it began inside the
// hours, matched whether a report of the ledger tells of it.
func (c *Call) Finding(inside, matched bool) CallFinding {
	switch {
	case !c.Answered:
		return ""
	case inside && !matched:
		return CallWithoutRecord
	case !inside && matched:
		return CallOutsideHours
	}
	return ""
}
