package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// Append writes an entry that was sealed and signed by an account: what staff
// did, or a change of accounts and keys. The box checks everything that it can
// without a key: the bodies against the header, the signature against the
// account, that a leader signed where one must. Errors: ErrForbidden for who
// may not, ErrClock when the day changed since the draft was made, ErrDamaged
// when header and bodies disagree.
func (b *Box) Append(ctx context.Context, d entry.Draft) (index int64, err error) {
	if err := checkBodies(d); err != nil {
		return 0, err
	}
	err = b.update(ctx, func(t *txn) (err error) {
		if err := t.allow(d); err != nil {
			return err
		}
		if index, err = t.append(d.Header, d.Bodies); err != nil {
			return err
		}
		return t.keepWraps(d.Wraps, d.ViewKey)
	})
	return index, err
}

// checkBodies compares what came with what the header says.
func checkBodies(d entry.Draft) error {
	if err := d.Header.Validate(); err != nil {
		return err
	}
	if len(d.Bodies) != len(d.Header.Parts) {
		return fmt.Errorf("%d bodies for %d parts: %w", len(d.Bodies), len(d.Header.Parts), intake.ErrDamaged)
	}
	for i, p := range d.Header.Parts {
		if p.Role.Blob() || p.Size != int64(len(d.Bodies[i])) || p.SHA256 != entry.HashOf(d.Bodies[i]) {
			return fmt.Errorf("part %d (%s) is not what the header says: %w", i, p.Role, intake.ErrDamaged)
		}
	}
	return nil
}

// allow checks who signed the draft and what for.
func (t *txn) allow(d entry.Draft) error {
	h := d.Header
	if !h.Kind.Staff() && h.Kind != entry.KindAccount && h.Kind != entry.KindKeys {
		return fmt.Errorf("%s entries are made by the box: %w", h.Kind, intake.ErrForbidden)
	}
	if err := t.state.CheckSigner(h); err != nil {
		return err
	}
	if h.Date != t.today() {
		return fmt.Errorf("the entry is dated %s and it is %s: %w", h.Date, t.today(), intake.ErrClock)
	}
	if h.Kind.Clear() {
		return t.allowClear(d)
	}
	if len(d.Wraps) > 0 || d.ViewKey != nil {
		return fmt.Errorf("keys come with account and keys entries only: %w", intake.ErrForbidden)
	}
	at, err := find(t.Tx, h.Ref)
	if err != nil {
		return err
	}
	if rec, _, err := readEntry(t.Tx, at); err != nil || rec.Header.Kind != entry.KindAccepted {
		return fmt.Errorf("entry %s is not a report: %w", h.Ref, intake.ErrNotFound)
	}
	return nil
}

// allowClear checks a change of accounts or keys: its instant, since later ones
// may not lie before it, and whose wrapped keys come with it.
func (t *txn) allowClear(d entry.Draft) error {
	body, err := entry.DecodeBody(d.Header.Kind, d.Bodies[0])
	if err != nil {
		return err
	}
	if body.When().After(t.now.Add(clockSlack)) {
		return fmt.Errorf("the entry says %s, and it is %s: %w", body.When().Format(time.RFC3339), t.now.UTC().Format(time.RFC3339), intake.ErrClock)
	}
	account, one := body.(entry.AccountBody)
	if one && d.ViewKey != nil {
		return fmt.Errorf("a view key comes with keys entries only: %w", intake.ErrForbidden)
	}
	for name := range d.Wraps {
		known, ok := t.state.Accounts[name]
		if one && name != account.Account || !one && (!ok || known.Removed) {
			return fmt.Errorf("wrapped keys of %q do not belong to this entry: %w", name, intake.ErrForbidden)
		}
	}
	return nil
}

// keepWraps stores wrapped keys in the transaction of the entry that they come
// with. An empty wrap takes an account's keys away.
func (t *txn) keepWraps(wraps map[string][]byte, viewKey []byte) error {
	b := t.Bucket(bucketWraps)
	for account, wrap := range wraps {
		if len(wrap) == 0 {
			if err := b.Delete([]byte(account)); err != nil {
				return err
			}
			continue
		}
		if err := b.Put([]byte(account), wrap); err != nil {
			return err
		}
	}
	if viewKey == nil {
		return nil
	}
	return t.Bucket(bucketMeta).Put(metaViewKey, viewKey)
}

// Wrap is an account's wrapped keys; ErrNotFound when it has none.
func (b *Box) Wrap(_ context.Context, account string) ([]byte, error) {
	return b.get(bucketWraps, []byte(account))
}

// ViewKey is the key of the views, wrapped to the team.
func (b *Box) ViewKey(context.Context) ([]byte, error) { return b.get(bucketMeta, metaViewKey) }

func (b *Box) get(bucket, key []byte) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		if value = bytes.Clone(tx.Bucket(bucket).Get(key)); value == nil {
			return fmt.Errorf("%s: %w", bucket, intake.ErrNotFound)
		}
		return nil
	})
	return value, err
}
