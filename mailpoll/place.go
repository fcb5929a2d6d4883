package mailpoll

import (
	"bytes"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// A place is how far the poller has come in a mailbox. Every UID up to uid is
// dealt with, but for those in again and the removals that are pending.
type place struct {
	validity uint32 // UIDVALIDITY; the UIDs mean nothing under another one
	uid      imap.UID
	again    []imap.UID // ascending; each at most uid
	pending  []removal
	lost     [][]byte // meanings whose UIDs are no longer valid: kept until all UIDs were looked at
	left     int      // messages that are dealt with and stay, for there is no way to remove them
}

// A removal is a message that is dealt with and shall leave the mailbox.
type removal struct {
	uid     imap.UID
	meaning []byte // SHA-256; nil for what was never submitted
	at      int64  // INTERNALDATE, Unix seconds
	to      folder // unknown while only the box knows the verdict
	tried   bool   // in this pass; not stored
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

// advance goes past a UID.
func (p *place) advance(uid imap.UID) {
	p.uid = max(p.uid, uid)
	if i, found := slices.BinarySearch(p.again, uid); found {
		p.again = slices.Delete(p.again, i, i+1)
	}
}

// postpone goes past a UID that must be looked at again.
func (p *place) postpone(uid imap.UID) {
	p.uid = max(p.uid, uid)
	if i, found := slices.BinarySearch(p.again, uid); !found {
		p.again = slices.Insert(p.again, i, uid)
	}
}

// with is the place past a message that shall be removed; p stays as it is. A
// meaning that was lost with an old UID is found again.
func (p *place) with(r removal) *place {
	next := *p
	if p.waits(r.uid) {
		next.again = slices.Clone(p.again)
	}
	next.advance(r.uid)
	next.pending = append(slices.Clone(p.pending), r)
	next.lost = nil
	for _, m := range p.lost {
		if !bytes.Equal(m, r.meaning) {
			next.lost = append(next.lost, m)
		}
	}
	return &next
}

// restarted is where to begin when UIDVALIDITY has changed. The removals fall
// with their UIDs, but not their meanings: those of messages that are still
// there will be met again, and the others are forgotten in the end.
func (p *place) restarted(validity uint32) *place {
	next := &place{validity: validity, lost: slices.Clone(p.lost)}
	for _, r := range p.pending {
		if r.meaning != nil {
			next.lost = append(next.lost, r.meaning)
		}
	}
	if len(next.lost) > maxPending {
		next.lost = next.lost[len(next.lost)-maxPending:] // the others stay in the box as keys that nobody can read
	}
	return next
}

// unixTime is the instant of a removal's at.
func unixTime(at int64) time.Time { return time.Unix(at, 0) }
