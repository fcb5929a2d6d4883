package reader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A drafter makes the draft of an entry that is recorded at this instant, on
// this day. It may be called twice.
type drafter func(m moment, at time.Time, day string) (entry.Draft, error)

// append makes an entry and writes it. When the day rolled over in between, or
// another clear entry came first, it makes it again, once.
func (d *Desk) append(ctx context.Context, f drafter) (index int64, err error) {
	d.writes.RLock()
	defer d.writes.RUnlock()
	return d.write(ctx, f)
}

func (d *Desk) write(ctx context.Context, f drafter) (index int64, err error) {
	for range 2 {
		var draft entry.Draft
		if draft, err = d.draft(ctx, f); err != nil {
			return 0, err
		}
		if index, err = d.box.Append(ctx, draft); !errors.Is(err, intake.ErrClock) {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("append: %w", err)
	}
	return index, nil
}

func (d *Desk) draft(ctx context.Context, f drafter) (entry.Draft, error) {
	m, err := d.now(ctx)
	if err != nil {
		return entry.Draft{}, err
	}
	at, day, err := d.box.Now(ctx)
	if err != nil {
		return entry.Draft{}, err
	}
	return f(m, at.UTC(), day)
}

// record writes what the account did about a report, sealed to the team and
// the archive.
func (d *Desk) record(ctx context.Context, kind entry.Kind, ref string, n entry.Note) (int64, error) {
	return d.append(ctx, func(m moment, at time.Time, day string) (entry.Draft, error) {
		n.At = at
		return d.sealed(m, entry.Header{Kind: kind, Date: day, Ref: ref}, entry.Inner{Role: entry.RoleNote, Note: &n})
	})
}

// sealed makes the draft of an entry with one sealed part, for the team and the
// archive.
func (d *Desk) sealed(m moment, h entry.Header, in entry.Inner) (entry.Draft, error) {
	h.V, h.ID = entry.Version, entry.NewID()
	body, err := m.seal(h, in)
	if err != nil {
		return entry.Draft{}, err
	}
	h.Parts = []entry.Part{partOf(in.Role, body)}
	return d.signed(m, h, body)
}

// replied makes the draft of a reply: for the holder of the receipt, and a copy
// that is the team's and the archive's only, so that the holder can have the
// first deleted and the record stays. The copy is sealed before, for the reply
// repeats its hash.
func (d *Desk) replied(m moment, h entry.Header, r entry.Reply, holder seal.Recipient) (entry.Draft, error) {
	h.V, h.ID = entry.Version, entry.NewID()
	kept, err := m.seal(h, entry.Inner{Role: entry.RoleNote, Note: r.Kept()})
	if err != nil {
		return entry.Draft{}, err
	}
	h.Parts = []entry.Part{{Role: entry.RoleReply}, partOf(entry.RoleNote, kept)}
	body, err := m.seal(h, entry.Inner{Role: entry.RoleReply, Reply: &r}, holder)
	if err != nil {
		return entry.Draft{}, err
	}
	h.Parts[entry.ReplyPart] = partOf(entry.RoleReply, body)
	return d.signed(m, h, body, kept)
}

// seal seals a part of the entry with this header to the team, the archive and
// whoever else. What the part repeats of the header is filled in.
func (m moment) seal(h entry.Header, in entry.Inner, also ...seal.Recipient) ([]byte, error) {
	in.V, in.Origin, in.ID, in.Kind, in.Ref, in.Parts = h.V, m.state.Origin, h.ID, h.Kind, h.Ref, h.InnerParts(in.Role)
	plain, err := in.Encode()
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	to := also
	for _, text := range []string{m.state.Keys.Team, m.state.Keys.Archive} {
		r, err := seal.ParseRecipient(text)
		if err != nil {
			return nil, fmt.Errorf("keys in force: %w", err)
		}
		to = append(to, r)
	}
	return seal.Seal(plain, seal.LeastNote, to...)
}

// plain makes the draft of an entry whose body is clear JSON.
func (d *Desk) plain(m moment, day string, body entry.Body) (entry.Draft, error) {
	raw, err := entry.EncodeBody(body)
	if err != nil {
		return entry.Draft{}, err
	}
	return d.signed(m, entry.Header{V: entry.Version, ID: entry.NewID(), Kind: body.Kind(), Date: day, Parts: []entry.Part{partOf(entry.RoleBody, raw)}}, raw)
}

// signed signs a header whose parts have these bodies.
func (d *Desk) signed(m moment, h entry.Header, bodies ...[]byte) (entry.Draft, error) {
	if err := d.sign(&h, m.state.Origin); err != nil {
		return entry.Draft{}, err
	}
	return entry.Draft{Header: h, Bodies: bodies}, nil
}

func partOf(role entry.Role, body []byte) entry.Part {
	return entry.Part{Role: role, SHA256: entry.HashOf(body), Size: int64(len(body))}
}

// stamp is the instant of a clear entry made at the given one: the log's
// newest where the clock has stepped back a little.
func (m moment) stamp(at time.Time) time.Time {
	if at.Before(m.state.Last.At) {
		return m.state.Last.At
	}
	return at
}
