package mailpoll

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// keeps reports whether accepted mail is expunged from its folder one day. It
// takes UIDPLUS: a plain EXPUNGE would take more than what is ours.
func (r *round) keeps() bool {
	return r.poller.o.KeepDays != nil && r.poller.o.Accepted != "" && r.session.caps.Has(imap.CapUIDPlus)
}

// stays reports whether accepted mail stays in its folder for good, though it
// was to be expunged.
func (r *round) stays() bool {
	return r.poller.o.KeepDays != nil && r.poller.o.Accepted != "" && r.session.removes() && !r.keeps()
}

// due is the accepted mail that has waited for KeepDays when a pass begins.
func (r *round) due() kept {
	if !r.keeps() {
		return kept{}
	}
	return r.at.kept.due(r.poller.o.Now(), *r.poller.o.KeepDays)
}

// tend looks after the accepted mail in its folder, and expunges what is due.
// The folder is selected only when there is something to do, and the mailbox
// after it again, so that IDLE tells of new mail.
func (r *round) tend(ctx context.Context, due kept) error {
	if !r.at.kept.in(due.folder, due.validity) {
		due = kept{} // the folder was made anew meanwhile: these UIDs are others' now
	}
	if !r.keeps() || len(due.days) == 0 && len(r.at.astray) == 0 {
		return nil
	}
	box, err := r.session.choose(ctx, r.poller.o.Accepted, false)
	_, lost := errors.AsType[gone](err)
	switch {
	case lost || err == nil && len(r.at.kept.days) > 0 && !r.at.kept.in(r.poller.o.Accepted, box.UIDValidity):
		r.poller.o.Log.WarnContext(ctx, "the folder for accepted mail is another one than before; what lies in it stays")
		next := r.at.clone()
		next.kept, next.astray = kept{}, nil
		// A crash before this finds out the same again.
		if err := r.store(ctx, next, nil); err != nil {
			return err
		}
	case trouble(err) == intake.NoMailbox: // what waits there waits until the server opens the folder again
		r.trouble = r.session.unmoved(nil, r.poller.o.Accepted)
	case err != nil:
		return err
	default:
		if err := r.trace(ctx, box.UIDValidity); err != nil {
			return err
		}
		if err := r.expunge(ctx, due); err != nil {
			return err
		}
	}
	_, err = r.session.choose(ctx, r.poller.o.Mailbox, false)
	return err
}

// expunge removes accepted mail for good.
func (r *round) expunge(ctx context.Context, due kept) error {
	for few := range slices.Chunk(due.uids(), perFetch) {
		there, err := r.session.present(ctx, few)
		if err != nil {
			return err
		}
		set := among(few, there)
		if len(set) > 0 {
			err := r.session.erase(ctx, set)
			if refusal(err) != nil {
				r.trouble = r.session.unmoved(refusal(err), r.poller.o.Accepted)
				return nil // it stays until the next pass
			}
			if err != nil {
				return err
			}
			if there, err = r.session.present(ctx, few); err != nil {
				return err
			}
		}
		next := r.at.clone()
		next.kept = r.at.kept.without(outOf(few, there))
		// A crash before this leaves UIDs that the folder has no more: the next
		// pass finds that out.
		if err := r.store(ctx, next, nil); err != nil {
			return err
		}
		r.sum.Expunged += size(among(few, set)) - size(among(few, there))
	}
	return nil
}

const (
	perTrace      = 20  // messages that one pass looks for in the folder
	perCandidates = 200 // messages of about the right day that are looked at for each
)

// trace finds accepted mail whose UID in the folder the server did not tell,
// because the connection broke when it was moved, or because it never does:
// by INTERNALDATE, and then by every byte. What is not found there is somewhere
// else, and stays.
func (r *round) trace(ctx context.Context, validity uint32) error {
	next := r.at.clone()
	n := min(len(next.astray), perTrace)
	for _, rem := range next.astray[:n] {
		uid, err := r.find(ctx, rem, next.kept)
		if err != nil {
			return r.stray(ctx, rem, err)
		}
		if uid != 0 {
			next.kept.add(r.poller.o.Accepted, validity, r.today(), imap.UIDSetNum(uid))
		}
	}
	if n == 0 {
		return nil
	}
	next.astray = next.astray[n:]
	// A crash before this has them looked for again.
	return r.store(ctx, next, nil)
}

// stray puts a message at which the connection broke behind the others that
// are looked for, and gives it up when that was once too often: all intake waits
// for this. It returns err.
func (r *round) stray(ctx context.Context, rem removal, err error) error {
	if t := trouble(err); t != intake.ServerBroke && t != intake.ServerSilent && !errors.Is(err, errOver) {
		return err
	}
	next := r.at.clone()
	next.astray = slices.DeleteFunc(next.astray, func(a removal) bool { return bytes.Equal(a.meaning, rem.meaning) })
	if rem.times++; rem.times < maxTimes {
		next.astray = append(next.astray, rem)
	}
	// A crash before this has it looked for once more.
	if stored := r.store(ctx, next, nil); stored != nil {
		return stored
	}
	return err
}

// find is the UID of a message in the selected folder that is not known to
// wait there, or 0.
func (r *round) find(ctx context.Context, rem removal, known kept) (found imap.UID, err error) {
	day := unixTime(rem.at).UTC()
	// SINCE and BEFORE disregard the zone (RFC 3501 section 6.4.4).
	set, err := r.session.searched(ctx, &imap.SearchCriteria{Since: day.AddDate(0, 0, -1), Before: day.AddDate(0, 0, 2)})
	if err != nil {
		return 0, err
	}
	var uids []imap.UID
	for _, s := range set {
		for u := uint64(s.Start); u <= uint64(s.Stop) && len(uids) < perCandidates; u++ {
			if !known.has(imap.UID(u)) {
				uids = append(uids, imap.UID(u))
			}
		}
	}
	if len(uids) == 0 {
		return 0, nil
	}
	heads, err := r.session.heads(ctx, uids)
	if err != nil {
		return 0, r.session.refused("FETCH", err)
	}
	for _, uid := range uids {
		h, is := heads[uid]
		if !is || found != 0 || h.arrived.Unix() != rem.at || h.size > r.poller.most {
			continue
		}
		_, _, err := r.session.bodies(ctx, []head{h}, r.poller.most, func(l letter) error {
			for n := range mostAlike {
				if bytes.Equal(numbered(l.first, n), rem.meaning) {
					found = l.uid
					break
				}
			}
			return l.raw.Close()
		})
		if err != nil && refusal(err) == nil {
			return 0, err
		}
	}
	return found, nil
}
