package reader

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// A ring is the identities of one generation that an account may have.
type ring struct {
	V          int    `json:"v"`
	Generation int    `json:"generation"`
	Team       string `json:"team,omitempty"`      // leaders and members
	Custodian  string `json:"custodian,omitempty"` // custodians
}

// A generation is the identities behind one keys entry. An account that may
// not have one of them holds it as the zero Identity.
type generation struct {
	team, custodian seal.Identity
}

func newGeneration() (generation, error) {
	team, err := seal.NewIdentity()
	if err != nil {
		return generation{}, err
	}
	custodian, err := seal.NewIdentity()
	return generation{team, custodian}, err
}

// ringFor seals what an account with these roles may have of generation number n.
func (g generation) ringFor(a triage.Account, n int, to seal.Recipient) ([]byte, error) {
	r := ring{V: formatV1, Generation: n}
	if a.Is(triage.Leader, triage.Member) {
		r.Team = g.team.String()
	}
	if a.Is(triage.Custodian) {
		if r.Custodian = g.custodian.String(); r.Custodian == "" {
			return nil, fmt.Errorf("only a leader who is a custodian can give a custodian's keys: %w", intake.ErrForbidden)
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	defer clear(b)
	return seal.Seal(b, seal.LeastNote, to)
}

// keyringFor seals what an account may have of all generations.
func keyringFor(generations []generation, a triage.Account, to seal.Recipient) (rings [][]byte, err error) {
	for i, g := range generations {
		r, err := g.ringFor(a, i+1, to)
		if err != nil {
			return nil, err
		}
		rings = append(rings, r)
	}
	return rings, nil
}

func openRing(sealed []byte, with seal.Identity) (r ring, g generation, err error) {
	b, err := seal.Open(sealed, seal.LeastNote, with)
	if err != nil {
		return r, g, err
	}
	defer clear(b)
	return parseRing(b)
}

// parseRing reads a ring with its padding. It may be anybody's: everyone can
// seal to an account.
func parseRing(b []byte) (r ring, g generation, err error) {
	if err := decode(bytes.TrimRight(b, " "), &r); err != nil {
		return r, g, err
	}
	if err := checkVersion("ring", r.V); err != nil {
		return r, g, err
	}
	for _, k := range []struct {
		text string
		into *seal.Identity
	}{{r.Team, &g.team}, {r.Custodian, &g.custodian}} {
		if k.text == "" {
			continue
		}
		if *k.into, err = seal.ParseIdentity(k.text); err != nil {
			return r, g, err
		}
	}
	return r, g, nil
}

// openKeyring opens all rings of an account. A keyring with a gap, or whose
// newest keys are not those that the log names, wraps intake.ErrKey: only with
// every generation at hand can the reader say of a report that the team may
// not open it.
func openKeyring(rings [][]byte, with seal.Identity, a triage.Account, keys entry.KeysBody) ([]generation, error) {
	if len(rings) != keys.Generation {
		return nil, fmt.Errorf("account %s has keys of %d generations, the log of %d: a leader must reset it: %w", a.Name, len(rings), keys.Generation, intake.ErrKey)
	}
	all := make([]generation, len(rings))
	for i, sealed := range rings {
		r, g, err := openRing(sealed, with)
		if err != nil {
			return nil, fmt.Errorf("keyring of %s, generation %d: %w", a.Name, i+1, err)
		}
		lacks := a.Is(triage.Leader, triage.Member) && r.Team == "" || a.Is(triage.Custodian) && r.Custodian == ""
		if r.Generation != i+1 || lacks {
			return nil, fmt.Errorf("keyring of %s, generation %d: not whole: %w", a.Name, i+1, intake.ErrKey)
		}
		all[i] = g
	}
	newest := all[len(all)-1]
	if !isFor(newest.team, keys.Team) || !isFor(newest.custodian, keys.Custodian) {
		return nil, fmt.Errorf("keyring of %s: its newest keys are not those in the log: %w", a.Name, intake.ErrKey)
	}
	return all, nil
}

// isFor reports whether an identity, if there is one, opens what is sealed to
// the recipient.
func isFor(id seal.Identity, recipient string) bool {
	return id == seal.Identity{} || id.Recipient().String() == recipient
}

// keys are what an unlocked account holds. They do not change; a new
// generation makes new ones.
type keys struct {
	person
	public      string       // of the signing key, as the log has it
	generations []generation // oldest first
	teams       []seal.Identity
	custodians  []seal.Identity // both newest first, empty for who may not have them
	views       viewSealer      // none without the team's key
}

func newKeys(p person, public string, all []generation) *keys {
	k := &keys{person: p, public: public, generations: all}
	for _, g := range slices.Backward(all) {
		if g.team != (seal.Identity{}) {
			k.teams = append(k.teams, g.team)
		}
		if g.custodian != (seal.Identity{}) {
			k.custodians = append(k.custodians, g.custodian)
		}
	}
	return k
}

// accountOf is an account as the desk knows it.
func accountOf(b entry.AccountBody) triage.Account {
	a := triage.Account{Name: b.Account, Removed: b.Removed}
	for _, r := range b.Roles {
		a.Roles = append(a.Roles, triage.Role(r))
	}
	return a
}
