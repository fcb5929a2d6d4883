package reader

import (
	"context"
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
)

// A moment is what holds while one call is answered.
type moment struct {
	state   entry.State
	account triage.Account
	*keys
}

// now looks up what holds now. Another desk may have removed or reset the
// account, which locks this one, or begun a new generation of keys.
func (d *Desk) now(ctx context.Context) (m moment, err error) {
	d.mu.RLock()
	m.keys = d.keys
	next := d.next
	d.mu.RUnlock()
	if m.keys == nil {
		return m, errLocked
	}
	if m.state, err = d.chain.follow(ctx); err != nil {
		return m, err
	}
	a := m.state.Accounts[d.name]
	if a.Removed || a.Key != m.public && a.Key != next {
		d.Lock()
		return m, fmt.Errorf("account %s was removed or has new keys: %w", d.name, intake.ErrForbidden)
	}
	m.account = accountOf(a.AccountBody)
	if len(m.generations) == m.state.Keys.Generation {
		return m, nil
	}
	m.keys, err = d.reload(ctx, m)
	return m, err
}

// reload opens the keyring again after a new generation of keys.
func (d *Desk) reload(ctx context.Context, m moment) (*keys, error) {
	w, err := loadWrap(ctx, d.box, d.name)
	if err != nil {
		return nil, err
	}
	k, err := loadKeys(ctx, d.box, m.state, m.account, m.person, m.public, w)
	if err != nil {
		return nil, err
	}
	return k, d.replace(m.keys, k)
}

// Account is the account's name and roles, as the log has them now.
func (d *Desk) Account(ctx context.Context) (triage.Account, error) {
	m, err := d.now(ctx)
	return m.account, err
}
