package store

import (
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// clockSlack is how far the clock may stand behind the newest clear entry; a
// time server's small steps are not a clock set back.
const clockSlack = 5 * time.Minute

// append puts one entry at the end of the log: its header, its tree hashes
// and its bodies, one for each part that is not a blob, in order. Everything
// is in the caller's transaction, so a crash leaves all of it or none.
func (t *txn) append(h entry.Header, bodies [][]byte) (int64, error) {
	index := t.size()
	if err := t.checkClock(index); err != nil {
		return 0, err
	}
	if err := h.Validate(); err != nil {
		return 0, err
	}
	slot, err := t.putBodies(bodies)
	if err != nil {
		return 0, err
	}
	if err := t.place(index, slot, h, h.Encode()); err != nil {
		return 0, err
	}
	if h.Kind.Clear() {
		// The new entry is replayed with the old ones: what could not be read
		// back tomorrow is refused today.
		if err := t.setSize(index + 1); err != nil {
			return 0, err
		}
		if t.state, err = loadState(t.Tx); err != nil {
			return 0, err
		}
		t.clear = true
		return index, nil
	}
	return index, t.setSize(index + 1)
}

// place writes an entry's header at index, with everything that is found
// through it. It does not move the end of the log: until setSize does, the
// entry is not part of it.
func (t *txn) place(index, slot int64, h entry.Header, raw []byte) error {
	id, err := idKey(h.ID)
	if err != nil {
		return err
	}
	if err := t.put(bucketEntries, u64(index), append(u64(slot), raw...)); err != nil {
		return err
	}
	if err := t.put(bucketIDs, id, u64(index)); err != nil {
		return err
	}
	if h.Kind.Clear() {
		if err := t.put(bucketClear, u64(index), nil); err != nil {
			return err
		}
	}
	if h.Ref != "" {
		ref, err := idKey(h.Ref)
		if err != nil {
			return err
		}
		if err := t.put(bucketAbout, aboutKey(ref, index), nil); err != nil {
			return err
		}
	}
	for _, p := range h.Parts {
		if p.Role.Blob() {
			if err := t.put(bucketBlobs, p.SHA256[:], u64(index)); err != nil {
				return err
			}
		}
	}
	return t.growTree(index, raw)
}

// growTree stores the hashes that entry number index completes.
func (t *txn) growTree(index int64, raw []byte) error {
	hashes, err := merkle.Append(index, merkle.LeafHash(raw), treeReader{t.Tx})
	if err != nil {
		return fmt.Errorf("tree at entry %d: %w", index, err)
	}
	at := merkle.StoredIndex(index)
	for i, h := range hashes {
		if err := t.put(bucketTree, u64(at+int64(i)), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// putBodies stores an entry's bodies under a slot of their own.
func (t *txn) putBodies(bodies [][]byte) (slot int64, err error) {
	meta := t.Bucket(bucketMeta)
	slot = i64(meta.Get(metaSlot))
	for i, body := range bodies {
		if err := t.put(bucketBodies, bodyKey(slot, i), body); err != nil {
			return 0, err
		}
	}
	return slot, meta.Put(metaSlot, u64(slot+1))
}

// put writes into a bucket. In those whose keys grow with the log, pages are
// filled instead of halved.
func (t *txn) put(bucket, key, value []byte) error {
	b := t.Bucket(bucket)
	if len(key) <= 9 {
		b.FillPercent = 0.9
	}
	if err := b.Put(key, value); err != nil {
		return fmt.Errorf("%s: %w", bucket, err)
	}
	return nil
}

func (t *txn) size() int64 { return i64(t.Bucket(bucketMeta).Get(metaSize)) }

func (t *txn) setSize(n int64) error {
	meta := t.Bucket(bucketMeta)
	if err := meta.Put(metaSize, u64(n)); err != nil {
		return err
	}
	return meta.Put(metaDay, []byte(t.today()))
}

// today is the recording day of an entry made now.
func (t *txn) today() string { return t.state.Schedule.Day(t.now) }

// checkClock refuses to write with a clock that runs behind the log.
func (t *txn) checkClock(index int64) error {
	if day := string(t.Bucket(bucketMeta).Get(metaDay)); t.today() < day {
		return fmt.Errorf("it is %s by this machine's clock, but entry %d was made on %s: set the clock: %w", t.today(), index-1, day, intake.ErrClock)
	}
	if last := t.state.Last; t.now.Before(last.At.Add(-clockSlack)) {
		return fmt.Errorf("it is %s by this machine's clock, but entry %d was made at %s: set the clock: %w",
			t.now.UTC().Format(time.RFC3339), last.Entry, last.At.Format(time.RFC3339), intake.ErrClock)
	}
	return nil
}

// stamp is the instant written into a clear entry: now, or the newest instant
// in the log where the clock has stepped back a little.
func (t *txn) stamp() time.Time {
	if now := t.now.UTC(); now.After(t.state.Last.At) {
		return now
	}
	return t.state.Last.At
}

// appendClear appends an entry of the box's own whose body is clear JSON.
func (t *txn) appendClear(body entry.Body) (int64, error) {
	raw, err := entry.EncodeBody(body)
	if err != nil {
		return 0, err
	}
	h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: body.Kind(), Date: t.state.Schedule.Day(body.When()),
		Parts: []entry.Part{{Role: entry.RoleBody, SHA256: entry.HashOf(raw), Size: int64(len(raw))}}}
	return t.append(h, [][]byte{raw})
}

// A treeReader reads stored tree hashes by their RFC 6962 storage index.
type treeReader struct{ tx *bbolt.Tx }

func (r treeReader) ReadHashes(indexes []int64) ([]merkle.Hash, error) {
	out := make([]merkle.Hash, len(indexes))
	b := r.tx.Bucket(bucketTree)
	for i, n := range indexes {
		if h := b.Get(u64(n)); len(h) == len(out[i]) {
			copy(out[i][:], h)
			continue
		}
		return nil, fmt.Errorf("tree hash %d is missing: %w", n, intake.ErrDamaged)
	}
	return out, nil
}
