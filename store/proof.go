package store

import (
	"context"
	"fmt"

	"dengwen/intake"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// Proof is a file (https://c2sp.org/tlog-proof, with the entry's header in it)
// by which anybody who has the log's verifier key can see that the report of
// this receipt code is in the log. It says nothing of what was added later, which
// are entries of their own. Errors: ErrMistyped for a code that is none, before
// anything is looked up; ErrNotFound for one that no report has; ErrEarly while
// the last closed day's checkpoint does not cover the report.
//
// A newer checkpoint is never signed for it: its size would tell how many
// entries the box had when somebody asked. A box that was restored under a new
// origin and has closed no day since proves by the checkpoint from before, which
// is of its old key and verifies with that one.
func (b *Box) Proof(ctx context.Context, code string) (file []byte, err error) {
	row, err := b.openReceipt(ctx, code)
	if err != nil {
		return nil, err
	}
	err = b.view(func(tx *bbolt.Tx) error {
		index, err := find(tx, row.ID)
		if err != nil {
			return err
		}
		file, err = b.prove(tx, index)
		return err
	})
	return file, err
}

// covering is the public checkpoint, which must cover the entry: ErrEarly.
func (b *Box) covering(index int64) (name string, note []byte, c merkle.Checkpoint, err error) {
	if name, note, err = b.publicNote(); err != nil {
		return name, note, c, fmt.Errorf("proof: %w", err)
	}
	if name == "" {
		return name, note, c, fmt.Errorf("proof: nothing is published: %w", intake.ErrEarly)
	}
	if c, err = merkle.OpenUnder(note, b.now.Load().state.LogKeys()...); err != nil {
		return name, note, c, fmt.Errorf("checkpoint %s: %w", name, err)
	}
	if index >= c.Size {
		return name, note, c, fmt.Errorf("proof: the day is not closed: %w", intake.ErrEarly)
	}
	return name, note, c, nil
}

// prove makes the proof of an entry. One that would not verify is not given out.
func (b *Box) prove(tx *bbolt.Tx, index int64) ([]byte, error) {
	name, note, c, err := b.covering(index)
	if err != nil {
		return nil, err
	}
	rec, _, err := readEntry(tx, index)
	if err != nil {
		return nil, err
	}
	hashes, err := merkle.ProveInclusion(index, c.Size, treeReader{tx})
	if err != nil {
		return nil, err
	}
	p := merkle.Proof{Index: index, Hashes: hashes, Leaf: rec.Raw, Checkpoint: note}
	if err := p.Check(c); err != nil {
		return nil, fmt.Errorf("the tree does not fit checkpoint %s: %v: %w", name, err, intake.ErrDamaged)
	}
	return p.Format()
}
