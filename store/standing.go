package store

import (
	"bytes"
	"fmt"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
	"dengwen/store/seal"

	"go.etcd.io/bbolt"
)

// standing is what the log's clear entries say now: the schedule in force and
// the recipients to seal to. It is replayed from the database with every change
// and never written to.
type standing struct {
	state                            *entry.State
	team, custodian, archive, office seal.Recipient
}

// refresh reads the standing from what is on disk.
func (b *Box) refresh() error {
	return b.read(func(tx *bbolt.Tx) error {
		state, err := loadState(tx)
		if err != nil {
			return err
		}
		s, err := newStanding(state)
		if err != nil {
			return err
		}
		b.now.Store(s)
		return nil
	})
}

// newStanding is what a state says of whom to seal to.
func newStanding(state *entry.State) (*standing, error) {
	s := &standing{state: state}
	for _, r := range []struct {
		to   *seal.Recipient
		text string
	}{{&s.team, state.Keys.Team}, {&s.custodian, state.Keys.Custodian}, {&s.archive, state.Keys.Archive}, {&s.office, state.Keys.Office}} {
		var err error
		if *r.to, err = seal.ParseRecipient(r.text); err != nil {
			return nil, fmt.Errorf("keys in force: %w", err)
		}
	}
	return s, nil
}

// loadState replays the clear entries. There is one for each closed day and a
// handful of others, so that a box of a million reports opens as fast as an
// empty one.
func loadState(tx *bbolt.Tx) (*entry.State, error) {
	state := new(entry.State)
	size := i64(tx.Bucket(bucketMeta).Get(metaSize))
	c := tx.Bucket(bucketClear).Cursor()
	for k, _ := c.First(); k != nil && i64(k) < size; k, _ = c.Next() {
		rec, slot, err := readEntry(tx, i64(k))
		if err != nil {
			return nil, err
		}
		if leaf := merkle.LeafHash(rec.Raw); !bytes.Equal(leaf[:], tx.Bucket(bucketTree).Get(u64(merkle.StoredIndex(rec.Index)))) {
			return nil, fmt.Errorf("entry %d: its header is not the one that the tree holds: %w", rec.Index, intake.ErrDamaged)
		}
		body := tx.Bucket(bucketBodies).Get(bodyKey(slot, 0))
		if len(rec.Header.Parts) != 1 || entry.HashOf(body) != rec.Header.Parts[0].SHA256 {
			return nil, fmt.Errorf("entry %d: its body is not the one that its header names: %w", rec.Index, intake.ErrDamaged)
		}
		if err := state.CheckSigner(rec.Header); err != nil {
			return nil, fmt.Errorf("entry %d: %w: %w", rec.Index, intake.ErrDamaged, err)
		}
		if err := state.Apply(rec.Index, rec.Header, body); err != nil {
			return nil, fmt.Errorf("entry %d: %w", rec.Index, err)
		}
	}
	if state.Origin == "" {
		return nil, fmt.Errorf("the log does not begin with a created entry: %w", intake.ErrDamaged)
	}
	return state, nil
}
