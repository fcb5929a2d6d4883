package store

import (
	"strings"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// The counts bucket. Each accepted report, each refusal and each message set
// aside is counted twice: in totals since the box was made, which status shows,
// and under its day of arrival until the next closed-day entry takes that number
// into the log.
//
//	total/accepted/CHANNEL               since/accepted/DAY/CHANNEL
//	total/refused/CHANNEL                since/refused/DAY/CHANNEL/REASON
//	total/refused/CHANNEL/REASON
//	total/quarantined/CHANNEL/REASON     since/quarantined/DAY/CHANNEL/REASON
const (
	countTotal = "total/"
	countSince = "since/"
)

// A tally names what is counted: the keys of its totals, and the one of its day.
type tally struct{ total, reason, since string }

func accepted(day string, c intake.Channel) tally {
	return tally{total: totalKey("accepted", c), since: sinceKey("accepted", day, c)}
}

func refused(day string, c intake.Channel, why intake.Reason) tally {
	return tally{totalKey("refused", c), totalKey("refused", c, string(why)), sinceKey("refused", day, c, string(why))}
}

func quarantined(day string, c intake.Channel, why intake.Quarantine) tally {
	return tally{reason: totalKey("quarantined", c, string(why)), since: sinceKey("quarantined", day, c, string(why))}
}

func totalKey(what string, c intake.Channel, why ...string) string {
	return countTotal + strings.Join(append([]string{what, string(c)}, why...), "/")
}

func sinceKey(what, day string, c intake.Channel, why ...string) string {
	return countSince + strings.Join(append([]string{what, day, string(c)}, why...), "/")
}

func (t *txn) count(what tally, n int64) error {
	b := t.Bucket(bucketCounts)
	for _, key := range []string{what.total, what.reason, what.since} {
		if key == "" {
			continue
		}
		if err := b.Put([]byte(key), u64(i64(b.Get([]byte(key)))+n)); err != nil {
			return err
		}
	}
	// A refusal makes no entry, and must still be closed with its day.
	return t.Bucket(bucketMeta).Put(metaDay, []byte(t.today()))
}

// total reads a count since the box was made.
func total(tx *bbolt.Tx, what string, c intake.Channel, why ...string) int64 {
	return i64(tx.Bucket(bucketCounts).Get([]byte(totalKey(what, c, why...))))
}

// sinceClosed reads what was counted since the newest closed-day entry, in the
// canonical order of such an entry: by day, channel, reason.
func sinceClosed(tx *bbolt.Tx) (day entry.ClosedDay) {
	c := tx.Bucket(bucketCounts).Cursor()
	for k, v := c.Seek([]byte(countSince)); k != nil && strings.HasPrefix(string(k), countSince); k, v = c.Next() {
		f := strings.Split(string(k), "/")
		switch {
		case f[1] == "accepted" && len(f) == 4:
			day.Accepted = append(day.Accepted, entry.Count{Day: f[2], Channel: intake.Channel(f[3]), N: i64(v)})
		case f[1] == "refused" && len(f) == 5:
			day.Refused = append(day.Refused, entry.Count{Day: f[2], Channel: intake.Channel(f[3]), Reason: intake.Reason(f[4]), N: i64(v)})
		case f[1] == "quarantined" && len(f) == 5:
			day.Quarantined = append(day.Quarantined, entry.Aside{Day: f[2], Channel: intake.Channel(f[3]), Reason: intake.Quarantine(f[4]), N: i64(v)})
		}
	}
	return day
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
