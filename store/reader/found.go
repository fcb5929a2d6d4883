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
	body, stored, err := newAccount(account, passphrase, []generation{g})
	if err != nil {
		return fail(err)
	}
	viewKey, err := newViewKey(g.team.Recipient())
	if err != nil {
		return fail(err)
	}
	return Founding{
		Keys:    entry.KeysBody{Generation: 1, Team: g.team.Recipient().String(), Custodian: g.custodian.Recipient().String(), Archive: archive, Office: office},
		Account: body,
		Wraps:   map[string][]byte{name: stored},
		ViewKey: viewKey,
	}, nil
}

// newAccount draws an account's own keys and returns what the log says of it,
// but for the instant, and what the box keeps for it.
func newAccount(a triage.Account, passphrase string, generations []generation) (body entry.AccountBody, stored []byte, err error) {
	p, err := newPerson()
	if err != nil {
		return body, nil, err
	}
	defer clear(p.signing)
	w := wrap{V: formatV1}
	if w.Keyring, err = keyringFor(generations, a, p.identity.Recipient()); err != nil {
		return body, nil, err
	}
	if w.Secret, err = p.lock(passphrase); err != nil {
		return body, nil, err
	}
	if stored, err = w.encode(); err != nil {
		return body, nil, err
	}
	return entry.AccountBody{Account: a.Name, Roles: sortedRoles(a.Roles), Key: p.key(), Recipient: p.identity.Recipient().String()}, stored, nil
}

func badName(name string) error {
	return fmt.Errorf("name %q: write 1 to 32 of a-z, 0-9 and the hyphen: %w", name, intake.ErrInvalid)
}
