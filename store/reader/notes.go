package reader

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// A history is what was written about a report, oldest first.
type history struct {
	notes   []triage.Note
	replies []triage.Reply
	added   []triage.Addition
	at      triage.Standing // where the report stands by the notes
	faults  []error         // of entries that are damaged or forged, and so left out
}

func (d *Desk) history(ctx context.Context, m moment, id string) (h history, err error) {
	h.at.State = triage.New
	about, err := d.box.About(ctx, id)
	if err != nil {
		return h, err
	}
	// Among them may be the first acts of an account that is newer than m.
	if m.state, err = d.chain.follow(ctx); err != nil {
		return h, err
	}
	h.faults, err = d.eachAbout(ctx, id, about, func(rec entry.Record) error { return h.see(ctx, d, m, rec) })
	return h, err
}

// eachAbout calls see with the entries about a report that the box listed, in
// order. Those that are damaged, or of something else, are its faults.
func (d *Desk) eachAbout(ctx context.Context, id string, about []int64, see func(entry.Record) error) (faults []error, err error) {
	for i, index := range about {
		rec, err := d.entry(ctx, index)
		if err == nil && (rec.Header.Ref != id || i > 0 && index <= about[i-1]) {
			err = fmt.Errorf("entry %d is not what comes next about report %s: %w", index, id, intake.ErrDamaged)
		}
		if err == nil {
			err = see(rec)
		}
		switch {
		case err != nil && damage(err):
			faults = append(faults, err)
		case err != nil:
			return faults, err
		}
	}
	return faults, nil
}

// see opens one entry about a report; what is not written to be read at the
// desk again is passed over.
func (h *history) see(ctx context.Context, d *Desk, m moment, rec entry.Record) error {
	kind := rec.Header.Kind
	if kind == entry.KindAdded {
		return h.addition(ctx, d, m, rec)
	}
	if !shown(kind) {
		return nil
	}
	if err := d.chain.act(ctx, rec); err != nil {
		return err
	}
	if kind == entry.KindReplied {
		r, err := d.openReply(ctx, m, rec)
		if err == nil {
			h.replies = append(h.replies, r)
		}
		return err
	}
	in, err := d.open(ctx, m, rec, 0, m.teams)
	if err != nil {
		return err
	}
	n := triage.Note{Index: rec.Index, At: in.Note.At, By: rec.Header.By, Text: in.Note.Text}
	if viewed(kind) {
		if n.Standing, err = decided(kind, in.Note); err != nil {
			return fmt.Errorf("entry %d: %w", rec.Index, err)
		}
		h.at = n.Standing
	}
	h.notes = append(h.notes, n)
	return nil
}

// openReply opens a reply, or the copy of one that its receiver has deleted. That
// it was, the log must say: a part that is missing otherwise is a fault. The
// copy is compared as long as there is something to compare it with.
func (d *Desk) openReply(ctx context.Context, m moment, rec entry.Record) (triage.Reply, error) {
	r := triage.Reply{Index: rec.Index, By: rec.Header.By}
	in, err := d.open(ctx, m, rec, entry.ReplyPart, m.teams)
	if errors.Is(err, intake.ErrNotFound) {
		var lost error
		if r.Deleted, lost = d.chain.deleted(ctx, rec.Header); lost != nil {
			return r, lost
		}
	}
	if err != nil && !r.Deleted {
		return r, err
	}
	if !rec.Header.KeepsReply() { // and so it was not deleted
		r.At, r.Text = in.Reply.At, in.Reply.Text
		return r, nil
	}
	kept, err := d.open(ctx, m, rec, entry.KeptPart, m.teams)
	if err != nil {
		return r, err
	}
	r.At, r.Text = kept.Note.At, kept.Note.Text
	if r.Deleted {
		return r, nil
	}
	if err := in.Reply.SameAs(*kept.Note); err != nil {
		return r, fmt.Errorf("entry %d: %w", rec.Index, err)
	}
	return r, nil
}

// addition opens what the receipt holder added. What no key of the team opens
// was added to a report about the team.
func (h *history) addition(ctx context.Context, d *Desk, m moment, rec entry.Record) error {
	a := triage.Addition{Index: rec.Index, ID: rec.Header.ID, Day: rec.Header.Date}
	switch in, err := d.open(ctx, m, rec, 0, m.teams); {
	case err == nil:
		a.Arrived, a.Text, a.Attachments = in.Report.Arrived, in.Report.Text, attachments(rec.Header, entry.RoleFile, in)
		a.Originals = originals(rec.Header)
	case !errors.Is(err, intake.ErrKey):
		return err
	}
	h.added = append(h.added, a)
	return nil
}
