package mailpoll

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"time"
)

// What makes a message this one and no other, whatever its UID, is the hash of
// its INTERNALDATE and its bytes. Two messages may have both alike: somebody
// sends the same twice in one second. Each is a report of its own, so the
// second, third … of those that the box can know at one time hash their number
// as well.

// newMeaning is a hash to write a message's bytes to.
func newMeaning(arrived time.Time) hash.Hash {
	m := sha256.New()
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(arrived.Unix())))
	return m
}

// numbered is the meaning of the n-th of those that are alike, from 0.
func numbered(first []byte, n int) []byte {
	if n == 0 {
		return first
	}
	m := sha256.Sum256(binary.BigEndian.AppendUint64(slices.Clone(first), uint64(n)))
	return m[:]
}

// mostAlike bounds the search for a number that is free.
const mostAlike = 2 * maxPending

// mostLost is how many numbers are looked for among the meanings that were
// lost.
const mostLost = 64

// distinct is the meaning of a message that is looked at: the first that no
// other message has which waits for its removal. In a look at all messages
// anew the box knows them already, and each takes the first that no other has
// taken in this pass: those first that waited for their removal when the UIDs
// changed, for the lower numbers may be free again.
func (r *round) distinct(first []byte) []byte {
	m := first
	for n := range min(len(r.at.lost), mostLost) {
		m = numbered(first, n)
		if !r.claimed[string(m)] && slices.ContainsFunc(r.at.lost, func(l []byte) bool { return bytes.Equal(l, m) }) {
			r.claimed[string(m)] = true
			return m
		}
	}
	for n := 0; n < mostAlike; n++ {
		m = numbered(first, n)
		if !r.claimed[string(m)] && !slices.ContainsFunc(r.at.pending, func(rem removal) bool { return bytes.Equal(rem.meaning, m) }) {
			break
		}
	}
	r.claimed[string(m)] = true
	return m
}
