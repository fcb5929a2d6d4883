package reader

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"dengwen/intake"
	"dengwen/store/entry"
)

// A chain is the log as this desk has checked it. The box hands out entries
// and is not asked what they come to: whoever writes to box.db could make it
// say anything, while a change of keys and accounts needs a leader's
// signature, back to the first entries, which the account's anchor names.
//
// Every call walks what is new since the one before. One entry that breaks a
// rule ends the chain, and with it all work at the desk.
type chain struct {
	box Box

	mu    sync.Mutex
	next  int64 // entries below it are walked
	state entry.State
	eras  eras
	first anchor
	// acts are the places of the entries that are shown as somebody's act. A
	// signature does not cover the place, so that one could be played twice.
	acts    map[actID]int64
	replies entry.Replies
}

type actID [idSize]byte

// follow walks to the end of the log and returns what is in force there. An
// entry that breaks a rule wraps intake.ErrDamaged.
func (c *chain) follow(ctx context.Context) (entry.State, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size, err := c.box.Size(ctx)
	if err != nil {
		return entry.State{}, err
	}
	if size > c.next {
		for rec, err := range c.box.Entries(ctx, c.next, size) {
			if err != nil {
				return entry.State{}, err
			}
			if err := c.take(ctx, rec); err != nil {
				return entry.State{}, err
			}
		}
	}
	if c.next != size {
		return entry.State{}, fmt.Errorf("the log ends at entry %d, and there were %d entries: %w", size, c.next, intake.ErrDamaged)
	}
	return c.state, nil
}

func (c *chain) take(ctx context.Context, rec entry.Record) error {
	h := rec.Header
	if err := checkRecord(rec, c.next); err != nil {
		return err
	}
	if h.Kind.Clear() {
		raw, err := stored(ctx, c.box, rec, 0)
		if err != nil {
			return fmt.Errorf("entry %d: %w", rec.Index, err)
		}
		if err := c.apply(rec, raw); err != nil {
			// Whatever else it wraps would tell the caller that they did wrong.
			return fmt.Errorf("entry %d: %v: %w", rec.Index, err, intake.ErrDamaged)
		}
	}
	if shown(h.Kind) {
		if c.acts == nil {
			c.acts = map[actID]int64{}
		}
		if _, twice := c.acts[idOf(h)]; !twice {
			c.acts[idOf(h)] = rec.Index
		}
	}
	c.replies.Written(h)
	c.next = rec.Index + 1
	return nil
}

func (c *chain) apply(rec entry.Record, raw []byte) error {
	if err := c.state.CheckSigner(rec.Header); err != nil {
		return err
	}
	if err := c.state.Apply(rec.Index, rec.Header, raw); err != nil {
		return err
	}
	body, err := entry.DecodeBody(rec.Header.Kind, raw)
	if err != nil {
		return err
	}
	switch b := body.(type) {
	case entry.ScheduleBody:
		c.eras = append(c.eras, era{rec.Index, b.Schedule})
	case entry.Erased:
		if err := c.replies.Erased(rec.Header, b); err != nil {
			return err
		}
	}
	return c.first.see(body)
}

// deleted reports whether the log says, by now, that the receiver of a reply has
// deleted it: perhaps only just.
func (c *chain) deleted(ctx context.Context, h entry.Header) (bool, error) {
	if _, err := c.follow(ctx); err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.replies.Deleted(h), nil
}

// anchor is what the log begins with.
func (c *chain) anchor() anchor {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.first
}

// act checks that an entry is the act of the account that it names: signed
// with the key and in a role that the account had then, and there once. What
// is wrong wraps intake.ErrDamaged.
func (c *chain) act(ctx context.Context, rec entry.Record) error {
	c.mu.Lock()
	next := c.next
	c.mu.Unlock()
	if rec.Index >= next {
		if _, err := c.follow(ctx); err != nil {
			return err
		}
	}
	c.mu.Lock()
	first, walked := c.acts[idOf(rec.Header)]
	state := c.state
	c.mu.Unlock()
	h := rec.Header
	err := state.CheckSignerAt(rec.Index, h)
	if err == nil && (!walked || first != rec.Index) {
		err = errors.New("it is an earlier entry, or another than before")
	}
	if err != nil {
		return fmt.Errorf("entry %d is not the act of %s: %v: %w", rec.Index, h.By, err, intake.ErrDamaged)
	}
	return nil
}

// checkRecord checks that the box handed out what was asked for.
func checkRecord(rec entry.Record, index int64) error {
	if rec.Index != index {
		return fmt.Errorf("entry %d comes where entry %d is due: %w", rec.Index, index, intake.ErrDamaged)
	}
	if err := rec.Header.Validate(); err != nil {
		return fmt.Errorf("entry %d: %v: %w", index, err, intake.ErrDamaged)
	}
	return nil
}

// shown reports whether entries of the kind are shown as somebody's act.
func shown(k entry.Kind) bool {
	return k == entry.KindNoted || k == entry.KindReplied || k == entry.KindTriaged || k == entry.KindHandover
}

// idOf is the id of a valid header.
func idOf(h entry.Header) (id actID) {
	hex.Decode(id[:], []byte(h.ID)) // cannot fail: Validate saw the digits
	return id
}
