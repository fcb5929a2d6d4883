package entry

import (
	"fmt"
	"slices"

	"dengwen/intake"
)

// The roles of accounts, as account entries have them. An account may have
// several; one with a name that is not among these may do nothing by it.
const (
	Leader    = "leader"    // does what members do, and changes keys and accounts
	Member    = "member"    // reads and decides
	Custodian = "custodian" // opens who sent a report
)

// signers says which roles may sign which kind. Any account in force may sign
// a kind that is not here: everyone may be denied something.
var signers = map[Kind][]string{
	KindRead:     {Member, Leader, Custodian}, // a custodian reads identities
	KindNoted:    {Member, Leader},
	KindTriaged:  {Member, Leader},
	KindReplied:  {Member, Leader},
	KindHandover: {Leader}, // only with the leading group's approval
	KindAccount:  {Leader},
	KindKeys:     {Leader},
	KindErased:   {Leader}, // or by nobody: see Replies
	KindClosed:   {Leader},
}

// CheckSigner checks that the next entry is signed as its kind needs: by an
// account in force that has a role for it, over the origin in force. Keys and
// accounts after the first, erasing and the end of the inspection are a
// leader's; but what an erased entry may say that nobody signed, the header
// does not tell: see Replies. Errors wrap intake.ErrForbidden, or
// intake.ErrProof for a signature that does not verify.
func (s *State) CheckSigner(h Header) error { return s.CheckSignerAt(s.Last.Entry+1, h) }

// CheckSignerAt is CheckSigner for entry number index of the log whose clear
// entries s has taken in, by what was in force there: who was removed or given
// new keys or roles since then signed all the same.
func (s *State) CheckSignerAt(index int64, h Header) error {
	may := signers[h.Kind]
	if h.By == "" {
		leads := index >= int64(len(opening)) && slices.Equal(may, []string{Leader}) && h.Kind != KindErased
		if leads || h.Kind.Staff() {
			return fmt.Errorf("%s entry: not signed: %w", h.Kind, intake.ErrForbidden)
		}
		return nil
	}
	a, ok := s.accountAt(index, h.By)
	switch {
	case !ok:
		return fmt.Errorf("%s entry: no account %q: %w", h.Kind, h.By, intake.ErrForbidden)
	case a.Removed:
		return fmt.Errorf("%s entry: account %q was removed in entry %d: %w", h.Kind, h.By, a.Entry, intake.ErrForbidden)
	case may != nil && !slices.ContainsFunc(may, a.Has):
		return fmt.Errorf("%s entry: account %q is not a %s: %w", h.Kind, h.By, may[0], intake.ErrForbidden)
	}
	pub, err := a.PublicKey()
	if err != nil {
		return err
	}
	return h.VerifySig(s.OriginOf(index), pub)
}

// accountAt is the newest that the log said of an account before entry index,
// which is what that entry is judged by.
func (s *State) accountAt(index int64, name string) (Account, bool) {
	a, ok := s.Accounts[name]
	if ok && a.Entry < index {
		return a, true
	}
	for _, p := range slices.Backward(a.Past) {
		if p.Entry < index {
			return p, true
		}
	}
	return Account{}, false
}
