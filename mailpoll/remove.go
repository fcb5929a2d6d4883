package mailpoll

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// resume sees the removals through that an earlier pass left. Those that went
// in with a submission are asked for in the box first, by their meaning: a
// message leaves the mailbox only when the box says what became of it.
func (r *round) resume(ctx context.Context) error {
	if len(r.at.pending) == 0 {
		return nil
	}
	there, err := r.session.present(ctx, r.uids(func(removal) bool { return true }))
	if err != nil {
		return err
	}
	if err := r.confirm(ctx, func(rem removal) bool { return !there.Contains(rem.uid) }, moved{}); err != nil {
		return err
	}
	open := r.uids(func(rem removal) bool { return rem.to == unknown })
	outcomes, err := r.poller.verdicts(ctx, r.questions(open))
	if err != nil {
		return err
	}
	for i, uid := range open {
		o := outcomes[i]
		if o.Verdict == intake.Accepted {
			o = intake.Outcome{Verdict: intake.Refused, Reason: intake.Future} // the box does not have it: to be looked at again
		}
		r.judge(r.pending(uid), o)
	}
	return r.remove(ctx)
}

// questions are probes of removals whose verdict is not known.
func (r *round) questions(uids []imap.UID) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for _, uid := range uids {
			rem := r.pending(uid)
			if !yield(probe(unixTime(rem.at), rem.meaning), nil) {
				return
			}
		}
	}
}

// remove takes what is dealt with out of the mailbox, as far as this pass has
// not tried to, and forgets what is certainly out.
func (r *round) remove(ctx context.Context) error {
	for _, to := range []folder{accepted, refused, quarantine} {
		uids := r.uids(func(rem removal) bool { return rem.to == to && !rem.tried })
		if len(uids) == 0 {
			continue
		}
		name := r.poller.folder(to)
		if name == "" || !r.session.removes() {
			r.leave(uids)
			continue
		}
		for few := range slices.Chunk(uids, perFetch) {
			m, err := r.session.move(ctx, few, name)
			if err != nil {
				return err
			}
			for _, uid := range few {
				r.pending(uid).tried = true
			}
			if m.refused != nil {
				r.trouble = m.refused
			}
			if err := r.confirm(ctx, func(rem removal) bool { return m.out.Contains(rem.uid) && slices.Contains(few, rem.uid) }, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// confirm forgets the removals that are done, and notes where accepted mail
// waits now.
func (r *round) confirm(ctx context.Context, done func(removal) bool, m moved) error {
	next := *r.at
	next.pending, next.kept, next.astray = nil, r.at.kept.clone(), slices.Clone(r.at.astray)
	var meanings [][]byte
	to := unknown
	for _, rem := range r.at.pending {
		if !done(rem) {
			next.pending = append(next.pending, rem)
			continue
		}
		if rem.meaning != nil {
			meanings = append(meanings, rem.meaning)
		}
		to = rem.to
		if (rem.to == accepted || rem.to == unknown) && !m.told.Contains(rem.uid) && r.keeps() && len(next.astray) < maxPending {
			next.astray = append(next.astray, removal{meaning: rem.meaning, at: rem.at})
		}
	}
	if len(next.pending) == len(r.at.pending) {
		return nil
	}
	if to == accepted && len(m.into) > 0 && r.keeps() {
		next.kept.add(r.poller.o.Accepted, m.validity, r.today(), m.into)
	}
	// A crash before this leaves removals of UIDs that the mailbox has no more;
	// the next pass finds that out and comes here again.
	return r.store(ctx, &next, meanings)
}

// today is the day that accepted mail begins to wait on, in UTC.
func (r *round) today() string { return r.poller.o.Now().UTC().Format(time.DateOnly) }

// leave gives up on removing messages that there is no way to remove. The box
// keeps their keys, for they are met again when UIDVALIDITY changes.
func (r *round) leave(uids []imap.UID) {
	for _, uid := range uids {
		r.drop(uid)
	}
	r.left += len(uids)
	r.dirty = true
}

func (r *round) drop(uid imap.UID) {
	r.at.pending = slices.DeleteFunc(slices.Clone(r.at.pending), func(rem removal) bool { return rem.uid == uid })
}

// pending is the removal of a UID.
func (r *round) pending(uid imap.UID) *removal {
	i := slices.IndexFunc(r.at.pending, func(rem removal) bool { return rem.uid == uid })
	return &r.at.pending[i]
}

func (r *round) uids(which func(removal) bool) (uids []imap.UID) {
	for _, rem := range r.at.pending {
		if which(rem) {
			uids = append(uids, rem.uid)
		}
	}
	return uids
}
