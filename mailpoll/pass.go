package mailpoll

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// A round is one pass on its way.
type round struct {
	poller  *Poller
	session *session
	sum     Summary

	at        *place
	value     []byte          // the cursor that the box has, as far as this pass knows
	dirty     bool            // at has more than it
	open      []imap.UID      // of the messages asked for: those that are not dealt with
	claimed   map[string]bool // meanings given to messages in this pass
	group     group           // read, and not in the box yet
	flying    *flight         // a group on its way there
	has       int             // messages in the mailbox when the pass began
	waited    int             // of these, the ones whose removal was pending
	left      int             // messages that are dealt with and stay
	trouble   error           // removals that the server refused
	refusals  int             // commands that looked for a message which the server does not give
	numbers   int             // messages that were asked for by their numbers
	start     imap.UID        // what comes after it is new
	rehearsal bool            // nothing may change
}

func (p *Poller) newRound(s *session) *round {
	return &round{poller: p, session: s, sum: newSummary(), claimed: map[string]bool{}}
}

// run is Pass on a session that stands.
func (r *round) run(ctx context.Context) error {
	err := r.all(ctx)
	if r.at != nil {
		r.sum.Pending, r.sum.Left, r.sum.Kept = len(r.at.pending), r.left, r.at.kept.count()
	}
	r.sum.Fixed, r.sum.NoExpunge = !r.session.removes(), r.stays()
	return err
}

func (r *round) all(ctx context.Context) error {
	if err := r.load(ctx); err != nil {
		return err
	}
	if err := r.takeOver(ctx); err != nil {
		return err
	}
	due := r.due()
	if err := r.enter(ctx, false); err != nil {
		return err
	}
	if err := r.resume(ctx); err != nil {
		return err
	}
	uids, err := r.waiting(ctx)
	if err != nil {
		return err
	}
	whole := len(uids) < perPass
	if len(r.at.doubts) >= maxDoubts {
		// There is no room for one more, so that one of these may break the pass
		// each time: not the same, and not before all others.
		rand.Shuffle(len(uids), func(i, j int) { uids[i], uids[j] = uids[j], uids[i] })
	}
	for len(uids) > 0 {
		few := uids[:min(len(uids), r.at.asks())]
		if err := r.some(ctx, few); err != nil {
			return err
		}
		uids = uids[len(few):]
		r.at.widen()
	}
	if err := r.resolve(ctx); err != nil {
		return err
	}
	if err := r.finish(ctx, whole); err != nil {
		return err
	}
	if err := r.tend(ctx, due); err != nil { // last: no mail waits for it
		return err
	}
	return r.trouble
}

// some deals with messages that are asked for in one command, and takes them
// out of the mailbox.
func (r *round) some(ctx context.Context, uids []imap.UID) error {
	if err := r.room(); err != nil {
		return err
	}
	r.open = append(r.open, uids...)
	heads, err := r.surveyed(ctx, uids)
	if err != nil {
		return err
	}
	var read []head
	for _, h := range heads {
		switch {
		case h.arrived.IsZero() && h.uid > r.at.uid:
			// It stays open. The place does not go past a message for its sake, which
			// may be none: a UID that is too high would hide all that come.
			r.sum.Unread++
		case h.arrived.IsZero():
			r.skip(h.uid)
		case h.outcome.Reason == intake.Future:
			r.postpone(h)
		case h.size > r.poller.most:
			if err := r.setAside(ctx, h, intake.TooLarge, nil); err != nil {
				return err
			}
		default:
			read = append(read, h)
		}
	}
	if err := r.fetch(ctx, read); err != nil {
		return err
	}
	return r.remove(ctx)
}

// room refuses to take more than the cursor can hold.
func (r *round) room() error {
	if len(r.at.pending) > maxPending-perFetch || len(r.at.again) > maxAgain-perFetch {
		return &failure{intake.TooMuchStuck, intake.Explain(nil, "mail.stuck", "nothing more is taken: %d messages that are dealt with cannot be moved out of the mailbox, and %d wait", len(r.at.pending), len(r.at.again))}
	}
	return nil
}

// finish stores what no message carried with it, and forgets what UIDVALIDITY
// took away and a look at all messages did not bring back.
func (r *round) finish(ctx context.Context, whole bool) error {
	var gone [][]byte
	if whole && r.sum.Unread == 0 && len(r.at.doubts)+len(r.at.again) == 0 && r.at.rescan {
		gone, r.at.lost, r.at.rescan, r.dirty = r.at.lost, nil, false, true
	}
	if r.dirty {
		// A crash before this only means that the same is found out again.
		if err := r.store(ctx, r.at, gone); err != nil {
			return err
		}
	}
	return nil
}

// store puts a place into the box, and drops the keys of what is gone.
func (r *round) store(ctx context.Context, at *place, gone [][]byte) error {
	cursor := r.cursor(at)
	if err := r.poller.box.Forget(ctx, intake.Mail, gone, cursor); err != nil {
		return inUse(err)
	}
	r.stored(at, cursor.Value)
	return nil
}

// stored notes what the box has now.
func (r *round) stored(at *place, value []byte) { r.at, r.value, r.dirty = at, value, false }

// cursor is a place as the box is to store it, if what it has is still what
// this pass knows. Otherwise another poller is at work on the mailbox, such as a
// command run by hand, and has perhaps taken the same message. What was asked
// for and is not dealt with is to be looked at again.
func (r *round) cursor(at *place) intake.Cursor {
	at.owner = r.poller.name
	if len(r.open) > 0 {
		at = at.clone()
		at.leave(r.open)
	}
	return intake.Cursor{Name: r.poller.cursorName(), Value: at.encode(), After: append([]byte{}, r.value...)}
}

// dealt takes messages off those that are open.
func (r *round) dealt(uids ...imap.UID) {
	r.open = slices.DeleteFunc(r.open, func(u imap.UID) bool { return slices.Contains(uids, u) })
}

// inUse puts it into words that another poller is at work.
func inUse(err error) error {
	if errors.Is(err, intake.ErrMoved) {
		return &failure{intake.TwoPollers, intake.Explain(intake.ErrMoved, "mail.other", "another poller reads this mailbox at this moment")}
	}
	return err
}
