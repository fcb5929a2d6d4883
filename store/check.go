package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// Check recomputes everything that the box stores beside the log itself, and
// names each entry where it differs: tree hashes, indexes, bodies and sealed
// files, counts, and every note in checkpoints/. Whether the log obeys the
// rules is not its business; see entry.Checker. Others may go on writing:
// what is checked is the box as it was when Check was called.
func (b *Box) Check(ctx context.Context) ([]entry.Problem, error) {
	// The notes first: none of them covers more than the log that is read next.
	notes, err := b.notes()
	if err != nil {
		return nil, err
	}
	c := &check{box: b}
	if err := b.view(c.remember); err != nil {
		return nil, err
	}
	for rec, err := range b.Entries(ctx, 0, c.size) {
		if ctx.Err() != nil {
			return nil, ctx.Err() // nothing is wrong but the time
		}
		if err != nil {
			c.problem(c.roller.Size(), "%v", err)
			return c.problems, nil
		}
		if err := c.entry(rec); err != nil {
			return nil, err
		}
		if note, ok := notes[c.roller.Size()]; ok {
			c.note(note)
			delete(notes, c.roller.Size())
		}
	}
	for _, size := range slices.Sorted(maps.Keys(notes)) {
		c.problem(size-1, "a checkpoint covers %d entries, the log has %d", size, c.size)
	}
	c.compareCounts()
	return c.problems, c.strays()
}

type check struct {
	box      *Box
	size     int64            // entries in the log
	stored   map[string]int64 // the counts bucket
	keys     int64            // bodies that are stored
	staged   bool             // a file is on its way in, so there is more than the log has
	roller   merkle.Roller
	counts   map[string]int64 // by the headers; of what was turned away, by the closed days
	bodies   int64            // by the headers
	erased   map[erasure]bool // by the entries that say so
	problems []entry.Problem
}

// remember reads, in one transaction, all that others may change meanwhile.
func (c *check) remember(tx *bbolt.Tx) error {
	c.size = i64(tx.Bucket(bucketMeta).Get(metaSize))
	c.staged = tx.Bucket(bucketStaged).Bucket(stagedRows) != nil
	c.erased = readErasures(tx, 0)
	c.stored, c.counts = map[string]int64{}, recount(tx)
	cur := tx.Bucket(bucketCounts).Cursor()
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		c.stored[string(k)] = i64(v)
	}
	cur = tx.Bucket(bucketBodies).Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		c.keys++
	}
	if k, _ := tx.Bucket(bucketEntries).Cursor().Seek(u64(c.size)); k != nil && !c.staged {
		c.problem(c.size-1, "entries are stored beyond the end of the log")
	}
	return nil
}

func (c *check) problem(at int64, format string, a ...any) {
	if len(c.problems) < entry.MaxProblems {
		c.problems = append(c.problems, entry.Problem{Entry: at, What: fmt.Sprintf(format, a...)})
	}
}

func (c *check) entry(rec entry.Record) error {
	c.roller.Add(merkle.LeafHash(rec.Raw))
	h := rec.Header
	if h.Kind == entry.KindAccepted {
		t := accepted(h.Date, h.Channel)
		c.counts[t.since]++
		c.counts[t.total]++
	}
	if h.Kind == entry.KindClosedDay {
		maps.DeleteFunc(c.counts, func(key string, _ int64) bool { return strings.HasPrefix(key, countSince) })
	}
	return c.box.view(func(tx *bbolt.Tx) error {
		if at, err := find(tx, h.ID); err != nil || at != rec.Index {
			c.problem(rec.Index, "its id is not found")
		}
		if h.Ref != "" {
			ref, err := idKey(h.Ref)
			if err != nil || tx.Bucket(bucketAbout).Get(aboutKey(ref, rec.Index)) == nil {
				c.problem(rec.Index, "it is not found through the report that it is about")
			}
		}
		if h.Kind.Clear() != (tx.Bucket(bucketClear).Get(u64(rec.Index)) != nil) {
			c.problem(rec.Index, "the list of clear entries is wrong about it")
		}
		if !sameTree(tx, rec) {
			c.problem(rec.Index, "the stored tree hashes are not those of the entries")
		}
		return c.parts(tx, rec)
	})
}

// sameTree compares each hash that an entry completed with what comes of the
// ones before it: roots read only some of them, and proofs read the others.
func sameTree(tx *bbolt.Tx, rec entry.Record) bool {
	hashes, err := merkle.Append(rec.Index, merkle.LeafHash(rec.Raw), treeReader{tx})
	if err != nil {
		return false
	}
	at := merkle.StoredIndex(rec.Index)
	for i, h := range hashes {
		if !bytes.Equal(h[:], tx.Bucket(bucketTree).Get(u64(at+int64(i)))) {
			return false
		}
	}
	return true
}

// note compares a checkpoint with the tree at its size.
func (c *check) note(note []byte) {
	cp, err := merkle.OpenUnder(note, c.box.now.Load().state.LogKeys()...)
	if err != nil || cp.Size != c.roller.Size() || cp.Root != c.roller.Root() {
		c.problem(c.roller.Size()-1, "the checkpoint of %d entries does not fit the log", c.roller.Size())
	}
}

// strays looks for sealed files that no entry names.
func (c *check) strays() error {
	names, err := os.ReadDir(filepath.Join(c.box.dir, dirBlobs))
	if err != nil {
		return err
	}
	for _, n := range names {
		if n.Name() == dirIncoming {
			continue
		}
		stray, err := c.stray(n.Name())
		if err != nil {
			return err
		}
		if stray {
			c.problem(c.size-1, "a file in blobs belongs to no entry")
		}
	}
	return nil
}

// stray asks in an order that no upload can slip through: one that lost its
// second name was committed, or is gone, before the database is asked.
func (c *check) stray(name string) (stray bool, err error) {
	sum, err := entry.ParseHash(name)
	if err != nil {
		return true, nil
	}
	if _, err := os.Stat(c.box.incomingPath(sum)); err == nil {
		return false, nil
	}
	err = c.box.view(func(tx *bbolt.Tx) error {
		stray = tx.Bucket(bucketBlobs).Get(sum[:]) == nil
		return nil
	})
	if _, gone := os.Stat(c.box.blobPath(sum)); gone != nil {
		return false, err
	}
	return stray, err
}
