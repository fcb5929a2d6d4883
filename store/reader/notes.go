package reader

import (
	"context"
	"fmt"

	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// A history is what staff wrote about a report.
type history struct {
	notes  []triage.Note   // oldest first
	at     triage.Standing // where the report stands by them
	faults []error         // of those that are damaged, and so left out
}

func (d *Desk) history(ctx context.Context, m moment, id string) (h history, err error) {
	h.at.State = triage.New
	about, err := d.box.About(ctx, id)
	if err != nil {
		return h, err
	}
	for _, index := range about {
		rec, err := d.entry(ctx, index)
		if err != nil {
			return h, err
		}
		n, shown, err := d.note(ctx, m, rec)
		switch {
		case err != nil && damage(err):
			h.faults = append(h.faults, err)
		case err != nil:
			return h, err
		case shown:
			h.notes = append(h.notes, n)
			if n.State != "" {
				h.at = n.Standing
			}
		}
	}
	return h, nil
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
		if n.Standing, err = decided(in.Note); err != nil {
			return n, false, fmt.Errorf("entry %d: %w", rec.Index, err)
		}
	}
	return n, true, nil
}
