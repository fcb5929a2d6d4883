package mailpoll

import (
	"context"
	"iter"
	"slices"

	"dengwen/intake"
	"dengwen/mailpoll/message"
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

// probes reads the messages as take would. Those that would be set aside are
// counted and not yielded.
func (r *round) probes(ctx context.Context, heads []head) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for _, h := range heads {
			m, taken, err := r.read(ctx, h)
			if err != nil {
				yield(nil, err)
				return
			}
			if taken && !yield(probe(h.arrived, m), nil) {
				return
			}
		}
	}
}

// read is the meaning of a message that would be submitted. Of one whose time
// has not come it is not needed.
func (r *round) read(ctx context.Context, h head) (m []byte, submitted bool, err error) {
	most := r.poller.most
	switch {
	case h.arrived.IsZero():
		return nil, false, nil
	case h.outcome.Reason == intake.Future:
		return nil, true, nil
	case h.size > most:
		r.sum.quarantine()
		return nil, false, nil
	}
	raw, over, err := r.session.body(ctx, h, most)
	switch {
	case over || raw != nil && message.Guard(raw) != nil:
		r.sum.quarantine()
		return nil, false, err
	case raw == nil:
		return nil, false, err
	}
	return meaning(raw, h.arrived), true, nil
}
