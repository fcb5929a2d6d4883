package mailpoll

import (
	"bytes"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// A place is how far the poller has come in a mailbox. Every UID up to uid is
// dealt with, but for those in again and doubts, and the removals that are
// pending.
type place struct {
	owner    string // the poller that wrote it last
	account  string // whose UIDs they are: a hash of server, user and mailbox
	folders  string // what becomes of messages that are dealt with: a hash of it
	validity uint32 // UIDVALIDITY; the UIDs mean nothing under another one
	uid      imap.UID
	again    []imap.UID // ascending; each at most uid
	few      int        // how many messages are asked for at once; 0 is perFetch
	doubts   []doubt    // by UID, ascending; each at most uid, none of them in again
	pending  []removal
	// rescan says that UIDVALIDITY has changed, or that the place was lost, and
	// not all messages were looked at since. Until they were, a message that the
	// box knows is itself, and lost has the meanings whose UIDs are no longer
	// valid. At the first look of all the box knows none, so that is no rescan.
	rescan bool
	lost   [][]byte
	kept   kept      // accepted mail that waits in its folder
	astray []removal // accepted mail that is there, too, under a UID that was not told
}

// A removal is a message that is dealt with and shall leave the mailbox.
type removal struct {
	uid     imap.UID
	meaning []byte // SHA-256
	at      int64  // INTERNALDATE, Unix seconds
	to      folder // unknown while only the box knows the verdict
	times   int    // that the connection broke when it was looked for in its folder
	copied  bool   // it lies in its folder, too: only a server without MOVE
	told    bool   // under a UID that is known
	tried   bool   // to move it, in this pass; not stored
	taken   bool   // to take it out, in this pass; not stored
}

// A folder is where messages of one kind go.
type folder string

const (
	unknown    folder = ""
	accepted   folder = "accepted"
	refused    folder = "refused"
	quarantine folder = "quarantine"
)

func (p *place) waits(uid imap.UID) bool {
	_, found := slices.BinarySearch(p.again, uid)
	return found
}

func (p *place) pends(uid imap.UID) bool {
	return slices.ContainsFunc(p.pending, func(r removal) bool { return r.uid == uid })
}

// clone is a place that may change while p stays as it is.
func (p *place) clone() *place {
	next := *p
	next.again, next.doubts, next.pending = slices.Clone(p.again), slices.Clone(p.doubts), slices.Clone(p.pending)
	next.lost, next.astray, next.kept = slices.Clone(p.lost), slices.Clone(p.astray), p.kept.clone()
	return &next
}

// advance goes past a UID that is dealt with.
func (p *place) advance(uid imap.UID) {
	p.uid = max(p.uid, uid)
	if i, found := slices.BinarySearch(p.again, uid); found {
		p.again = slices.Delete(p.again, i, i+1)
	}
	if i, is := p.doubted(uid); is {
		p.doubts = slices.Delete(p.doubts, i, i+1)
	}
}

// postpone goes past a UID that must be looked at again.
func (p *place) postpone(uid imap.UID) {
	p.advance(uid)
	i, _ := slices.BinarySearch(p.again, uid)
	p.again = slices.Insert(p.again, i, uid)
}

// remove goes past a message that shall be removed. A meaning that was lost
// with an old UID is found again.
func (p *place) remove(r removal) {
	p.advance(r.uid)
	p.pending = append(p.pending, r)
	p.lost = slices.DeleteFunc(p.lost, func(m []byte) bool { return bytes.Equal(m, r.meaning) })
}

// leave goes past all of these that are not dealt with, as far as the place is
// past them anyway: a server may answer in any order.
func (p *place) leave(open []imap.UID) {
	for _, uid := range open {
		if uid <= p.uid && !p.in(uid) && !p.waits(uid) {
			p.postpone(uid)
		}
	}
}

// restarted is where to begin when UIDVALIDITY has changed. The removals fall
// with their UIDs, but not their meanings: those of messages that are still
// there will be met again, and the others are forgotten in the end. What waits
// in a folder of its own is not touched.
func (p *place) restarted(validity uint32) *place {
	next := &place{account: p.account, folders: p.folders, validity: validity, rescan: p.rescan || p.validity != 0, few: p.few, lost: slices.Clone(p.lost), kept: p.kept, astray: p.astray}
	for _, r := range p.pending {
		next.lost = append(next.lost, r.meaning)
	}
	if len(next.lost) > maxPending {
		next.lost = next.lost[len(next.lost)-maxPending:] // the others stay in the box as keys that nobody can read
	}
	return next
}

// unixTime is the instant of a removal's at.
func unixTime(at int64) time.Time { return time.Unix(at, 0) }
