package triage

import (
	"crypto/sha256"
	"strconv"
	"unicode/utf8"

	"dengwen/intake"
)

const (
	// MaxAlike is how many reports a row names that are like it.
	MaxAlike = 5
	// leastAlike is the length, in characters, from which on two titles are
	// equal because the reports are: shorter ones say 投诉 or 反映问题.
	leastAlike = 8
)

// An AlikeKey stands for something that two reports have in common.
type AlikeKey [16]byte

// AlikeKeys returns the keys of a row. Two rows with a key in common seem to
// tell of one call: it began in the same second, or they are of the same day
// and unit with the same title. Only the hotline has such rows. Whoever reports
// on the web or by mail twice means to, while a duty officer who corrects a
// ledger and hands it in again makes a new report of each changed row.
func AlikeKeys(r Row) (keys []AlikeKey) {
	if r.Channel != intake.Hotline || r.Arrived.IsZero() {
		return nil
	}
	keys = append(keys, alikeKey("start", strconv.FormatInt(r.Arrived.Unix(), 10)))
	if utf8.RuneCountInString(r.Title) >= leastAlike {
		keys = append(keys, alikeKey("title", r.Day, r.Unit, r.Title))
	}
	return keys
}

// alikeKey hashes what is in common: a queue holds two keys for each row, and
// titles are long.
func alikeKey(words ...string) AlikeKey {
	var all []byte
	for _, w := range words {
		all = append(strconv.AppendInt(all, int64(len(w)), 10), ' ')
		all = append(all, w...)
	}
	sum := sha256.Sum256(all)
	return AlikeKey(sum[:16])
}
