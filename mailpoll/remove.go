package mailpoll

import (
	"context"
	"iter"
	"slices"

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
	if err := r.confirm(ctx, func(rem removal) bool { return !there.Contains(rem.uid) }); err != nil {
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
	gone := imap.UIDSet{}
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
			out, err := r.session.move(ctx, few, name)
			if err != nil {
				return err
			}
			gone.AddSet(out)
		}
		for _, uid := range uids {
			r.pending(uid).tried = true
			if !gone.Contains(uid) {
				r.trouble = &failure{classFolder, intake.Explain(nil, "mail.unmoved", "messages cannot be moved to the folder %q: does it exist, and is there room?", name)}
			}
		}
	}
	return r.confirm(ctx, func(rem removal) bool { return gone.Contains(rem.uid) })
}

// confirm forgets the removals that are done.
func (r *round) confirm(ctx context.Context, done func(removal) bool) error {
	next := *r.at
	next.pending = nil
	var meanings [][]byte
	for _, rem := range r.at.pending {
		switch {
		case !done(rem):
			next.pending = append(next.pending, rem)
		case rem.meaning != nil:
			meanings = append(meanings, rem.meaning)
		}
	}
	if len(next.pending) == len(r.at.pending) {
		return nil
	}
	// A crash before this leaves removals of UIDs that the mailbox has no more;
	// the next pass finds that out and comes here again.
	return r.store(ctx, &next, meanings)
}

// leave gives up on removing messages that there is no way to remove. The box
// keeps their keys, for they are met again when UIDVALIDITY changes.
func (r *round) leave(uids []imap.UID) {
	for _, uid := range uids {
		r.drop(uid)
	}
	r.at.left += len(uids)
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

// fresh is how many removals this pass has not tried yet.
func (r *round) fresh() int {
	return len(r.uids(func(rem removal) bool { return !rem.tried }))
}

func (r *round) uids(which func(removal) bool) (uids []imap.UID) {
	for _, rem := range r.at.pending {
		if which(rem) {
			uids = append(uids, rem.uid)
		}
	}
	return uids
}
