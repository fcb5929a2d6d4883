package mailpoll

import (
	"context"
	"errors"

	"dengwen/intake"
)

// A group goes into the box by one transaction: one sync of the disk for all.
// While it does, the next is read.
const (
	perGroup   = 50      // messages
	groupBytes = 4 << 20 // of messages that lie in memory
	groupParts = 200     // each may be a file, and those of a group are open at once
)

type group struct {
	letters []letter
	reports []*intake.Report
	bytes   int64
	parts   int
}

// A flight is a group on its way into the box. Until it has landed, the round's
// place stays as it is: next is made from it.
type flight struct {
	group
	next     *place // once it has arrived
	cursor   intake.Cursor
	outcomes []intake.Outcome
	err      error
	landed   chan struct{}
}

// add puts a message into the group, and sends the group off once it is full.
// A message that lies in a spool does not wait for others.
func (r *round) add(ctx context.Context, l letter, report *intake.Report) error {
	l.meaning = r.distinct(l.first)
	report.Source.Meaning = l.meaning
	g := &r.group
	g.letters, g.reports, g.bytes, g.parts = append(g.letters, l), append(g.reports, report), g.bytes+l.bytes, g.parts+l.parts
	if len(g.letters) == perGroup || g.bytes >= groupBytes || g.parts >= groupParts || l.bytes > inMemory {
		return r.send(ctx)
	}
	return nil
}

// flush brings in what was read; nothing is on its way when it returns.
func (r *round) flush(ctx context.Context) error {
	if err := r.send(ctx); err != nil {
		return err
	}
	return r.land(ctx)
}

// send waits for the group before this one, and sends this one off.
func (r *round) send(ctx context.Context) error {
	g := r.group
	r.group = group{}
	err := r.land(ctx)
	if err == nil {
		err = r.untangle(ctx, g)
	}
	if err != nil || len(g.letters) == 0 {
		return errors.Join(err, g.close())
	}
	r.flying = r.launch(ctx, g)
	return nil
}

// launch notes the removals of a group and gives it to the box.
func (r *round) launch(ctx context.Context, g group) *flight {
	f := &flight{group: g, next: r.at.clone(), landed: make(chan struct{})}
	for _, l := range g.letters {
		f.next.remove(removal{uid: l.uid, meaning: l.meaning, at: l.arrived.Unix()})
		r.dealt(l.uid)
	}
	f.cursor = r.cursor(f.next)
	go func() {
		defer close(f.landed)
		// A crash before this is on disk leaves the old cursor, and the messages are
		// taken again. After it, the cursor has their removals without a folder, and
		// the next pass asks the box for the verdicts.
		f.outcomes, f.err = r.poller.submit(ctx, f.reports, f.cursor)
	}()
	return f
}

// submit brings reports in together. One alone may be of any size, and streams.
func (p *Poller) submit(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) ([]intake.Outcome, error) {
	if len(reports) > 1 {
		return p.box.SubmitGroup(ctx, reports, cursor)
	}
	reports[0].Source.Cursor = cursor
	o, err := p.box.Submit(ctx, reports[0])
	return []intake.Outcome{o}, err
}

// land waits until the group that is on its way is in the box, or refused. A
// message in it that the box cannot take is set aside.
func (r *round) land(ctx context.Context) error {
	f := r.flying
	if f == nil {
		return nil
	}
	<-f.landed
	r.flying = nil
	if unfit(f.err) && len(f.letters) > 1 { // nothing went in: find the one
		for _, l := range f.letters {
			r.open = append(r.open, l.uid)
		}
		for i := range f.letters {
			r.flying = r.launch(ctx, group{letters: f.letters[i : i+1], reports: f.reports[i : i+1]})
			if err := r.land(ctx); err != nil {
				return errors.Join(err, group{letters: f.letters[i+1:]}.close())
			}
		}
		return nil
	}
	defer f.close()
	if unfit(f.err) {
		return r.setAside(ctx, f.letters[0].head, intake.Unfit, f.letters[0].first)
	}
	if f.err != nil {
		return inUse(f.err)
	}
	r.stored(f.next, f.cursor.Value)
	for i, o := range f.outcomes {
		r.sum.outcome(o)
		r.judge(r.pending(f.letters[i].uid), o)
	}
	return nil
}

// close lets go of messages: they are in the box, or will be read again.
func (g group) close() (err error) {
	for _, l := range g.letters {
		err = errors.Join(err, l.raw.Close())
	}
	return err
}

// unfit reports whether the box would never take a report.
func unfit(err error) bool {
	return errors.Is(err, intake.ErrTooLong) || errors.Is(err, intake.ErrInvalid) || errors.Is(err, intake.ErrEmpty)
}

// untangle gives another meaning to a new message that the box takes for an
// old one: where messages cannot be removed their keys stay, and somebody may
// have sent the same again in the same second.
func (r *round) untangle(ctx context.Context, g group) error {
	for tangled := !r.at.rescan && r.left > 0 && len(g.letters) > 0; tangled; {
		tangled = false
		var probes []*intake.Report
		for _, l := range g.letters {
			probes = append(probes, probe(l.arrived, l.meaning))
		}
		outcomes, err := r.poller.verdicts(ctx, probes)
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			// What was looked at before may be in the box as itself.
			if l := &g.letters[i]; o.Verdict == intake.Duplicate && l.uid > r.start {
				l.meaning = r.distinct(l.first)
				g.reports[i].Source.Meaning = l.meaning
				tangled = true
			}
		}
	}
	return nil
}
