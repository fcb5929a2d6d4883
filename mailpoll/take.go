package mailpoll

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
	"dengwen/mailpoll/message"
)

// fetch reads messages and brings them in, in groups.
func (r *round) fetch(ctx context.Context, heads []head) error {
	missing, begun, err := r.session.bodies(ctx, heads, r.poller.most, func(l letter) error { return r.take(ctx, l) })
	if r.session.dead && !errors.Is(err, errOver) {
		return errors.Join(err, r.group.close(), r.land(ctx)) // this side gave up
	}
	if err := r.flush(ctx); err != nil { // what came is whole, also when the connection broke after it
		return err
	}
	left := slices.DeleteFunc(slices.Clone(heads), func(h head) bool { return !slices.Contains(missing, h.uid) })
	switch {
	case errors.Is(err, errOver):
		// It said that it was smaller. The connection ends here, for nobody reads
		// such a message to its end.
		i := slices.IndexFunc(heads, func(h head) bool { return h.uid == missing[0] })
		return errors.Join(r.setAside(ctx, heads[i], intake.TooLarge, nil), r.session.wire.broken(ctx, r.session.address))
	case err != nil && refusal(err) == nil && len(missing) > 0:
		return r.broke(ctx, missing[0], len(heads), begun, r.session.bodiesGiven > 0, err)
	case err != nil && refusal(err) == nil:
		return err
	case err != nil && len(heads) > 1 && r.refusals < mostRefusals:
		// Perhaps because of one of them.
		r.refusals++
		for half := range halves(left) {
			if err := r.fetch(ctx, half); err != nil {
				return err
			}
		}
		return nil
	}
	for _, h := range left {
		if err != nil {
			r.skip(h.uid) // it was refused
		} else if err := r.again(ctx, h); err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

// again asks in another way for a message that did not come, and leaves it for
// another pass if it still does not.
func (r *round) again(ctx context.Context, h head) error {
	if r.numbers++; r.numbers <= perSequence {
		given, err := r.session.bySequence(ctx, h, r.poller.most, func(l letter) error { return r.take(ctx, l) })
		if errors.Is(err, errOver) {
			return errors.Join(r.flush(ctx), r.setAside(ctx, h, intake.TooLarge, nil), r.session.wire.broken(ctx, r.session.address))
		}
		if err != nil && !r.session.dead && trouble(err) != intake.BoxTrouble {
			return errors.Join(r.flush(ctx), r.broke(ctx, h.uid, 1, true, r.session.bodiesGiven > 0, err))
		}
		if err != nil {
			return errors.Join(err, r.group.close(), r.land(ctx))
		}
		if given {
			return nil
		}
	}
	if err := r.flush(ctx); err != nil { // the place stays as it is while a group is on its way
		return err
	}
	r.skip(h.uid)
	return nil
}

// take reads one message. It is in the group that goes to the box next, or set
// aside.
func (r *round) take(ctx context.Context, l letter) error {
	report, why, err := read(&l)
	if err != nil || why != "" {
		err = errors.Join(err, l.raw.Close())
		if why == "" || err != nil {
			return err
		}
		if err := r.flush(ctx); err != nil {
			return err
		}
		return r.setAside(ctx, l.head, why, l.first)
	}
	return r.add(ctx, l, report)
}

// read makes a report of a letter, or tells why there is none. The error is
// that of where it lies.
func read(l *letter) (*intake.Report, intake.Quarantine, error) {
	mail, err := message.Open(l.raw, l.bytes)
	if why := message.Why(err); why != "" {
		return nil, why, nil
	}
	if err != nil {
		return nil, "", err
	}
	l.parts = mail.Parts()
	report, err := mail.Report(l.arrived)
	if err != nil {
		return nil, "", err
	}
	if report.Check() != nil {
		return nil, intake.Unfit, nil // it would never go in
	}
	return report, "", nil
}

// judge gives a removal the folder that the verdict means. What is not dealt
// with after all, because a clock was set back, is no removal.
func (r *round) judge(rem *removal, o intake.Outcome) {
	switch {
	case o.Verdict == intake.Refused && o.Reason == intake.Future:
		uid := rem.uid
		r.drop(uid)
		r.at.postpone(uid)
		r.dirty = true
	case o.Verdict == intake.Refused:
		rem.to = refused
	default:
		rem.to = accepted
	}
}

// skip leaves a message that the server does not give for another look.
func (r *round) skip(uid imap.UID) {
	r.at.postpone(uid)
	r.dealt(uid)
	r.dirty = true
	r.sum.Unread++
}

// postpone leaves a message whose time has not come.
func (r *round) postpone(h head) {
	r.at.postpone(h.uid)
	r.dealt(h.uid)
	r.dirty = true
	r.sum.outcome(h.outcome)
}

// setAside counts a message that goes to quarantine, and notes its removal.
// first is its meaning, nil when it was not read.
func (r *round) setAside(ctx context.Context, h head, why intake.Quarantine, first []byte) error {
	if first == nil {
		first = unread(r.at.validity, h)
	}
	rem := removal{uid: h.uid, meaning: r.distinct(first), at: h.arrived.Unix(), to: quarantine}
	next := r.at.clone()
	next.remove(rem)
	r.dealt(h.uid)
	cursor := r.cursor(next)
	// A crash before this leaves the message as if it was never looked at; after
	// it, the next pass moves it.
	err := r.poller.box.SetAside(ctx, intake.Aside{Channel: intake.Mail, Arrived: h.arrived, Why: why, Source: intake.Source{Meaning: rem.meaning, Cursor: cursor}})
	if err != nil {
		return inUse(err)
	}
	r.stored(next, cursor.Value)
	r.sum.quarantine(why)
	return nil
}

// unread is what tells a message from others that was never read: its arrival
// and size, or, where not even these are known, its UID.
func unread(validity uint32, h head) []byte {
	m := newMeaning(h.arrived)
	b := binary.BigEndian.AppendUint64([]byte("unread"), uint64(h.size))
	if h.arrived.IsZero() {
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, validity), uint32(h.uid))
	}
	m.Write(b)
	return m.Sum(make([]byte, 0, sha256.Size))
}
