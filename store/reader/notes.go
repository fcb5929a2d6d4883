package reader

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// notes opens what staff wrote about a report, oldest first, and returns where
// it stands by it. Notes that do not open are left out and named in the error.
func (d *Desk) notes(ctx context.Context, m moment, id string) (notes []triage.Note, at triage.Standing, err error) {
	at.State = triage.New
	about, err := d.box.About(ctx, id)
	if err != nil {
		return nil, at, err
	}
	var errs []error
	for _, index := range about {
		rec, err := d.entry(ctx, index)
		if err != nil {
			return nil, at, err
		}
		if rec.Header.Ref != id {
			continue
		}
		n, shown, err := d.note(ctx, m, rec)
		switch {
		case err != nil:
			errs = append(errs, err)
		case shown:
			notes = append(notes, n)
			if n.State != "" {
				at = n.Standing
			}
		}
	}
	return notes, at, errors.Join(errs...)
}

// note opens one entry about a report; what is not written to be read at the
// desk again is not shown.
func (d *Desk) note(ctx context.Context, m moment, rec entry.Record) (n triage.Note, shown bool, err error) {
	n = triage.Note{Index: rec.Index, By: rec.Header.By}
	kind := rec.Header.Kind
	switch kind {
	case entry.KindNoted, entry.KindReplied, entry.KindTriaged, entry.KindHandover:
	default:
		return n, false, nil
	}
	in, err := d.open(ctx, m, rec, 0, m.teams)
	if err != nil {
		return n, false, err
	}
	if kind == entry.KindReplied {
		n.At, n.Text = in.Reply.At, in.Reply.Text
		return n, true, nil
	}
	n.At, n.Text = in.Note.At, in.Note.Text
	if viewed(kind) {
		if n.Standing, err = parseStanding(in.Note.State); err != nil {
			return n, false, fmt.Errorf("entry %d: %w", rec.Index, err)
		}
	}
	return n, true, nil
}

// standing is where a report stands by the log, whatever the queue knows.
func (d *Desk) standing(ctx context.Context, m moment, id string) (triage.Standing, error) {
	_, at, err := d.notes(ctx, m, id)
	return at, err
}
