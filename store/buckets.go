package store

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// formatV1 is the value of the version key; a box with any other is refused.
const formatV1 = "dengwen box v1"

var (
	bucketMeta     = []byte("meta")
	bucketEntries  = []byte("entries")
	bucketClear    = []byte("clear")
	bucketIDs      = []byte("ids")
	bucketAbout    = []byte("about")
	bucketTree     = []byte("tree")
	bucketBodies   = []byte("bodies")
	bucketBlobs    = []byte("blobs")
	bucketDedupe   = []byte("dedupe")
	bucketCursors  = []byte("cursors")
	bucketReceipts = []byte("receipts")
	bucketCounts   = []byte("counts")
	bucketWraps    = []byte("wraps")
	bucketViews    = []byte("views")
	bucketStaged   = []byte("staged")

	buckets = [][]byte{bucketMeta, bucketEntries, bucketClear, bucketIDs, bucketAbout, bucketTree, bucketBodies, bucketBlobs,
		bucketDedupe, bucketCursors, bucketReceipts, bucketCounts, bucketWraps, bucketViews, bucketStaged}
)

// Keys of the meta bucket.
var (
	metaVersion = []byte("version")  // formatV1
	metaSize    = []byte("size")     // entries in the log; anything stored beyond is not part of it
	metaSlot    = []byte("slot")     // the next free body slot; slots are never used twice
	metaDay     = []byte("day")      // the day of the newest write, so that a clock set back is noticed
	metaDedupe  = []byte("dedupe")   // 32-byte key of the dedupe hashes
	metaSalt    = []byte("salt")     // 16-byte salt of the receipt codes
	metaViewKey = []byte("view key") // the key of the views, wrapped to the team
)

func u64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func i64(b []byte) int64 {
	if len(b) < 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

// bodyKey is where part number part of the entry with this slot is kept.
func bodyKey(slot int64, part int) []byte { return append(u64(slot), byte(part)) }

// idKey turns an entry id into its 16 bytes.
func idKey(id string) ([]byte, error) {
	b, err := hex.DecodeString(id)
	if err != nil || len(b) != 16 {
		return nil, fmt.Errorf("entry id %q: %w", id, intake.ErrInvalid)
	}
	return b, nil
}

// aboutKey sorts the entries about one report by index.
func aboutKey(ref []byte, index int64) []byte { return append(append([]byte{}, ref...), u64(index)...) }

// createBuckets makes every bucket of format v1 in an empty database.
func createBuckets(tx *bbolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return fmt.Errorf("bucket %s: %w", name, err)
		}
	}
	return nil
}

// checkVersion refuses a database that is not a box of format v1.
func checkVersion(tx *bbolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return fmt.Errorf("box.db holds no box: %w", intake.ErrVersion)
	}
	if v := string(meta.Get(metaVersion)); v != formatV1 {
		return fmt.Errorf("box.db is %q, this program reads %q: %w", v, formatV1, intake.ErrVersion)
	}
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("box.db has no bucket %s: %w", name, intake.ErrDamaged)
		}
	}
	return nil
}
