package mailpoll

import (
	"context"
	"iter"
	"slices"

	"dengwen/intake"
)

// rehearse is run without its effects.
func (r *round) rehearse(ctx context.Context) error {
	if err := r.open(ctx, true); err != nil {
		return err
	}
	r.sum.Pending = len(r.at.pending) + r.at.left
	uids, err := r.waiting(ctx)
	if err != nil {
		return err
	}
	for few := range slices.Chunk(uids, perFetch) {
		heads, err := r.surveyed(ctx, few)
		if err != nil {
			return err
		}
		outcomes, err := r.poller.verdicts(ctx, r.probes(ctx, heads))
		if err != nil {
			return err
		}
		for _, o := range outcomes {
			r.sum.outcome(o)
		}
	}
	return nil
}

// probes reads the messages as take would, and yields those that the box would
// be asked for. Those that would be set aside are counted.
func (r *round) probes(ctx context.Context, heads []head) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for _, h := range heads {
			raw, f, err := r.fetch(ctx, h)
			var m []byte // a message whose time has not come is not read
			switch f {
			case aside:
				r.sum.quarantine()
			case taken:
				m = meaning(raw, h.arrived)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if (f == early || f == taken) && !yield(probe(h.arrived, m), nil) {
				return
			}
		}
	}
}
