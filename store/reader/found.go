package reader

import (
	"fmt"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A Founding is what a new box begins with: public keys for its first entries,
// and their private halves wrapped to the first account.
type Founding struct {
	Keys    entry.KeysBody    // generation 1; no instant yet
	Account entry.AccountBody // leader, member and custodian; no instant yet
	Wraps   map[string][]byte // by account
	ViewKey []byte
}

// Found draws the keys of a new box and of its first account, which has every
// role. The archive's and the office's keys are given as recipients, for their
// private halves are never here. It takes about a second. Errors wrap
// intake.ErrInvalid, intake.ErrTooLong or intake.ErrKey and name the argument.
func Found(name, passphrase, archive, office string) (Founding, error) {
	fail := func(err error) (Founding, error) { return Founding{}, fmt.Errorf("first account: %w", err) }
	if !entry.ValidAccount(name) {
		return fail(badName(name))
	}
	if err := seal.CheckPassphrase(passphrase); err != nil {
		return fail(err)
	}
	for _, r := range []struct{ what, text string }{{"archive", archive}, {"office", office}} {
		if _, err := seal.ParseRecipient(r.text); err != nil {
			return Founding{}, fmt.Errorf("%s key: %w", r.what, err)
		}
	}
	account := triage.Account{Name: name, Roles: triage.Roles()}
	g, err := newGeneration()
	if err != nil {
		return fail(err)
	}
	p, err := newPerson()
	if err != nil {
		return fail(err)
	}
	defer clear(p.signing)
	keys := entry.KeysBody{Generation: 1, Team: g.team.Recipient().String(), Custodian: g.custodian.Recipient().String(), Archive: archive, Office: office}
	if p.anchor, err = anchorOf(keys, p.body(account)); err != nil {
		return fail(err)
	}
	own, err := p.own(passphrase)
	if err != nil {
		return fail(err)
	}
	stored, err := own.wrap(account, []generation{g})
	if err != nil {
		return fail(err)
	}
	viewKey, err := newViewKey(g.team.Recipient())
	if err != nil {
		return fail(err)
	}
	return Founding{
		Keys:    keys,
		Account: own.body(account),
		Wraps:   map[string][]byte{name: stored},
		ViewKey: viewKey,
	}, nil
}

// own is an account's own keys on their way into the box: drawn once, for
// wrapping takes a second, while its keyring follows the keys in force.
type own struct {
	person
	locked []byte // by the passphrase
}

// newOwn draws the keys of an account of the log of that anchor.
func newOwn(log anchor, passphrase string) (own, error) {
	p, err := newPerson()
	if err != nil {
		return own{}, err
	}
	p.anchor = log
	return p.own(passphrase)
}

func (p person) own(passphrase string) (own, error) {
	locked, err := p.lock(passphrase)
	return own{p, locked}, err
}

// wrap is what the box keeps for the account: its keys, and what it may have
// of the generations.
func (o own) wrap(a triage.Account, generations []generation) ([]byte, error) {
	rings, err := keyringFor(generations, a, o.identity.Recipient())
	if err != nil {
		return nil, err
	}
	return wrap{V: formatV1, Secret: o.locked, Keyring: rings}.encode()
}

// body is what the log says of the account, but for the instant.
func (p person) body(a triage.Account) entry.AccountBody {
	return entry.AccountBody{Account: a.Name, Roles: sortedRoles(a.Roles), Key: p.key(), Recipient: p.identity.Recipient().String()}
}

func badName(name string) error {
	return fmt.Errorf("name %q: write 1 to 32 of a-z, 0-9 and the hyphen: %w", name, intake.ErrInvalid)
}
