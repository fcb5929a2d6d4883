package mailpoll

import (
	"context"
	"errors"
	"slices"

	"dengwen/intake"
)

// A group goes into the box by one transaction: one sync of the disk for all.
const (
	perGroup   = 50      // messages
	groupBytes = 4 << 20 // of messages that lie in memory
)

type group struct {
	letters []letter
	reports []*intake.Report
	bytes   int64
}

// add puts a message into the group, and the group into the box once it is
// full. A message that lies in a spool does not wait for others.
func (r *round) add(ctx context.Context, l letter, report *intake.Report) error {
	l.meaning = r.distinct(l.first)
	report.Source.Meaning = l.meaning
	g := &r.group
	g.letters, g.reports, g.bytes = append(g.letters, l), append(g.reports, report), g.bytes+l.bytes
	if len(g.letters) == perGroup || g.bytes >= groupBytes || l.bytes > inMemory {
		return r.flush(ctx)
	}
	return nil
}

// flush brings the group in. What of it the box cannot take is set aside.
func (r *round) flush(ctx context.Context) error {
	g := r.group
	r.group = group{}
	defer func() {
		for _, l := range g.letters {
			_ = l.raw.Close() // what was read of it is in the box, or will be read again
		}
	}()
	if len(g.letters) == 0 {
		return nil
	}
	if err := r.untangle(ctx, g); err != nil {
		return err
	}
	err := r.submit(ctx, g.letters, g.reports)
	if !unfit(err) {
		return err
	}
	for i := range g.letters { // nothing went in: find the one
		err := r.submit(ctx, g.letters[i:i+1], g.reports[i:i+1])
		if unfit(err) {
			err = r.setAside(ctx, g.letters[i].head, intake.Unfit, g.letters[i].first)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// untangle gives another meaning to a new message that the box takes for an
// old one: where messages cannot be removed their keys stay, and somebody may
// have sent the same again in the same second.
func (r *round) untangle(ctx context.Context, g group) error {
	for tangled := !r.at.rescan && r.left > 0; tangled; {
		tangled = false
		var probes []*intake.Report
		for _, l := range g.letters {
			probes = append(probes, probe(l.arrived, l.meaning))
		}
		outcomes, err := r.poller.verdicts(ctx, each(probes))
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			if o.Verdict == intake.Duplicate {
				l := &g.letters[i]
				l.meaning = r.distinct(l.first)
				g.reports[i].Source.Meaning = l.meaning
				tangled = true
			}
		}
	}
	return nil
}

// unfit reports whether the box would never take a report.
func unfit(err error) bool {
	return errors.Is(err, intake.ErrTooLong) || errors.Is(err, intake.ErrInvalid) || errors.Is(err, intake.ErrEmpty)
}

// submit brings messages in together: they are in the box, or refused, when it
// returns without an error, and their removals are noted there.
func (r *round) submit(ctx context.Context, letters []letter, reports []*intake.Report) error {
	next, open := r.at.clone(), slices.Clone(r.open)
	for _, l := range letters {
		next.remove(removal{uid: l.uid, meaning: l.meaning, at: l.arrived.Unix()})
		r.dealt(l.uid)
	}
	cursor := r.cursor(next)
	// A crash before this is on disk leaves the old cursor, and the messages are
	// taken again. After it, the cursor has their removals without a folder, and
	// the next pass asks the box for the verdicts.
	outcomes, err := r.poller.box.SubmitGroup(ctx, reports, cursor)
	if err != nil {
		r.open = open
		return inUse(err)
	}
	r.stored(next, cursor.Value)
	for i, o := range outcomes {
		r.sum.outcome(o)
		r.judge(r.pending(letters[i].uid), o)
	}
	return nil
}
