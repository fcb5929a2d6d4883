package reader

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Triage moves a report to another standing and says why; the text may be
// empty. What may follow what, and who may do it, triage.Standing.Move says: a
// move that nobody may make wraps intake.ErrInvalid, one that this account may
// not, intake.ErrForbidden, and is written as denied.
func (d *Desk) Triage(ctx context.Context, id string, to triage.Standing, text string) error {
	if err := d.triage(ctx, id, to, text); err != nil {
		return fmt.Errorf("triage report %s: %w", id, err)
	}
	return nil
}

func (d *Desk) triage(ctx context.Context, id string, to triage.Standing, text string) error {
	if err := checkText(text); err != nil {
		return err
	}
	m, err := d.writing(ctx, id, whatDecision+to.String())
	if err != nil {
		return err
	}
	// The log says where the report stands; the queue may not have heard yet.
	past, err := d.history(ctx, m, id)
	if err != nil {
		return err
	}
	if err := past.at.Move(to, m.account); errors.Is(err, intake.ErrForbidden) {
		return d.deny(ctx, id, whatDecision+to.String(), err)
	} else if err != nil {
		return err
	}
	kind := entry.KindTriaged
	if to.State == triage.HandedOver {
		kind = entry.KindHandover
	}
	index, err := d.record(ctx, kind, id, entry.Note{State: string(to.State), Route: string(to.Route), Text: text})
	if err != nil {
		return err
	}
	d.queue.decided(index, id, to)
	return nil
}

// Note writes a note about a report, of at most intake.MaxText characters.
// Leaders and members may.
func (d *Desk) Note(ctx context.Context, id, text string) error {
	err := checkWords(text)
	if err == nil {
		_, err = d.writing(ctx, id, whatNote)
	}
	if err == nil {
		_, err = d.record(ctx, entry.KindNoted, id, entry.Note{Text: text})
	}
	if err != nil {
		return fmt.Errorf("note on report %s: %w", id, err)
	}
	return nil
}

// Reply writes an answer, of at most intake.MaxText characters, that whoever
// holds the report's receipt can read, and delete for themself; the team keeps
// a copy. Reports that have no
// receipt wrap intake.ErrInvalid; those about the team are the office's to
// answer. Leaders and members may.
func (d *Desk) Reply(ctx context.Context, id, text string) error {
	if err := d.reply(ctx, id, text); err != nil {
		return fmt.Errorf("reply to report %s: %w", id, err)
	}
	return nil
}

func (d *Desk) reply(ctx context.Context, id, text string) error {
	if err := checkWords(text); err != nil {
		return err
	}
	m, err := d.writing(ctx, id, whatReply)
	if err != nil {
		return err
	}
	rec, err := d.report(ctx, id)
	if err != nil {
		return err
	}
	in, err := d.open(ctx, m, rec, 0, m.teams)
	if err != nil {
		return notForUs(err)
	}
	if in.Report.ReplyTo == "" {
		return fmt.Errorf("it came by %s and has no receipt: %w", rec.Header.Channel, intake.ErrInvalid)
	}
	to, err := seal.ParseRecipient(in.Report.ReplyTo)
	if err != nil {
		return err
	}
	_, err = d.append(ctx, func(m moment, at time.Time, day string) (entry.Draft, error) {
		return d.replied(m, entry.Header{Kind: entry.KindReplied, Date: day, Ref: id}, entry.Reply{At: at, Text: text}, to)
	})
	return err
}

// writing checks that the account may write about a report that is there.
func (d *Desk) writing(ctx context.Context, id, what string) (moment, error) {
	m, err := d.now(ctx)
	if err != nil {
		return m, err
	}
	if _, err := d.report(ctx, id); err != nil {
		return m, err
	}
	if !m.account.Is(triage.Leader, triage.Member) {
		return m, d.deny(ctx, id, what, fmt.Errorf("%s is neither leader nor member: %w", d.name, intake.ErrForbidden))
	}
	return m, nil
}

func checkText(text string) error {
	if n := utf8.RuneCountInString(text); n > intake.MaxText {
		return fmt.Errorf("text: %d characters, at most %d: %w", n, intake.MaxText, intake.ErrTooLong)
	}
	return nil
}

func checkWords(text string) error {
	if intake.Blank(text) {
		return fmt.Errorf("text: %w", intake.ErrEmpty)
	}
	return checkText(text)
}
