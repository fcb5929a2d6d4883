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

// anchorOf is the anchor of a log that begins with these bodies.
func anchorOf(k entry.KeysBody, a entry.AccountBody) (out anchor, err error) {
	if err := out.see(k); err != nil {
		return anchor{}, err
	}
	return out, out.see(a)
}

// see takes note of a clear body, if it is one of the first. The instant is
// left out, for the box sets it later: the body is hashed as of 1970.
func (a *anchor) see(body entry.Body) error {
	var to *entry.Hash
	switch b := body.(type) {
	case entry.KeysBody:
		b.At = time.Unix(0, 0)
		body, to = b, &a.Keys
	case entry.AccountBody:
		b.At = time.Unix(0, 0)
		body, to = b, &a.Account
	}
	if to == nil || *to != (entry.Hash{}) {
		return nil
	}
	raw, err := entry.EncodeBody(body)
	*to = entry.HashOf(raw)
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
