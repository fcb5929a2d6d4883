package store

import (
	"context"
	"fmt"

	"dengwen/intake"
)

// MaxReports is how many reports a group may have. It bounds what one
// transaction holds up, as maxGroup does for callers.
const MaxReports = 500

// A ReportError says which report of a group an error is about. Nothing of the
// group is in the box then.
type ReportError struct {
	At  int // in the group, from 0
	Err error
}

// Error counts from 1, as errors about the rows of a file do.
func (e *ReportError) Error() string { return fmt.Sprintf("report %d: %v", e.At+1, e.Err) }

// Unwrap returns what is wrong with the report.
func (e *ReportError) Unwrap() error { return e.Err }

// Report is its place in the group, from 0, for adapters, which do not know this
// package.
func (e *ReportError) Report() int { return e.At }

// SubmitGroup is the door for reports that were read together, such as the mails
// of one FETCH, and for the place in their source after the last of them. Each
// is judged, and its refusal counted, as by Submit; all of them and the cursor
// go in by one transaction, so when SubmitGroup returns, all that was accepted
// is on disk, and after an error nothing is. Outcomes are in the order of the
// reports; a meaning that occurs twice is accepted once. Without any reports the
// cursor alone is stored.
//
// Reports are sealed on all cores, so the Files of several of them are read at
// the same time. A group has at most MaxReports reports, of any channel but web,
// and none of them has a cursor of its own: ErrInvalid, ErrTooLong. Other errors
// are those of Submit. Where one is about a report, it is a *ReportError.
func (b *Box) SubmitGroup(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) ([]intake.Outcome, error) {
	if len(reports) > MaxReports {
		return nil, fmt.Errorf("group: %d reports, at most %d: %w", len(reports), MaxReports, intake.ErrTooLong)
	}
	d := &delivery{cursor: cursor, group: true}
	for i, r := range reports {
		err := r.Check()
		switch {
		case err != nil:
		case r.Channel == intake.Web:
			err = fmt.Errorf("a group has no reports of the web, for it has no receipts: %w", intake.ErrInvalid)
		case r.Source.Cursor.Name != "":
			err = fmt.Errorf("a group has one cursor, and its reports have none: %w", intake.ErrInvalid)
		}
		if err != nil {
			return nil, d.about(i, err)
		}
		d.subs = append(d.subs, submission{Report: r, mac: b.meaning(r)})
	}
	return b.bring(ctx, d)
}

// about says in a group which report an error is about.
func (d *delivery) about(i int, err error) error {
	if !d.group {
		return err
	}
	return &ReportError{At: i, Err: err}
}
