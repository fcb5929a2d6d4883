package reader

import (
	"context"
	"errors"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// What a read or denied entry is about, as the text of its note. A file is
// named by its place among the parts of the report's entry; one that was added,
// by its place among those of the added entry, whose id follows.
const (
	whatReport   = "report"
	whatIdentity = "identity"
	whatFile     = "file "
	whatAdded    = " of addition "
	whatDecision = "decision "
	whatNote     = "note"
	whatReply    = "reply"
)

// Read opens a report with all notes and replies about it, and what was added
// to it. That it is read is written first, and stays written when the opening
// fails. A report about the team comes back as its row alone, with AboutTeam
// set. What it is alike to is as of the last Sync. Where only a note is damaged, or not signed by the account that it
// names, the case has everything else and comes with the error, which names
// the entry. Leaders and members may read; for anyone else it is denied.
func (d *Desk) Read(ctx context.Context, id string) (triage.Case, error) {
	fail := func(c triage.Case, err error) (triage.Case, error) {
		return c, fmt.Errorf("read report %s: %w", id, err)
	}
	m, rec, err := d.reading(ctx, id, whatReport, triage.Leader, triage.Member)
	if err != nil {
		return fail(triage.Case{}, err)
	}
	row, r, err := d.rowOf(ctx, m, rec)
	if err != nil {
		return fail(triage.Case{}, err)
	}
	c := triage.Case{Row: *row}
	c.Alike = d.queue.alike(*row)
	if r != nil {
		c.Persons, c.Subject, c.Text, c.Recorder = r.Persons, r.Subject, r.Text, r.Recorder
		c.Originals = originals(rec.Header)
		c.Attachments = attachments(rec.Header, entry.RoleFile, entry.Inner{Report: r})
	}
	past, err := d.history(ctx, m, id)
	if err != nil {
		return fail(triage.Case{}, err)
	}
	c.Notes, c.Replies, c.Added, c.Standing = past.notes, past.replies, past.added, past.at
	if len(past.faults) > 0 {
		return fail(c, errors.Join(past.faults...))
	}
	return c, nil
}

// reading finds a report and writes that it is being read, or that it was
// denied to an account with none of the roles.
func (d *Desk) reading(ctx context.Context, id, what string, may ...triage.Role) (moment, entry.Record, error) {
	m, err := d.now(ctx)
	if err != nil {
		return m, entry.Record{}, err
	}
	rec, err := d.report(ctx, id)
	if err != nil {
		return m, rec, err
	}
	if !m.account.Is(may...) {
		return m, rec, d.deny(ctx, id, what, fmt.Errorf("%s is not a %s: %w", d.name, may[0], intake.ErrForbidden))
	}
	if _, err := d.record(ctx, entry.KindRead, id, entry.Note{Text: what}); err != nil {
		return m, rec, err
	}
	// A new generation may have begun just before that entry.
	m, err = d.now(ctx)
	return m, rec, err
}

// deny writes that something about a report was denied and returns why.
func (d *Desk) deny(ctx context.Context, id, what string, why error) error {
	_, err := d.record(ctx, entry.KindDenied, id, entry.Note{Text: what})
	return errors.Join(why, err)
}

// notForUs gives what is sealed to others its reason: with every generation of
// keys at hand, that can only be a report about the team.
func notForUs(err error) error {
	if errors.Is(err, intake.ErrKey) {
		return fmt.Errorf("the report is about the team and sealed to the office: %w", intake.ErrForbidden)
	}
	return err
}
