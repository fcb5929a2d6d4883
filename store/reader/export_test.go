package reader

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"

	"golang.org/x/crypto/chacha20poly1305"
)

const SyncBatch = syncBatch

// Stolen are the keys that someone took from an unlocked desk.
type Stolen struct {
	Teams, Custodians []seal.Identity
	views             viewSealer
}

func (d *Desk) Steal() Stolen {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return Stolen{d.keys.teams, d.keys.custodians, d.keys.views}
}

// SigningKey is the memory that holds the signing key.
func (d *Desk) SigningKey() ed25519.PrivateKey { return d.keys.signing }

// OpensView reports whether the stolen view key opens a view.
func (s Stolen) OpensView(origin string, v entry.View) bool {
	_, err := s.views.open(origin, v.Index, v.Sealed)
	return err == nil
}

// SealRow seals a view of a row as Sync would.
func (d *Desk) SealRow(origin string, row triage.Row) ([]byte, error) {
	return d.keys.views.seal(origin, view{V: formatV1, Index: row.Index, id: row.ID, Row: &row})
}

// SealBookmark seals the view of entry 0.
func (d *Desk) SealBookmark(origin, id string, size, views int64) ([]byte, error) {
	return d.keys.views.seal(origin, view{V: formatV1, id: id, Bookmark: &bookmark{size, views}})
}

// Load takes the views in the box into the queue, as the first Sync does.
func (d *Desk) Load(ctx context.Context, size int64) error {
	m, err := d.now(ctx)
	if err != nil {
		return err
	}
	return (&syncing{Desk: d, m: m}).load(ctx, size)
}

// AppendNote appends what a desk of ours would not: any note, or any stored
// bytes as one.
func (d *Desk) AppendNote(ctx context.Context, kind entry.Kind, ref string, n entry.Note, body []byte) (int64, error) {
	if body == nil {
		return d.record(ctx, kind, ref, n)
	}
	return d.append(ctx, func(m moment, _ time.Time, day string) (entry.Draft, error) {
		h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: kind, Date: day, Ref: ref, Parts: []entry.Part{partOf(entry.RoleNote, body)}}
		return d.signed(m, h, body)
	})
}

// OpensWith reports whether a key, as it is, opens a view.
func OpensWith(key []byte, origin string, v entry.View) bool {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err)
	}
	_, err = viewSealer{aead}.open(origin, v.Index, v.Sealed)
	return err == nil
}

// Held is how many calls the desk keeps in memory.
func (d *Desk) Held() int { return len(d.held.now().calls) }

// OpenedView is what a view says, as JSON.
func (d *Desk) OpenedView(origin string, v entry.View) ([]byte, error) {
	opened, err := d.keys.views.open(origin, v.Index, v.Sealed)
	if err != nil {
		return nil, err
	}
	return json.Marshal(opened)
}

// TakeCalls puts calls into the desk's memory, as a call under way does.
func (d *Desk) TakeCalls(n int) { d.held.take(book{calls: make([]intake.Call, n)}) }
