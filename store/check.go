package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// Inspect opens the box in dir to be read only: nothing is swept, no note is
// compared, and whatever would write fails. It is for who wants to know what
// is wrong with a box that Open refuses, and for boxes of others.
func Inspect(dir string) (*Box, error) {
	path := filepath.Join(dir, fileDB)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", dir, intake.ErrNoBox, err)
	}
	db, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	b := newBox(dir, db, Options{})
	close(b.stopped) // there is no writer
	b.closing.Do(func() { close(b.quit) })
	if err := b.refresh(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), db.Close())
	}
	return b, nil
}

// Check recomputes everything that the box stores beside the log itself, and
// names each entry where it differs: tree hashes, indexes, bodies and sealed
// files, counts, and every note in checkpoints/. Whether the log obeys the
// rules is not its business; see entry.Checker.
func (b *Box) Check(ctx context.Context) ([]entry.Problem, error) {
	c := &check{box: b, since: map[string]int64{}, totals: map[string]int64{}}
	size, err := b.Size(ctx)
	if err != nil {
		return nil, err
	}
	notes, err := b.notes()
	if err != nil {
		return nil, err
	}
	for rec, err := range b.Entries(ctx, 0, size) {
		if err != nil {
			c.problem(c.next, "%v", err)
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
	for size := range notes {
		c.problem(size-1, "a checkpoint covers %d entries, the log has %d", size, c.next)
	}
	return c.problems, errors.Join(c.counts(), c.strays())
}

type check struct {
	box           *Box
	next          int64
	roller        merkle.Roller
	problems      []entry.Problem
	since, totals map[string]int64
}

func (c *check) problem(at int64, format string, a ...any) {
	if len(c.problems) < entry.MaxProblems {
		c.problems = append(c.problems, entry.Problem{Entry: at, What: fmt.Sprintf(format, a...)})
	}
}

func (c *check) entry(rec entry.Record) error {
	c.next = rec.Index + 1
	c.roller.Add(merkle.LeafHash(rec.Raw))
	h := rec.Header
	if h.Kind == entry.KindAccepted {
		t := accepted(h.Date, h.Channel)
		c.since[t.since]++
		c.totals[t.total]++
	}
	if h.Kind == entry.KindClosedDay {
		clear(c.since)
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
		if root, err := merkle.Root(c.next, treeReader{tx}); err != nil || root != c.roller.Root() {
			c.problem(rec.Index, "the stored tree hashes are not those of the entries")
		}
		return c.parts(tx, rec)
	})
}

// parts hashes every body and sealed file of an entry.
func (c *check) parts(tx *bbolt.Tx, rec entry.Record) error {
	_, slot, err := readEntry(tx, rec.Index)
	if err != nil {
		return err
	}
	for i, p := range rec.Header.Parts {
		var sum entry.Hash
		var size int64
		if p.Role.Blob() {
			at := tx.Bucket(bucketBlobs).Get(p.SHA256[:])
			if at == nil || i64(at) != rec.Index {
				c.problem(rec.Index, "part %d (%s): the list of sealed files is wrong about it", i, p.Role)
			}
			sum, size, err = hashFile(c.box.blobPath(p.SHA256))
			if err != nil {
				c.problem(rec.Index, "part %d (%s): its file is missing from blobs", i, p.Role)
				continue
			}
		} else {
			body := tx.Bucket(bucketBodies).Get(bodyKey(slot, i))
			if body == nil {
				c.problem(rec.Index, "part %d (%s): its body is missing", i, p.Role)
				continue
			}
			sum, size = entry.HashOf(body), int64(len(body))
		}
		if sum != p.SHA256 || size != p.Size {
			c.problem(rec.Index, "part %d (%s): its bytes are not those that the header names", i, p.Role)
		}
	}
	return nil
}

func hashFile(path string) (sum entry.Hash, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	h.Sum(sum[:0])
	return sum, size, err
}

// note compares a checkpoint with the tree at its size.
func (c *check) note(note []byte) {
	cp, err := openNote(c.box.now.Load().state, note)
	if err != nil || cp.Size != c.roller.Size() || cp.Root != c.roller.Root() {
		c.problem(c.next-1, "the checkpoint of %d entries does not fit the log", c.roller.Size())
	}
}

// counts compares the counts with the headers.
func (c *check) counts() error {
	return c.box.view(func(tx *bbolt.Tx) error {
		cur := tx.Bucket(bucketCounts).Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			for prefix, want := range map[string]map[string]int64{countTotal + "accepted/": c.totals, countSince + "accepted/": c.since} {
				if !bytes.HasPrefix(k, []byte(prefix)) {
					continue
				}
				if want[string(k)] != i64(v) {
					c.problem(c.next-1, "the count %s is %d, the log has %d", k, i64(v), want[string(k)])
				}
				delete(want, string(k))
			}
		}
		for _, left := range []map[string]int64{c.totals, c.since} {
			for k, n := range left {
				c.problem(c.next-1, "the count %s is missing, the log has %d", k, n)
			}
		}
		return nil
	})
}

// strays looks for what nothing refers to: sealed files, and rows beyond the
// end of the log. Files still in incoming are somebody's upload.
func (c *check) strays() error {
	names, err := os.ReadDir(filepath.Join(c.box.dir, dirBlobs))
	if err != nil {
		return err
	}
	return c.box.view(func(tx *bbolt.Tx) error {
		for _, n := range names {
			if n.Name() == dirIncoming {
				continue
			}
			sum, err := entry.ParseHash(n.Name())
			if _, there := os.Stat(c.box.incomingPath(sum)); err != nil || there != nil && tx.Bucket(bucketBlobs).Get(sum[:]) == nil {
				c.problem(c.next-1, "a file in blobs belongs to no entry")
			}
		}
		return nil
	})
}
