package reader

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A Desk is one unlocked account at work. Its methods may be called by several
// goroutines. Once it is locked, all but List and Lock return
// intake.ErrForbidden, and List is empty.
type Desk struct {
	box   Box
	name  string
	chain *chain

	mu   sync.RWMutex // guards what follows, and the signing key against Lock
	keys *keys        // nil once locked
	next string       // the public key that this desk is about to give its own account

	writes sync.RWMutex // held for reading by who signs, for writing while the account's key changes

	queue  queue
	syncMu sync.Mutex // held by Sync
	synced progress

	held    held
	holding sync.Mutex // held by Calls
}

// Unlock opens the account's wrap with its passphrase, which is the sign-in.
// A name that is not there, one that was removed, and a wrong passphrase all
// take the same second and give intake.ErrPassphrase. An account whose wrap is
// not what the log says, or lacks keys, gives intake.ErrKey or
// intake.ErrDamaged; so does a log that breaks a rule, or that is not the one
// that the account was made for. Tries take turns, for each needs 256 MiB. The
// rows are not there before the first Sync.
func Unlock(ctx context.Context, box Box, name, passphrase string) (*Desk, error) {
	d, err := unlock(ctx, box, name, passphrase)
	if errors.Is(err, intake.ErrPassphrase) {
		err = intake.ErrPassphrase // whatever else it says tells names apart
	}
	if err != nil {
		return nil, fmt.Errorf("unlock: %w", err)
	}
	return d, nil
}

func unlock(ctx context.Context, box Box, name, passphrase string) (*Desk, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w, err := loadWrap(ctx, box, name)
	if errors.Is(err, intake.ErrNotFound) {
		// Wrapping costs what unwrapping does.
		_, err := seal.WrapPassphrase(nil, passphrase)
		return nil, errors.Join(intake.ErrPassphrase, err)
	}
	if err != nil {
		return nil, err
	}
	p, err := unlockPerson(w.Secret, passphrase)
	if err != nil {
		return nil, err
	}
	// The log is walked for those only who have the passphrase.
	c := &chain{box: box}
	state, err := c.follow(ctx)
	if err != nil {
		return nil, err
	}
	account, known := state.Accounts[name]
	known = known && !account.Removed
	// An old wrap that was put back opens with an old passphrase.
	if known && (p.key() != account.Key || p.identity.Recipient().String() != account.Recipient) {
		return nil, fmt.Errorf("the keys of %s are not those in the log: %w", name, intake.ErrKey)
	}
	if err := p.anchor.check(c.anchor()); err != nil {
		return nil, err
	}
	if !known {
		return nil, intake.ErrPassphrase
	}
	k, err := loadKeys(ctx, box, state, accountOf(account.AccountBody), p, account.Key, w)
	if err != nil {
		return nil, err
	}
	return &Desk{box: box, name: name, chain: c, keys: k}, nil
}

// Lock drops the keys, the rows and what is kept of calls. Calls under way may still end with what
// they have opened; none signs any more. Locking twice does nothing.
func (d *Desk) Lock() {
	d.mu.Lock()
	if d.keys != nil {
		// The identities are out of reach inside of age; they go with the memory.
		clear(d.keys.signing)
		d.keys = nil
	}
	d.mu.Unlock()
	d.queue.close()
	d.held.close()
}

// Name is the account's name.
func (d *Desk) Name() string { return d.name }

func loadWrap(ctx context.Context, box Box, name string) (wrap, error) {
	b, err := box.Wrap(ctx, name)
	if err != nil {
		return wrap{}, fmt.Errorf("keys of %s: %w", name, err)
	}
	w, err := decodeWrap(b)
	if err != nil {
		return wrap{}, fmt.Errorf("keys of %s: %w", name, err)
	}
	return w, nil
}

// loadKeys opens an account's keyring and, with the team's key, the view key.
func loadKeys(ctx context.Context, box Box, state entry.State, a triage.Account, p person, public string, w wrap) (*keys, error) {
	all, err := openKeyring(w.Keyring, p.identity, a, state.Keys)
	if err != nil {
		return nil, err
	}
	k := newKeys(p, public, all)
	if len(k.teams) == 0 {
		return k, nil
	}
	sealed, err := box.ViewKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("view key: %w", err)
	}
	k.views, err = openViewKey(sealed, k.teams[0])
	return k, err
}

// replace puts other keys in the place of old, unless the desk was locked or
// another call has replaced them meanwhile.
func (d *Desk) replace(old, k *keys) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keys == nil {
		return errLocked
	}
	if d.keys == old {
		d.keys = k
	}
	return nil
}

// expect says that the log may soon have another key for this account.
func (d *Desk) expect(public string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next = public
}

// renew gives the desk its account's new keys, unless it was locked meanwhile;
// those of the team stay.
func (d *Desk) renew(p person) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keys == nil {
		clear(p.signing)
		return
	}
	k := newKeys(p, p.key(), d.keys.generations)
	k.views = d.keys.views
	clear(d.keys.signing)
	d.keys = k
}

// unlocked returns an error if the desk is locked.
func (d *Desk) unlocked() error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.keys == nil {
		return errLocked
	}
	return nil
}

// sign signs a header as this account.
func (d *Desk) sign(h *entry.Header, origin string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.keys == nil {
		return errLocked
	}
	h.By = d.name
	h.Sign(origin, d.keys.signing)
	return nil
}

var errLocked = fmt.Errorf("the desk is locked: unlock again: %w", intake.ErrForbidden)
