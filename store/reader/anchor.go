package reader

import (
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// An anchor ties an account to its log: it lies with the account's own keys
// under the passphrase, and a box that begins otherwise is not opened. It is
// of the first keys and the first account, for they are what every signature
// in the log hangs on. The log's origin is not in it: that is drawn after the
// first account's keys, and another may follow.
type anchor struct {
	Keys    entry.Hash `json:"keys"`    // of the body of the first keys entry
	Account entry.Hash `json:"account"` // of that of the first account entry
}

// anchorOf hashes the bodies that a log begins with. Their instants are left
// out, for the box sets them later: both are hashed as of 1970.
func anchorOf(k entry.KeysBody, a entry.AccountBody) (out anchor, err error) {
	k.At, a.At = time.Unix(0, 0), time.Unix(0, 0)
	for _, h := range []struct {
		body entry.Body
		to   *entry.Hash
	}{{k, &out.Keys}, {a, &out.Account}} {
		raw, err := entry.EncodeBody(h.body)
		if err != nil {
			return anchor{}, err
		}
		*h.to = entry.HashOf(raw)
	}
	return out, nil
}

// see takes note of a clear entry, if it is one of the first.
func (a *anchor) see(rec entry.Record, raw []byte) error {
	zero := entry.Hash{}
	first := rec.Header.Kind == entry.KindKeys && a.Keys == zero || rec.Header.Kind == entry.KindAccount && a.Account == zero
	if !first {
		return nil
	}
	body, err := entry.DecodeBody(rec.Header.Kind, raw)
	if err != nil {
		return err
	}
	switch b := body.(type) {
	case entry.KeysBody:
		b.At = time.Unix(0, 0)
		raw, err = entry.EncodeBody(b)
		a.Keys = entry.HashOf(raw)
	case entry.AccountBody:
		b.At = time.Unix(0, 0)
		raw, err = entry.EncodeBody(b)
		a.Account = entry.HashOf(raw)
	}
	return err
}

// check compares what the account was given with what the log begins with.
func (a anchor) check(log anchor) error {
	switch {
	case a.Keys != log.Keys:
		return fmt.Errorf("the box begins with other keys than this account's: it is not the same box: %w", intake.ErrDamaged)
	case a.Account != log.Account:
		return fmt.Errorf("the box begins with another account than this account's: it is not the same box: %w", intake.ErrDamaged)
	}
	return nil
}
