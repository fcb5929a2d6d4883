package store

import (
	"strings"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// The counts bucket. Each accepted report and each refusal is counted twice:
// in a total since the box was made, which status shows, and under its day of
// arrival until the next closed-day entry takes that number into the log.
//
//	total/accepted/CHANNEL            total/refused/CHANNEL
//	since/accepted/DAY/CHANNEL        since/refused/DAY/CHANNEL/REASON
const (
	countTotal = "total/"
	countSince = "since/"
)

// A tally names what is counted.
type tally struct{ total, since string }

func accepted(day string, c intake.Channel) tally {
	return tally{countTotal + "accepted/" + string(c), countSince + "accepted/" + day + "/" + string(c)}
}

func refused(day string, c intake.Channel, why intake.Reason) tally {
	return tally{countTotal + "refused/" + string(c), countSince + "refused/" + day + "/" + string(c) + "/" + string(why)}
}

func (t *txn) count(what tally, n int64) error {
	b := t.Bucket(bucketCounts)
	for _, key := range []string{what.total, what.since} {
		if err := b.Put([]byte(key), u64(i64(b.Get([]byte(key)))+n)); err != nil {
			return err
		}
	}
	// A refusal makes no entry, and must still be closed with its day.
	return t.Bucket(bucketMeta).Put(metaDay, []byte(t.today()))
}

// total reads a count since the box was made.
func total(tx *bbolt.Tx, verdict intake.Verdict, c intake.Channel) int64 {
	return i64(tx.Bucket(bucketCounts).Get([]byte(countTotal + string(verdict) + "/" + string(c))))
}

// sinceClosed reads what was counted since the newest closed-day entry, in the
// canonical order of such an entry: by day, channel, reason.
func sinceClosed(tx *bbolt.Tx) (accepted, refused []entry.Count) {
	c := tx.Bucket(bucketCounts).Cursor()
	for k, v := c.Seek([]byte(countSince)); k != nil && strings.HasPrefix(string(k), countSince); k, v = c.Next() {
		f := strings.Split(string(k), "/")
		switch {
		case f[1] == "accepted" && len(f) == 4:
			accepted = append(accepted, entry.Count{Day: f[2], Channel: intake.Channel(f[3]), N: i64(v)})
		case f[1] == "refused" && len(f) == 5:
			refused = append(refused, entry.Count{Day: f[2], Channel: intake.Channel(f[3]), Reason: intake.Reason(f[4]), N: i64(v)})
		}
	}
	return accepted, refused
}

// startCounting forgets the counts that a closed-day entry has taken over.
func (t *txn) startCounting() error {
	b := t.Bucket(bucketCounts)
	var old [][]byte
	c := b.Cursor()
	for k, _ := c.Seek([]byte(countSince)); k != nil && strings.HasPrefix(string(k), countSince); k, _ = c.Next() {
		old = append(old, append([]byte{}, k...))
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
