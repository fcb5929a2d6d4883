package mailpoll

import (
	"context"
	"errors"
	"slices"

	"dengwen/intake"
)

// rehearse is run without its effects.
func (r *round) rehearse(ctx context.Context) error {
	r.rehearsal = true
	if err := r.load(ctx); err != nil {
		return err
	}
	if err := r.enter(ctx, true); err != nil {
		return err
	}
	due := r.due().count()
	r.sum.Pending, r.sum.Kept, r.sum.Expunged = len(r.at.pending), r.at.kept.count()-due, due
	r.sum.Fixed, r.sum.NoExpunge = !r.session.removes(), r.stays()
	if there, err := r.session.present(ctx, r.uids(func(removal) bool { return true })); err == nil {
		r.waited = size(there)
	} else {
		return err
	}
	uids, err := r.waiting(ctx)
	if err != nil {
		return err
	}
	for few := range slices.Chunk(uids, perFetch) {
		heads, err := r.surveyed(ctx, few)
		if err != nil {
			return err
		}
		probes, err := r.probes(ctx, heads)
		if err != nil {
			return err
		}
		outcomes, err := r.poller.verdicts(ctx, probes)
		if err != nil {
			return err
		}
		for _, o := range outcomes {
			r.sum.outcome(o)
		}
	}
	r.sum.Left = r.left
	for to, n := range map[folder]int{accepted: r.sum.Accepted + r.sum.Duplicate, refused: r.sum.refusals(), quarantine: r.sum.Quarantined} {
		if r.poller.folder(to) == "" || !r.session.removes() {
			r.sum.Left += n
		}
	}
	return nil
}

// probes reads the messages as a pass would, and gives those that the box would
// be asked for. Those that would be set aside are counted.
func (r *round) probes(ctx context.Context, heads []head) (list []*intake.Report, err error) {
	var fetched []head
	for _, h := range heads {
		switch {
		case h.arrived.IsZero():
			r.sum.Unread++
		case h.outcome.Reason == intake.Future:
			list = append(list, probe(h.arrived, nil))
		case h.size > r.poller.most:
			r.sum.quarantine(intake.TooLarge)
		default:
			fetched = append(fetched, h)
		}
	}
	missing, _, err := r.session.bodies(ctx, fetched, r.poller.most, func(l letter) error {
		_, why, err := read(&l)
		if err == nil && why != "" {
			r.sum.quarantine(why)
		} else if err == nil {
			list = append(list, probe(l.arrived, r.distinct(l.first)))
		}
		return errors.Join(err, l.raw.Close())
	})
	if refusal(err) != nil {
		err = nil
	}
	r.sum.Unread += len(missing)
	return list, err
}
