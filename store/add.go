package store

import (
	"context"

	"dengwen/intake"
)

// Add is the door for what the holder of a receipt adds to the report. It goes
// the way of a web report: the schedule judges it by its own arrival, it is
// sealed to the same keys as the report, and when Add returns an accepted
// outcome, with the ID of its own entry and no receipt, it is on disk. A refusal
// is an outcome, counted among those of the web channel.
//
// Errors: ErrMistyped for a code that is none, before anything is looked up;
// ErrNotFound for one that no report has; and those of Submit. Nothing is
// counted then.
func (b *Box) Add(ctx context.Context, code string, a *intake.Addition) (intake.Outcome, error) {
	receipt, err := intake.ParseReceipt(code)
	if err != nil {
		return intake.Outcome{}, err
	}
	// Between the two that openReceipt does: what cannot be taken is told without
	// a look-up, for which others wait.
	if err := a.Check(); err != nil {
		return intake.Outcome{}, err
	}
	row, err := b.openRow(ctx, receipt)
	if err != nil {
		return intake.Outcome{}, err
	}
	// Whose report it is comes from the row that the code opened, never from
	// the sender: what is added to a report about the team must not reach it.
	// It has no meaning to compare, so each addition stands for itself.
	r := &intake.Report{Channel: intake.Web, Arrived: a.Arrived, AboutTeam: row.AboutTeam, Text: a.Text, Files: a.Files}
	return b.deliver(ctx, submission{Report: r, ref: row.ID})
}
