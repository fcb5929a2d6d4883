package store

import (
	"maps"
	"slices"
	"strings"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// recount adds up, under the keys of the totals, what was turned away: what the
// closed days of the log say and what was counted since. Of what is turned away
// there is nothing else. A closed day that does not read counts nothing: Check
// comes to it in its turn.
func recount(tx *bbolt.Tx) map[string]int64 {
	totals := map[string]int64{}
	add := func(day entry.ClosedDay) {
		for _, n := range day.Refused {
			totals[totalKey("refused", n.Channel)] += n.N
			totals[totalKey("refused", n.Channel, string(n.Reason))] += n.N
		}
		for _, n := range day.Quarantined {
			totals[totalKey("quarantined", n.Channel, string(n.Reason))] += n.N
		}
	}
	size := i64(tx.Bucket(bucketMeta).Get(metaSize))
	c := tx.Bucket(bucketClear).Cursor()
	for k, _ := c.First(); k != nil && i64(k) < size; k, _ = c.Next() {
		rec, slot, err := readEntry(tx, i64(k))
		if err != nil || rec.Header.Kind != entry.KindClosedDay {
			continue
		}
		if body, err := entry.DecodeBody(entry.KindClosedDay, tx.Bucket(bucketBodies).Get(bodyKey(slot, 0))); err == nil {
			add(body.(entry.ClosedDay))
		}
	}
	add(sinceClosed(tx))
	return totals
}

// reasonsAddUp reports whether a channel's refusals are all counted by reason.
// They are not in a box that was last open before such totals were kept.
func reasonsAddUp(c intake.Channel, count func(key string) int64) bool {
	n := count(totalKey("refused", c))
	for _, why := range intake.Reasons() {
		n -= count(totalKey("refused", c, string(why)))
	}
	return n == 0
}

// countReasons makes the totals of refusals by reason where they do not add up.
// A crash leaves them as they were, and the next open makes them. They are for
// show, so a disk that has no room for them keeps no box closed.
func (b *Box) countReasons() error {
	complete := true
	err := b.read(func(tx *bbolt.Tx) error {
		for _, c := range intake.Channels() {
			complete = complete && reasonsAddUp(c, func(key string) int64 { return i64(tx.Bucket(bucketCounts).Get([]byte(key))) })
		}
		return nil
	})
	if err != nil || complete {
		return err
	}
	_, err = b.try([]request{{fn: func(t *txn) error {
		for key, n := range recount(t.Tx) {
			if strings.Count(key, "/") < 3 { // not by reason
				continue
			}
			if err := t.put(bucketCounts, []byte(key), u64(n)); err != nil {
				return err
			}
		}
		return nil
	}}})
	if err != nil {
		b.opts.Log.Warn("refusals are not counted by reason before the next start", "error", err)
	}
	return nil
}

// compareCounts compares what is counted with the log.
func (c *check) compareCounts() {
	for _, ch := range intake.Channels() {
		if reasonsAddUp(ch, func(key string) int64 { return c.stored[key] }) {
			continue
		}
		for _, why := range intake.Reasons() { // Open will count them
			delete(c.stored, totalKey("refused", ch, string(why)))
			delete(c.counts, totalKey("refused", ch, string(why)))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.stored)) {
		if strings.HasPrefix(key, countSince) && !strings.Contains(key, "/accepted/") {
			continue // of what was turned away since then there is nothing but the count
		}
		if n := c.counts[key]; n != c.stored[key] {
			c.problem(c.size-1, "the count %s is %d, the log has %d", key, c.stored[key], n)
		}
		delete(c.counts, key)
	}
	for _, key := range slices.Sorted(maps.Keys(c.counts)) {
		c.problem(c.size-1, "the count %s is missing, the log has %d", key, c.counts[key])
	}
	if c.bodies != c.keys && !c.staged {
		c.problem(c.size-1, "%d bodies are stored, the log has %d", c.keys, c.bodies)
	}
}
