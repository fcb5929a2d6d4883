package store

import (
	"crypto/sha256"
	"io"
	"os"

	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

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
			if c.erased[erasure{rec.Header.ID, p.SHA256}] {
				if body != nil {
					c.bodies++
					c.problem(rec.Index, "part %d (%s): it was erased, but it is not missing", i, p.Role)
				}
				continue
			}
			c.bodies++
			if body == nil {
				if readErasures(tx, c.size)[erasure{rec.Header.ID, p.SHA256}] {
					continue // while Check runs; it was there when the bodies were counted
				}
				c.keys++ // one that is named here is not missed twice
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

// An erasure is a part of which an erased entry says that it is gone.
type erasure struct {
	entry string // id
	sum   entry.Hash
}

// readErasures lists what the erased entries from index from on name. One that
// does not read names nothing: Check comes to it in its turn.
func readErasures(tx *bbolt.Tx, from int64) map[erasure]bool {
	found := map[erasure]bool{}
	size := i64(tx.Bucket(bucketMeta).Get(metaSize))
	c := tx.Bucket(bucketClear).Cursor()
	for k, _ := c.Seek(u64(from)); k != nil && i64(k) < size; k, _ = c.Next() {
		rec, slot, err := readEntry(tx, i64(k))
		if err != nil || rec.Header.Kind != entry.KindErased {
			continue
		}
		body, err := entry.DecodeBody(entry.KindErased, tx.Bucket(bucketBodies).Get(bodyKey(slot, 0)))
		if err != nil {
			continue
		}
		b := body.(entry.Erased)
		for _, sum := range b.Parts {
			found[erasure{b.Entry, sum}] = true
		}
	}
	return found
}
