package intake

import "time"

// A LedgerRow is what a report of the ledger says of its call.
type LedgerRow struct {
	// At is the call's start as the duty officer wrote it. Where Until is not
	// zero only this much is known: it began at At or later, and before Until.
	At, Until time.Time
	Phone     string // as the officer wrote it; may be empty, damaged, or another than the one that called
}

// MatchCalls finds the report of the ledger that tells of each answered call:
// its place in rows, or -1. A row tells of one call at most.
func MatchCalls(calls []Call, rows []LedgerRow) []int {
	found := make([]int, len(calls))
	for i := range found {
		found[i] = -1
	}
	return found
}
