package mailpoll

import (
	"context"
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
	r.waited = size(there)
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
	if err := r.confirm(ctx, moved{out: outOf(r.uids(func(removal) bool { return true }), there)}); err != nil {
		return err
	}
	return r.remove(ctx)
}

// questions are probes of removals whose verdict is not known.
func (r *round) questions(uids []imap.UID) (list []*intake.Report) {
	for _, uid := range uids {
		rem := r.pending(uid)
		list = append(list, probe(unixTime(rem.at), rem.meaning))
	}
	return list
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
		if err := r.shift(ctx, uids, name); err != nil {
			return err
		}
		if err := r.takeOut(ctx, to, name); err != nil {
			return err
		}
	}
	return nil
}

// shift moves or copies messages to a folder, but for those that lie there
// already.
func (r *round) shift(ctx context.Context, uids []imap.UID, name string) error {
	uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return r.pending(u).copied })
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
		if err := r.confirm(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// takeOut takes messages out that were copied to their folder.
func (r *round) takeOut(ctx context.Context, to folder, name string) error {
	uids := r.uids(func(rem removal) bool { return rem.to == to && rem.copied && !rem.taken })
	for few := range slices.Chunk(uids, perFetch) {
		out, no, err := r.session.takeOut(ctx, few)
		if err != nil {
			return err
		}
		for _, uid := range few {
			r.pending(uid).tried, r.pending(uid).taken = true, true
		}
		if size(out) < len(few) {
			r.trouble = r.session.unmoved(no, name)
		}
		if err := r.confirm(ctx, moved{out: out}); err != nil {
			return err
		}
	}
	return nil
}

// confirm forgets the removals that are done, and notes which messages lie in
// their folder, and accepted mail where.
func (r *round) confirm(ctx context.Context, m moved) error {
	next := *r.at
	next.pending, next.kept, next.astray = nil, r.at.kept.clone(), slices.Clone(r.at.astray)
	var meanings [][]byte
	to, changed := unknown, false
	for _, rem := range r.at.pending {
		out, copied, told := m.out.Contains(rem.uid), m.copied.Contains(rem.uid), m.told.Contains(rem.uid)
		if out || copied {
			changed, to = true, rem.to
		}
		if rem.copied, rem.told = rem.copied || copied, rem.told || told; !out {
			next.pending = append(next.pending, rem)
			continue
		}
		meanings = append(meanings, rem.meaning)
		if rem.to == accepted && !rem.told && r.keeps() && len(next.astray) < maxPending {
			next.astray = append(next.astray, removal{meaning: rem.meaning, at: rem.at})
		}
	}
	if !changed {
		return nil
	}
	if to == accepted && len(m.into) > 0 && r.keeps() {
		next.kept.add(r.poller.o.Accepted, m.validity, r.today(), m.into)
	}
	// A crash before this leaves removals of UIDs that the mailbox has no more,
	// which the next pass finds out; or, without MOVE, one more copy of each.
	return r.store(ctx, &next, meanings)
}

// today is the day that accepted mail begins to wait on, in UTC.
func (r *round) today() string { return r.poller.o.Now().UTC().Format(time.DateOnly) }

// leave gives up on removing messages that there is no way to remove. The box
// keeps their keys, for they are met again when UIDVALIDITY changes.
func (r *round) leave(uids []imap.UID) {
	for _, uid := range uids {
		r.claimed[string(r.pending(uid).meaning)] = true
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
