package mailpoll

import (
	"context"
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// perRemoval is how many messages are taken before they are moved, in one
// command for each folder. The cursor lists them meanwhile.
const perRemoval = 50

// A round is one pass on its way.
type round struct {
	poller  *Poller
	session *session
	sum     Summary

	at      *place
	value   []byte // the cursor that the box has, as far as this pass knows
	dirty   bool   // at has more than it
	skipped int    // messages that the server did not give
	trouble error  // removals that the server refused
}

// run is Pass on a session that stands.
func (r *round) run(ctx context.Context) error {
	err := r.all(ctx)
	if r.at != nil {
		r.sum.Pending = len(r.at.pending) + r.at.left
	}
	if r.skipped > 0 {
		r.poller.o.Log.WarnContext(ctx, "messages could not be read; they will be tried again", "count", r.skipped)
	}
	return err
}

func (r *round) all(ctx context.Context) error {
	if err := r.open(ctx, false); err != nil {
		return err
	}
	if err := r.resume(ctx); err != nil {
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
		for _, h := range heads { // in the order of the UIDs: the cursor says that those below are dealt with
			if err := r.room(); err != nil {
				return err
			}
			if err := r.take(ctx, h); err != nil {
				return err
			}
			if r.fresh() >= perRemoval {
				if err := r.remove(ctx); err != nil {
					return err
				}
			}
		}
	}
	if err := r.remove(ctx); err != nil {
		return err
	}
	return r.finish(ctx, len(uids) < perPass)
}

// open selects the mailbox and finds the place in it.
func (r *round) open(ctx context.Context, readOnly bool) error {
	validity, err := r.session.choose(ctx, r.poller.o.Mailbox, readOnly)
	if err != nil {
		return err
	}
	value, err := r.poller.box.Cursor(ctx, r.poller.cursorName())
	if err != nil {
		return err
	}
	r.value = value
	if r.at, err = decodePlace(value); err != nil {
		// Beginning anew loses and doubles nothing: the box knows by their
		// meaning what it has taken of the messages that are still there.
		r.poller.o.Log.WarnContext(ctx, "the place in the mailbox cannot be read; all messages are looked at again")
		r.at = &place{}
	}
	if r.at.validity != validity {
		r.at, r.dirty = r.at.restarted(validity), true
	}
	return nil
}

// waiting lists the messages to look at: those that were left for another
// look, and the new ones. Of the former, those that are not there any more are
// struck off.
func (r *round) waiting(ctx context.Context) ([]imap.UID, error) {
	low := r.at.uid + 1
	if len(r.at.again) > 0 {
		low = r.at.again[0]
	}
	if low == 0 { // the last UID that there can be was dealt with
		return nil, nil
	}
	uids, err := r.session.search(ctx, low, func(u imap.UID) bool { return u > r.at.uid || r.at.waits(u) })
	if err != nil {
		return nil, err
	}
	if len(uids) < perPass {
		n := len(r.at.again)
		r.at.again = slices.DeleteFunc(r.at.again, func(u imap.UID) bool {
			_, found := slices.BinarySearch(uids, u)
			return !found
		})
		r.dirty = r.dirty || len(r.at.again) < n
	}
	return uids, nil
}

// surveyed is what is known of some messages, in their order, with what the
// schedule says of their arrival, so that a message whose time has not come is
// not read each time. One that the server does not tell of has no arrival.
func (r *round) surveyed(ctx context.Context, uids []imap.UID) ([]head, error) {
	known, err := r.session.heads(ctx, uids)
	if err != nil {
		return nil, err
	}
	var heads []head
	outcomes, err := r.poller.verdicts(ctx, func(yield func(*intake.Report, error) bool) {
		for _, u := range uids {
			if h, is := known[u]; is && !yield(probe(h.arrived, nil), nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, u := range uids {
		h, is := known[u]
		if is {
			h.outcome, outcomes = outcomes[0], outcomes[1:]
		}
		h.uid = u
		heads = append(heads, h)
	}
	return heads, nil
}

// room refuses to take more than the cursor can hold.
func (r *round) room() error {
	if len(r.at.pending) >= maxPending || len(r.at.again) >= maxAgain {
		return &failure{classFolder, intake.Explain(nil, "mail.stuck", "nothing more is taken: %d messages that are dealt with cannot be moved out of the mailbox, and %d wait", len(r.at.pending), len(r.at.again))}
	}
	return nil
}

// finish stores what no message carried with it, and forgets what UIDVALIDITY
// took away and a look at all messages did not bring back.
func (r *round) finish(ctx context.Context, whole bool) error {
	var gone [][]byte
	if whole && r.skipped == 0 && len(r.at.lost) > 0 {
		gone, r.at.lost, r.dirty = r.at.lost, nil, true
	}
	if r.dirty {
		// A crash before this only means that the same is found out again.
		if err := r.store(ctx, r.at, gone); err != nil {
			return err
		}
	}
	return r.trouble
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
// command run by hand, and has perhaps taken the same message.
func (r *round) cursor(at *place) intake.Cursor {
	return intake.Cursor{Name: r.poller.cursorName(), Value: at.encode(), After: append([]byte{}, r.value...)}
}

// inUse puts it into words that another poller is at work.
func inUse(err error) error {
	if errors.Is(err, intake.ErrMoved) {
		return &failure{classOther, intake.Explain(intake.ErrMoved, "mail.other", "another poller reads this mailbox at this moment")}
	}
	return err
}
