package reader

import (
	"context"
	"fmt"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// RemoveAccount removes an account and begins a new generation of keys, so
// that what is sealed from then on is beyond it, whatever it kept. What was
// sealed before, it could read before, and can still read in a copy of the
// box. The views are made anew at the next Sync. Only leaders may, and none
// removes themself.
//
// The new generation comes first: if the call fails in between, the account is
// still there, without the new keys, and the call can be repeated.
func (d *Desk) RemoveAccount(ctx context.Context, name string) error {
	if err := d.removeAccount(ctx, name); err != nil {
		return fmt.Errorf("remove account: %w", err)
	}
	return nil
}

func (d *Desk) removeAccount(ctx context.Context, name string) error {
	m, err := d.leading(ctx)
	if err != nil {
		return err
	}
	if name == d.name {
		return fmt.Errorf("%s cannot remove itself, another leader can: %w", name, intake.ErrForbidden)
	}
	if _, err := m.working(name); err != nil {
		return err
	}
	if err := d.rotate(ctx, name); err != nil {
		return err
	}
	_, err = d.append(ctx, func(m moment, at time.Time, day string) (entry.Draft, error) {
		if _, err := m.working(name); err != nil {
			return entry.Draft{}, err
		}
		body := m.state.Accounts[name].AccountBody
		body.At, body.Removed = m.stamp(at), true
		draft, err := d.plain(m, day, body)
		draft.Wraps = map[string][]byte{name: nil}
		return draft, err
	})
	if err != nil {
		return err
	}
	// The view key that the account may have kept opens the old ones.
	if err := d.box.DropViews(ctx); err != nil {
		return fmt.Errorf("%s is removed, but the old views are still there, reindex: %w", name, err)
	}
	return nil
}

// rotate begins a new generation of keys for all accounts but one.
func (d *Desk) rotate(ctx context.Context, without string) error {
	_, err := d.append(ctx, func(m moment, at time.Time, day string) (entry.Draft, error) {
		g, err := newGeneration()
		if err != nil {
			return entry.Draft{}, err
		}
		body := m.state.Keys
		body.At, body.Generation = m.stamp(at), body.Generation+1
		body.Team, body.Custodian = g.team.Recipient().String(), g.custodian.Recipient().String()
		draft, err := d.plain(m, day, body)
		if err != nil {
			return draft, err
		}
		if draft.ViewKey, err = newViewKey(g.team.Recipient()); err != nil {
			return draft, err
		}
		draft.Wraps = map[string][]byte{}
		for name, a := range m.state.Accounts {
			if name == without || a.Removed {
				continue
			}
			if draft.Wraps[name], err = d.extend(ctx, a.AccountBody, g, body.Generation); err != nil {
				return draft, err
			}
		}
		return draft, nil
	})
	return err
}

// extend adds a ring to an account's keyring. Nothing of it needs to be opened
// for that, so a leader can give a custodian new keys without holding the old.
func (d *Desk) extend(ctx context.Context, b entry.AccountBody, g generation, n int) ([]byte, error) {
	to, err := seal.ParseRecipient(b.Recipient)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", b.Account, err)
	}
	w, err := loadWrap(ctx, d.box, b.Account)
	if err != nil {
		return nil, err
	}
	if len(w.Keyring) != n-1 {
		return nil, fmt.Errorf("account %s lacks keys, reset it first: %w", b.Account, intake.ErrKey)
	}
	r, err := g.ringFor(accountOf(b), n, to)
	if err != nil {
		return nil, err
	}
	w.Keyring = append(w.Keyring, r)
	return w.encode()
}
