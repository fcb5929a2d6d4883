package triage

import (
	"time"

	"dengwen/intake"
)

// Calls is what holding the ledger against the exchange's call records gives. A
// custodian sees it; no caller's number is in it.
type Calls struct {
	Total    int // call records
	Answered int
	Matched  int // answered ones that a report of the ledger tells of
	Reports  int // of the ledger, that were held against them
	// Found are the calls of which something is to be said, oldest first.
	Found []Call
	// ByDay says that the account does not hold the team's key: of a report only
	// the day is known then, and only numbers are compared.
	ByDay bool
	// Unreadable is how many calls and reports did not open.
	Unreadable int
}

// A Call is one of which something is to be said.
type Call struct {
	Index    int64 // of its entry in the log
	At       time.Time
	Seconds  int    // of talk
	Callee   string // the extension that was called
	Tail     string // the last digits of the caller's number, to find it in the exchange
	Finding  intake.CallFinding
	Report   string // id of the report that tells of it, or empty
	ReportAt int64  // its index
}
