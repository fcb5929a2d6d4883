package reader

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// viewed reports whether entries of the kind have a view.
func viewed(k entry.Kind) bool {
	return k == entry.KindAccepted || k == entry.KindTriaged || k == entry.KindHandover
}

// viewOf opens an entry and makes its view. An entry that is damaged has one
// too, which says so, and the error comes with it; with any other error there
// is none.
func (d *Desk) viewOf(ctx context.Context, m moment, rec entry.Record) (view, error) {
	v := view{V: formatV1, Index: rec.Index, id: rec.Header.ID}
	var err error
	if rec.Header.Kind == entry.KindAccepted {
		v.Row, _, err = d.rowOf(ctx, m, rec)
	} else {
		v.Decision = &decision{Ref: rec.Header.Ref}
		v.Decision.Standing, err = d.standingOf(ctx, m, rec)
	}
	if v.Damaged = err != nil; v.Damaged && !damage(err) {
		return view{}, err
	}
	return v, err
}

// damage reports whether an error is about what is stored, so that trying
// again gives the same.
func damage(err error) bool {
	for _, kind := range []error{intake.ErrDamaged, intake.ErrVersion, intake.ErrNotFound, intake.ErrTooLong, intake.ErrKey} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// rowOf opens a report for the team. One that no key of the team opens is
// about the team; the row says so and nothing else. The row is bare if the
// report did not open.
func (d *Desk) rowOf(ctx context.Context, m moment, rec entry.Record) (*triage.Row, *entry.Report, error) {
	h := rec.Header
	row := &triage.Row{Index: rec.Index, ID: h.ID, Channel: h.Channel, Day: h.Date}
	in, err := d.open(ctx, m, rec, 0, m.teams)
	switch {
	case errors.Is(err, intake.ErrKey):
		row.AboutTeam = true
		return row, nil, nil
	case err != nil:
		row.Unreadable = true
		return row, nil, err
	}
	r := in.Report
	row.Arrived, row.Unit, row.Category, row.Title = r.Arrived, r.Unit, r.Category, triage.Title(r.Subject, r.Text)
	row.Files, row.Marks = len(r.Files), r.Marks
	return row, r, nil
}

// standingOf opens a decision, if it is the act of the account that it names.
func (d *Desk) standingOf(ctx context.Context, m moment, rec entry.Record) (triage.Standing, error) {
	if err := d.chain.act(ctx, rec); err != nil {
		return triage.Standing{}, err
	}
	in, err := d.open(ctx, m, rec, 0, m.teams)
	if err != nil {
		return triage.Standing{}, err
	}
	s, err := decided(rec.Header.Kind, in.Note)
	if err != nil {
		err = fmt.Errorf("entry %d: %w", rec.Index, err)
	}
	return s, err
}

// decided reads the standing that a note of an entry of the kind decides. What
// only a leader may sign, no other kind brings about.
func decided(kind entry.Kind, n *entry.Note) (triage.Standing, error) {
	s := triage.Standing{State: triage.State(n.State), Route: triage.Route(n.Route)}
	if (s.State == triage.HandedOver) != (kind == entry.KindHandover) {
		return triage.Standing{}, fmt.Errorf("decision: a %s entry says %v: %w", kind, s, intake.ErrDamaged)
	}
	if err := s.Check(); err != nil {
		return triage.Standing{}, fmt.Errorf("decision: %w: %w", err, intake.ErrDamaged)
	}
	return s, nil
}
