package entry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
)

func TestCheckSigner(t *testing.T) {
	l := wholeLog(t)
	signed := func(h entry.Header, by, under string, key string) entry.Header {
		h.By = by
		h.Sign(under, signingKey(key))
		return h
	}
	plain := func(k entry.Kind) entry.Header {
		h := valid(k)
		h.By, h.Sig = "", ""
		return h
	}
	read := valid(entry.KindRead)
	before := entry.NewChecker() // until wei is removed
	for i := range atWeiRemoved {
		before.Entry(int64(i), l.headers[i], l.bodies[i])
	}
	early := before.State()
	for _, c := range []struct {
		name string
		s    entry.State
		h    entry.Header
		is   error
	}{
		{"a leader", early, signed(read, "ling", origin, "ling"), nil},
		{"an account", early, signed(read, "wei", origin, "wei"), nil},
		{"with another's key", early, signed(read, "wei", origin, "ling"), intake.ErrProof},
		{"no such account", early, signed(read, "an", origin, "an"), intake.ErrForbidden},
		{"not signed", early, plain(entry.KindRead), intake.ErrForbidden},
		{"a removed account", l.state, signed(read, "wei", newOrigin, "wei"), intake.ErrForbidden},
		{"under the old origin", l.state, signed(read, "ling", origin, "ling"), intake.ErrProof},
		{"under the new origin", l.state, signed(read, "ling", newOrigin, "ling"), nil},
		{"under the new origin too early", early, signed(read, "ling", newOrigin, "ling"), intake.ErrProof},
		{"account by a leader", early, signed(valid(entry.KindAccount), "ling", origin, "ling"), nil},
		{"account by another", early, signed(valid(entry.KindAccount), "wei", origin, "wei"), intake.ErrForbidden},
		{"account by none", early, plain(entry.KindAccount), intake.ErrForbidden},
		{"keys by a leader", early, signed(valid(entry.KindKeys), "ling", origin, "ling"), nil},
		{"keys by another", early, signed(valid(entry.KindKeys), "wei", origin, "wei"), intake.ErrForbidden},
		{"keys by none", early, plain(entry.KindKeys), intake.ErrForbidden},
		{"first keys", entry.State{}, plain(entry.KindKeys), nil},
		{"first account", entry.State{}, plain(entry.KindAccount), nil},
		{"first account signed", entry.State{}, valid(entry.KindAccount), intake.ErrForbidden},
		{"exported by none", early, plain(entry.KindExported), nil},
		{"exported by an account", early, signed(valid(entry.KindExported), "wei", origin, "wei"), nil},
		{"erased by a leader", early, signed(valid(entry.KindErased), "ling", origin, "ling"), nil},
		{"erased by another", early, signed(valid(entry.KindErased), "wei", origin, "wei"), intake.ErrForbidden},
		{"erased by none", early, plain(entry.KindErased), nil}, // see TestReplies
		{"closed by a leader", early, signed(valid(entry.KindClosed), "ling", origin, "ling"), nil},
		{"closed by another", early, signed(valid(entry.KindClosed), "wei", origin, "wei"), intake.ErrForbidden},
		{"closed by none", early, plain(entry.KindClosed), intake.ErrForbidden},
		{"erased by a stranger", early, signed(valid(entry.KindErased), "an", origin, "an"), intake.ErrForbidden},
		{"a report", early, plain(entry.KindAccepted), nil},
	} {
		if err := c.s.CheckSigner(c.h); !errors.Is(err, c.is) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.is)
		}
	}
}

// Every kind, signed by an account that has just one role.
func TestCheckSignerByRole(t *testing.T) {
	l := newLog(t)
	roles := []string{entry.Leader, entry.Member, entry.Custodian, "guest", ""}
	for i, r := range roles {
		a := account(l.at, fmt.Sprint("only-", i), r)
		if r == "" {
			a.Roles = nil
		}
		l.clear("ling", a)
	}
	team, all := []string{entry.Leader, entry.Member}, roles
	want := map[entry.Kind][]string{
		entry.KindRead: {entry.Leader, entry.Member, entry.Custodian}, entry.KindDenied: all,
		entry.KindNoted: team, entry.KindTriaged: team, entry.KindReplied: team, entry.KindHandover: {entry.Leader},
		entry.KindAccount: {entry.Leader}, entry.KindKeys: {entry.Leader}, entry.KindErased: {entry.Leader}, entry.KindClosed: {entry.Leader},
		entry.KindExported: all,
	}
	for _, k := range entry.Kinds() {
		if want[k] == nil {
			continue // never signed, which the header's grammar sees to
		}
		for i, r := range roles {
			h := valid(k)
			h.By = fmt.Sprint("only-", i)
			h.Sign(origin, signingKey(h.By))
			err, may := l.state.CheckSigner(h), slices.Contains(want[k], r)
			if may && err != nil || !may && !errors.Is(err, intake.ErrForbidden) {
				t.Errorf("%s by a %q: %v", k, r, err)
			}
		}
	}
}

// What was signed long ago verifies by what was in force then: the account's
// key and roles, and the log's origin.
func TestCheckSignerAt(t *testing.T) {
	l := newLog(t)
	l.clear("ling", account(l.at, "wei", entry.Member)) // 4
	n := l.accepted(intake.Web, l.day())                // 5
	read := l.headers[l.staff(entry.KindRead, n, "wei")]
	noted := l.headers[l.staff(entry.KindNoted, n, "wei")]
	reset := account(l.at, "wei", entry.Custodian) // 8: another key, another role
	reset.Key = account(l.at, "an").Key
	l.clear("ling", reset)
	by := func(k entry.Kind, key, under string) entry.Header {
		h := valid(k)
		h.By = "wei"
		h.Sign(under, signingKey(key))
		return h
	}
	late := by(entry.KindRead, "an", origin)
	l.add(late, nil)                                                                                                           // 9
	l.clear("", entry.Restored{At: l.at, Origin: newOrigin, Key: newKey, Was: origin, Size: 10, Root: entry.HashOf([]byte{})}) // 10
	reset.Removed = true
	l.clear("ling", reset) // 11
	raw, err := json.Marshal(l.state)
	if err != nil {
		t.Fatal(err)
	}
	var sent entry.State // as the socket sends it
	if err := json.Unmarshal(raw, &sent); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		index int64
		h     entry.Header
		is    error
	}{
		{"by the key of then", 6, read, nil},
		{"by the role of then", 7, noted, nil},
		{"before the account", 4, read, intake.ErrForbidden},
		{"at the start", 0, read, intake.ErrForbidden},
		{"nowhere", -1, read, intake.ErrForbidden},
		{"by a key that came later", 6, late, intake.ErrProof},
		{"in the entry that brings the key", 8, late, intake.ErrProof},
		{"after it", 9, late, nil},
		{"by the old key", 9, read, intake.ErrProof},
		{"by a role that was lost", 9, by(entry.KindNoted, "an", origin), intake.ErrForbidden},
		{"under the new origin, too early", 9, by(entry.KindRead, "an", newOrigin), intake.ErrProof},
		{"under the new origin", 11, by(entry.KindRead, "an", newOrigin), nil},
		{"under the old origin", 11, late, intake.ErrProof},
		{"after the removal", 12, by(entry.KindRead, "an", newOrigin), intake.ErrForbidden},
		{"account of the opening", 3, l.headers[3], nil},
		{"account of no leader", 5, l.headers[3], intake.ErrForbidden},
		{"keys of the opening", 1, l.headers[1], nil},
	} {
		for how, s := range map[string]*entry.State{"state": &l.state, "sent": &sent} {
			if err := s.CheckSignerAt(c.index, c.h); !errors.Is(err, c.is) {
				t.Errorf("%s, by the %s: got %v, want %v", c.name, how, err, c.is)
			}
		}
	}
}
