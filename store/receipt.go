package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"dengwen/intake"
	"dengwen/store/seal"

	"go.etcd.io/bbolt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Argon2id (RFC 9106) turns a receipt code into keys at about a millisecond:
// 1 MiB, one pass, one lane. The code's 22 random digits (73 bits) are what
// keeps a seized disk from being searched; the cost only makes it dearer.
const (
	receiptMemory = 1 << 10 // KiB
	receiptPasses = 1
	receiptLanes  = 1
)

// rowSize is what every row is padded to before it is sealed, so that rows
// tell nothing by their length.
const rowSize = 512

// A receipt is the code that a reporter takes away and what the box keeps
// against it. The box keeps neither the code nor a key that comes of it.
type receipt struct {
	text     intake.Receipt
	identity seal.Identity
	lookup   []byte // where the row lies
	row      []byte // nonce and XChaCha20-Poly1305 ciphertext
}

// receiptRow is what the code opens.
type receiptRow struct {
	ID        string `json:"id"`                   // the accepted entry
	Identity  string `json:"identity"`             // opens the replies
	AboutTeam bool   `json:"about_team,omitempty"` // what is added goes to the office too
}

// newReceipt makes the code, the identity that replies will be sealed to, and
// the row. The caller holds a core.
func (b *Box) newReceipt(id string, aboutTeam bool) (*receipt, error) {
	identity, err := seal.NewIdentity()
	if err != nil {
		return nil, err
	}
	r := &receipt{text: intake.NewReceipt(), identity: identity}
	plain, err := json.Marshal(receiptRow{ID: id, Identity: identity.String(), AboutTeam: aboutTeam})
	if err != nil {
		return nil, err
	}
	if len(plain) > rowSize {
		return nil, fmt.Errorf("receipt row of %d bytes: %w", len(plain), intake.ErrTooLong)
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, rowSize-len(plain))...)
	lookup, key := b.receiptKeys(r.text)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	r.lookup, r.row = lookup, aead.Seal(nonce, nonce, plain, lookup)
	return r, nil
}

// receiptKeys derives the row's place and the row's key from a code.
func (b *Box) receiptKeys(code intake.Receipt) (lookup, key []byte) {
	k := argon2.IDKey([]byte(code), b.secrets.salt, receiptPasses, receiptMemory, receiptLanes, 64)
	return k[:32], k[32:]
}

// lookupKeys is receiptKeys for a code that somebody sent, when its turn comes.
func (b *Box) lookupKeys(ctx context.Context, code intake.Receipt) (lookup, key []byte, err error) {
	if err := hold(ctx, b.lookups); err != nil {
		return nil, nil, err
	}
	defer func() { <-b.lookups }()
	lookup, key = b.receiptKeys(code)
	return lookup, key, nil
}

// hold takes one of a bounded number of places, and ends with ctx.
func hold(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *receipt) code() string {
	if r == nil {
		return ""
	}
	return string(r.text)
}

// put stores the row in the transaction of the report it belongs to.
func (r *receipt) put(t *txn) error {
	if r == nil {
		return nil
	}
	return t.Bucket(bucketReceipts).Put(r.lookup, r.row)
}

// openReceipt finds and opens the row of a code as somebody sent it. One that is
// none gives ErrMistyped before anything is looked up; one that no report has
// gives ErrNotFound, at the same cost as one that is found.
func (b *Box) openReceipt(ctx context.Context, code string) (row receiptRow, err error) {
	receipt, err := intake.ParseReceipt(code)
	if err != nil {
		return row, err
	}
	return b.openRow(ctx, receipt)
}

// openRow is openReceipt for a code that was understood already.
func (b *Box) openRow(ctx context.Context, code intake.Receipt) (row receiptRow, err error) {
	// Anybody can send codes that are well formed: those who wait with one wait
	// for each other, and never for or before those who send a report.
	lookup, key, err := b.lookupKeys(ctx, code)
	if err != nil {
		return row, err
	}
	var sealed []byte
	err = b.view(func(tx *bbolt.Tx) error {
		sealed = bytes.Clone(tx.Bucket(bucketReceipts).Get(lookup))
		return nil
	})
	if err != nil {
		return row, err
	}
	if sealed == nil {
		return row, fmt.Errorf("receipt: %w", intake.ErrNotFound)
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return row, err
	}
	if len(sealed) < aead.NonceSize() {
		return row, fmt.Errorf("receipt row: %w", intake.ErrDamaged)
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], lookup)
	if err != nil {
		return row, fmt.Errorf("receipt row: %w", intake.ErrDamaged)
	}
	if err := json.Unmarshal(plain, &row); err != nil {
		return row, fmt.Errorf("receipt row: %w", intake.ErrDamaged)
	}
	return row, nil
}
