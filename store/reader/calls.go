package reader

import (
	"context"

	"dengwen/intake/triage"
)

// Calls holds the reports of the ledger against the call records.
func (d *Desk) Calls(ctx context.Context, told func(done, total int)) (triage.Calls, error) {
	return triage.Calls{}, nil
}
