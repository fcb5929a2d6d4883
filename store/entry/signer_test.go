package entry_test

import (
	"errors"
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
		{"erased by a stranger", early, signed(valid(entry.KindErased), "an", origin, "an"), intake.ErrForbidden},
		{"a report", early, plain(entry.KindAccepted), nil},
	} {
		if err := c.s.CheckSigner(c.h); !errors.Is(err, c.is) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.is)
		}
	}
}
