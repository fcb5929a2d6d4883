package store

import (
	"context"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"

	"go.etcd.io/bbolt"
)

// placeTogether is how many entries PlaceMany writes in one transaction.
const placeTogether = 50_000

// PlaceMany appends n accepted calls that share one body each for their parts,
// for tests of what a large log costs: sealing that many takes too long.
func (b *Box) PlaceMany(ctx context.Context, n int) error {
	b.db.NoSync = true
	defer func() { b.db.NoSync = false }()
	bodies := [][]byte{[]byte("a report"), []byte("an identity")}
	var slot int64
	for from := 0; from < n; from += placeTogether {
		err := b.update(ctx, func(t *txn) (err error) {
			if from == 0 {
				if slot, err = t.putBodies(bodies); err != nil {
					return err
				}
			}
			h := entry.Header{V: entry.Version, Kind: entry.KindAccepted, Date: t.today(), Channel: intake.Hotline}
			for i, role := range []entry.Role{entry.RoleReport, entry.RoleIdentity} {
				h.Parts = append(h.Parts, entry.Part{Role: role, SHA256: entry.HashOf(bodies[i]), Size: int64(len(bodies[i]))})
			}
			at, end := t.size(), t.size()+int64(min(placeTogether, n-from))
			for ; at < end; at++ {
				h.ID = entry.NewID()
				if err := t.place(at, slot, h, h.Encode()); err != nil {
					return err
				}
			}
			if err := t.count(accepted(h.Date, h.Channel), int64(min(placeTogether, n-from))); err != nil {
				return err
			}
			return t.setSize(end)
		})
		if err != nil {
			return err
		}
	}
	return b.exclusively(ctx, b.db.Sync)
}

// Force puts an entry at the end of the log in a transaction of a database that
// no box has open, as somebody does who writes to box.db.
func Force(tx *bbolt.Tx, h entry.Header, body []byte) error {
	t := &txn{Tx: tx}
	size := t.size()
	slot, err := t.putBodies([][]byte{body})
	if err != nil {
		return err
	}
	if err := t.place(size, slot, h, h.Encode()); err != nil {
		return err
	}
	return t.Bucket(bucketMeta).Put(metaSize, u64(size+1))
}

// HoldCores takes every place to seal at, until the function that it returns
// is called; HoldLookups does so with those to look receipts up at.
func (b *Box) HoldCores() (free func())   { return takeAll(b.cores) }
func (b *Box) HoldLookups() (free func()) { return takeAll(b.lookups) }

func takeAll(places chan struct{}) (free func()) {
	for range cap(places) {
		places <- struct{}{}
	}
	return func() {
		for range cap(places) {
			<-places
		}
	}
}

// StartOfDay is the least instant that an erased entry says.
var StartOfDay = startOfDay

// ReceiptIdentity is the key that a receipt code opens the replies with.
func (b *Box) ReceiptIdentity(ctx context.Context, code string) (seal.Identity, error) {
	row, err := b.openReceipt(ctx, code)
	if err != nil {
		return seal.Identity{}, err
	}
	return seal.ParseIdentity(row.Identity)
}
