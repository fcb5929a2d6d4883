package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"dengwen/intake"

	"go.etcd.io/bbolt"
)

// Marks in the dedupe bucket: a meaning that was accepted, followed by the
// entry's id, or one that was refused and counted; and, under a hash that no
// report has, one that was set aside and counted.
const (
	markAccepted = 'a'
	markRefused  = 'r'
	markAside    = 'q'
)

// meaning is the keyed hash of a report's source. The key lies in the box, so
// a seized disk confirms what somebody already knows word for word, and
// nothing else. Channels do not share meanings.
func (b *Box) meaning(r *intake.Report) []byte {
	return b.keyed(string(r.Channel), r.Source.Meaning)
}

// asideMeaning is the keyed hash of what was set aside. No channel's name has a
// slash, so it is never that of a report: a message that was set aside can still
// be submitted.
func (b *Box) asideMeaning(ch intake.Channel, meaning []byte) []byte {
	return b.keyed("aside/"+string(ch), meaning)
}

// keyed hashes a meaning within a domain; an empty one has no hash.
func (b *Box) keyed(domain string, meaning []byte) []byte {
	if len(meaning) == 0 {
		return nil
	}
	m := hmac.New(sha256.New, b.secrets.dedupe)
	m.Write([]byte(domain))
	m.Write([]byte{0})
	m.Write(meaning)
	return m.Sum(nil)
}

// known reports whether a meaning was accepted, or counted, before.
func known(tx *bbolt.Tx, mac []byte) bool {
	return mac != nil && tx.Bucket(bucketDedupe).Get(mac) != nil
}

// acceptedBefore is the id of the entry that a meaning was accepted as, or "".
func acceptedBefore(tx *bbolt.Tx, mac []byte) string {
	if mac == nil {
		return ""
	}
	if v := tx.Bucket(bucketDedupe).Get(mac); len(v) == 17 && v[0] == markAccepted {
		return hex.EncodeToString(v[1:])
	}
	return ""
}

func (t *txn) remember(mac []byte, id string) error {
	if mac == nil {
		return nil
	}
	key, err := idKey(id)
	if err != nil {
		return err
	}
	return t.Bucket(bucketDedupe).Put(mac, append([]byte{markAccepted}, key...))
}

func (t *txn) rememberRefused(mac []byte) error {
	if mac == nil {
		return nil
	}
	return t.Bucket(bucketDedupe).Put(mac, []byte{markRefused})
}
