package reader

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Accounts lists all accounts by name, removed ones too.
func (d *Desk) Accounts(ctx context.Context) ([]triage.Account, error) {
	m, err := d.now(ctx)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	var list []triage.Account
	for _, a := range m.state.Accounts {
		list = append(list, accountOf(a.AccountBody))
	}
	slices.SortFunc(list, func(a, b triage.Account) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// AddAccount makes an account with at least one role. Only leaders may, and
// only one who is a custodian too can make a custodian, for nobody gives away
// keys that they do not hold. A name is never used twice. It takes about a
// second. Errors wrap intake.ErrForbidden, intake.ErrInvalid or
// intake.ErrTooLong.
func (d *Desk) AddAccount(ctx context.Context, name string, roles []triage.Role, passphrase string) error {
	if err := d.addAccount(ctx, triage.Account{Name: name, Roles: roles}, passphrase); err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	return nil
}

func (d *Desk) addAccount(ctx context.Context, a triage.Account, passphrase string) error {
	m, err := d.leading(ctx)
	if err != nil {
		return err
	}
	if !entry.ValidAccount(a.Name) {
		return badName(a.Name)
	}
	if _, used := m.state.Accounts[a.Name]; used {
		return fmt.Errorf("name %q is, or was, another account's: %w", a.Name, intake.ErrInvalid)
	}
	if len(a.Roles) == 0 {
		return fmt.Errorf("account %s has no role: %w", a.Name, intake.ErrInvalid)
	}
	for _, r := range a.Roles {
		if !r.Valid() {
			return fmt.Errorf("role %q: write %v: %w", r, triage.Roles(), intake.ErrInvalid)
		}
	}
	return d.writeAccount(ctx, m, a, passphrase)
}

// ResetAccount gives an account a new passphrase and new keys of its own; its
// roles stay. Whoever is at a desk under that name is locked out, except the
// leader who resets their own account. The rules are those of AddAccount. What
// the old passphrase could open in a stolen copy of the box it still opens:
// for a passphrase that others know, remove the account instead.
func (d *Desk) ResetAccount(ctx context.Context, name, passphrase string) error {
	if err := d.resetAccount(ctx, name, passphrase); err != nil {
		return fmt.Errorf("reset account: %w", err)
	}
	return nil
}

func (d *Desk) resetAccount(ctx context.Context, name, passphrase string) error {
	m, err := d.leading(ctx)
	if err != nil {
		return err
	}
	a, err := m.working(name)
	if err != nil {
		return err
	}
	return d.writeAccount(ctx, m, a, passphrase)
}

// writeAccount draws an account's keys and writes its entry.
func (d *Desk) writeAccount(ctx context.Context, m moment, a triage.Account, passphrase string) error {
	if err := seal.CheckPassphrase(passphrase); err != nil {
		return err
	}
	// Who may not give the keys is told before a second goes by.
	if _, err := keyringFor(m.generations[:1], a, m.identity.Recipient()); err != nil {
		return err
	}
	o, err := newOwn(d.chain.anchor(), passphrase)
	if err != nil {
		return err
	}
	f := func(m moment, at time.Time, day string) (entry.Draft, error) {
		body := o.body(a)
		body.At = m.stamp(at)
		draft, err := d.plain(m, day, body)
		if err != nil {
			return draft, err
		}
		stored, err := o.wrap(a, m.generations)
		draft.Wraps = map[string][]byte{a.Name: stored}
		return draft, err
	}
	if a.Name == d.name {
		return d.writeSelf(ctx, o, f)
	}
	defer clear(o.signing)
	_, err = d.append(ctx, f)
	return err
}

// writeSelf writes this account's own entry and goes on under its new key.
func (d *Desk) writeSelf(ctx context.Context, o own, f drafter) error {
	d.writes.Lock()
	defer d.writes.Unlock()
	d.expect(o.key())
	if _, err := d.write(ctx, f); err != nil {
		clear(o.signing)
		return err
	}
	d.renew(o.person)
	return nil
}

// leading is now, for calls that only a leader may make.
func (d *Desk) leading(ctx context.Context) (moment, error) {
	m, err := d.now(ctx)
	if err == nil && !m.account.Is(triage.Leader) {
		err = fmt.Errorf("%s is not a leader: %w", d.name, intake.ErrForbidden)
	}
	return m, err
}

// working returns an account that is there and not removed.
func (m moment) working(name string) (triage.Account, error) {
	a, known := m.state.Accounts[name]
	if !known || a.Removed {
		return triage.Account{}, fmt.Errorf("account %q: %w", name, intake.ErrNotFound)
	}
	return accountOf(a.AccountBody), nil
}

func sortedRoles(roles []triage.Role) []string {
	set := map[string]bool{}
	for _, r := range roles {
		set[string(r)] = true
	}
	return slices.Sorted(maps.Keys(set))
}
