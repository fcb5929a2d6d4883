package mailpoll

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"dengwen/intake"
	"dengwen/mailpoll/message"
)

// maxMessage is the size of the largest message that is read, in bytes of the
// message as it is sent: what a file of the default size has in base64, and
// 1 MiB.
const maxMessage = intake.MaxFileSize*4/3 + 1<<20

// A fate is what a message comes to before the box is asked.
type fate int

const (
	absent fate = iota // the server does not give it, or its arrival
	early              // its time has not come
	aside              // too large, or beyond what is parsed
	taken              // it is to be submitted
)

// fetch reads a message as far as that is of use, and tells its fate. With an
// error the connection is of no use any more; a message whose body was too
// large is aside all the same, for nobody reads such a body to its end.
func (r *round) fetch(ctx context.Context, h head) (raw []byte, f fate, err error) {
	most := r.poller.most
	switch {
	case h.arrived.IsZero():
		return nil, absent, nil
	case h.outcome.Reason == intake.Future:
		return nil, early, nil
	case h.size > most:
		return nil, aside, nil
	}
	raw, over, err := r.session.body(ctx, h, most)
	switch {
	case over || raw != nil && message.Guard(raw) != nil:
		return nil, aside, err
	case raw == nil:
		return nil, absent, err
	}
	return raw, taken, nil
}

// take deals with one message: it is in the box, refused or set aside when
// take returns without an error, and the removal is noted there.
func (r *round) take(ctx context.Context, h head) error {
	raw, f, err := r.fetch(ctx, h)
	switch {
	case f == aside:
		return errors.Join(r.setAside(ctx, h), err)
	case err != nil:
		return err
	case f == absent:
		r.skip(h.uid)
		return nil
	case f == early:
		r.at.postpone(h.uid)
		r.dirty = true
		r.sum.outcome(h.outcome)
		return nil
	}
	removal := removal{uid: h.uid, meaning: meaning(raw, h.arrived), at: h.arrived.Unix()}
	next := r.at.with(removal)
	report := message.Read(raw, h.arrived)
	report.Source = intake.Source{Meaning: removal.meaning, Cursor: r.cursor(next)}
	// A crash before this is on disk leaves the old cursor, and the message is
	// taken again. After it, the cursor has the removal without a folder, and
	// the next pass asks the box for the verdict.
	outcome, err := r.poller.box.Submit(ctx, report)
	switch {
	case errors.Is(err, intake.ErrTooLong), errors.Is(err, intake.ErrInvalid), errors.Is(err, intake.ErrEmpty):
		return r.setAside(ctx, h) // it would never go in, and nothing of it did
	case err != nil:
		return inUse(err)
	}
	r.stored(next, report.Source.Cursor.Value)
	r.sum.outcome(outcome)
	r.judge(&r.at.pending[len(r.at.pending)-1], outcome)
	return nil
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

// skip leaves a message for another look.
func (r *round) skip(uid imap.UID) {
	r.at.postpone(uid)
	r.dirty = true
	r.skipped++
}

// setAside notes that a message goes to quarantine.
func (r *round) setAside(ctx context.Context, h head) error {
	next := r.at.with(removal{uid: h.uid, to: quarantine})
	// A crash before this leaves the message as if it was never looked at; after
	// it, the next pass moves it.
	if err := r.store(ctx, next, nil); err != nil {
		return err
	}
	r.sum.quarantine()
	return nil
}

// meaning is what makes a message this one and no other, whatever its UID: the
// hash of its INTERNALDATE and its bytes.
func meaning(raw []byte, arrived time.Time) []byte {
	m := sha256.New()
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(arrived.Unix())))
	m.Write(raw)
	return m.Sum(nil)
}

// body fetches a message whole. It is nil when the server does not give it.
// When the literal is over most bytes, nothing of it is read and the session
// is of no use any more.
func (s *session) body(ctx context.Context, h head, most int64) (raw []byte, over bool, err error) {
	section := &imap.FetchItemBodySection{Peek: true}
	err = s.ask(ctx, bodily(most, h.size), func() error {
		cmd := s.client.Fetch(imap.UIDSetNum(h.uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				b, is := item.(imapclient.FetchItemDataBodySection)
				switch {
				case !is || b.Literal == nil || raw != nil || !b.MatchCommand(section):
				case b.Literal.Size() > most:
					over = true
					_ = s.wire.Close() // go-imap drains what is not read
				default:
					raw = make([]byte, b.Literal.Size())
					if _, err := io.ReadFull(b.Literal, raw); err != nil {
						// The connection is broken, and go-imap's own goroutine reads
						// on from here: Next and Close would read with it.
						return err
					}
				}
			}
		}
		return cmd.Close()
	})
	if refusal(err) != nil {
		return nil, false, nil
	}
	if err != nil {
		raw = nil
	}
	return raw, over, err
}
