package triage

import (
	"time"

	"dengwen/intake"
)

// Calls is what holding the ledger against the exchange's call records gives. A
// custodian sees it; no caller's number is in it.
type Calls struct {
	Total    int // calls; one that two exchanges recorded counts once
	Answered int
	Matched  int // answered ones that a report of the ledger tells of
	Reports  int // of the ledger, that were held against them
	// Found are the calls of which something is to be said, oldest first.
	Found []Call
	// ByDay says that the account does not hold the team's key: of a report only
	// the day is known then, and only numbers are compared.
	ByDay bool
	// Unreadable is how many call records and reports did not open.
	Unreadable int
	// AboutTeam is how many reports of the ledger are about the team: who called
	// is for the office to read, so that they were not held against the calls. A
	// call without a record may be one that such a report tells of.
	AboutTeam int
}

// A Call is one of which something is to be said.
type Call struct {
	Index    int64 // of its entry in the log
	At       time.Time
	Seconds  int    // of talk
	Callee   string // the extension that was called; of a longer number the last digits
	Tail     string // the last digits of the caller's number, to find it in the exchange; see intake.NumberTail
	Finding  intake.CallFinding
	Report   string // id of the report that tells of it, or empty
	ReportAt int64  // its index
}
