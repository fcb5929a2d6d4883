package mailpoll

import (
	"context"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// load finds the place in the mailbox that the box has.
func (r *round) load(ctx context.Context) error {
	value, err := r.poller.box.Cursor(ctx, r.poller.cursorName())
	if err != nil {
		return err
	}
	r.value = value
	if r.at, err = decodePlace(value); err != nil {
		// Beginning anew loses and doubles nothing: the box knows by their
		// meaning what it has taken of the messages that are still there.
		r.poller.o.Log.WarnContext(ctx, "the place in the mailbox cannot be read; all messages are looked at again")
		r.at = &place{rescan: true}
	}
	if account := r.poller.account(); r.at.account != account {
		// Another mailbox, whose UIDs these are not: it begins anew, and what the
		// place knows of the other one's folders is nothing here.
		r.at = &place{account: account, rescan: len(r.value) > 0}
	}
	return nil
}

// enter selects the mailbox; under other UIDs all begins anew.
func (r *round) enter(ctx context.Context, readOnly bool) error {
	box, err := r.session.choose(ctx, r.poller.o.Mailbox, readOnly)
	if err != nil {
		return err
	}
	// A UIDNEXT that is behind the place means that the UIDs were given anew
	// without another UIDVALIDITY, as when a mailbox is restored, or that a UID
	// was none: new messages would be taken for old ones.
	now := r.poller.folders(r.session)
	if r.at.validity != box.UIDValidity || box.UIDNext != 0 && r.at.uid >= box.UIDNext || r.at.folders != now {
		r.at, r.dirty = r.at.restarted(box.UIDValidity), true
		r.at.folders = now
	}
	r.start, r.has = r.at.uid, int(box.NumMessages)
	return nil
}

// waiting lists the messages to look at: the new ones, and after them those
// that were left for another look. Of the latter, and of those at which the
// connection broke, the ones that are not there any more are struck off.
func (r *round) waiting(ctx context.Context) ([]imap.UID, error) {
	below := r.at.uid
	if len(r.at.again) > 0 {
		below = min(below, r.at.again[0]-1)
	}
	if len(r.at.doubts) > 0 {
		below = min(below, r.at.doubts[0].uid-1)
	}
	if below+1 == 0 { // the last UID that there can be was dealt with
		return nil, nil
	}
	found, err := r.session.search(ctx, below+1)
	if err != nil {
		return nil, err
	}
	gone := func(u imap.UID) bool { return !found.Contains(u) }
	again, doubts := slices.DeleteFunc(slices.Clone(r.at.again), gone), slices.DeleteFunc(slices.Clone(r.at.doubts), func(d doubt) bool { return gone(d.uid) })
	fresh := above(r.at.uid, found)
	// Of a mailbox that has messages, the last is always found: if none is, that
	// was no answer, and strikes nothing off.
	if n := len(r.at.again) + len(r.at.doubts); len(found) > 0 || r.has == 0 {
		r.dirty = r.dirty || len(again)+len(doubts) < n
		r.at.again, r.at.doubts = again, doubts
	}
	r.left += max(0, r.has-r.waited-len(fresh)-len(again)-len(doubts))
	return append(fresh, again[:min(len(again), perPass-len(fresh))]...), nil
}
