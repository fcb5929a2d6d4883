package reader_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestAddAccount(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	before := b.web(t, "以前的")
	hire(t, b, d, "gone", triage.Member)
	check(t, d.RemoveAccount(t.Context(), "gone"))
	plain := hire(t, b, d, "plain-leader", triage.Leader)
	member := hire(t, b, d, "member", triage.Member, triage.Member)
	after := b.web(t, "以后的")

	for _, tt := range []struct {
		what, name string
		by         *reader.Desk
		roles      []triage.Role
		passphrase string
		want       error
	}{
		{"by a member", "x", member, []triage.Role{triage.Member}, other, intake.ErrForbidden},
		{"a custodian by one who is none", "x", plain, []triage.Role{triage.Custodian}, other, intake.ErrForbidden},
		{"a bad name", "X", d, []triage.Role{triage.Member}, other, intake.ErrInvalid},
		{"one that is there", "member", d, []triage.Role{triage.Member}, other, intake.ErrInvalid},
		{"a removed one's name", "gone", d, []triage.Role{triage.Member}, other, intake.ErrInvalid},
		{"no role", "x", d, nil, other, intake.ErrInvalid},
		{"an unknown role", "x", d, []triage.Role{"auditor"}, other, intake.ErrInvalid},
		{"a short passphrase", "x", d, []triage.Role{triage.Member}, "short", intake.ErrInvalid},
	} {
		t.Run(tt.what, func(t *testing.T) {
			size, err := b.Size(t.Context())
			check(t, err)
			wants(t, tt.by.AddAccount(t.Context(), tt.name, tt.roles, tt.passphrase), tt.want)
			if now, err := b.Size(t.Context()); err != nil || now != size {
				t.Error("an entry was written")
			}
		})
	}
	// A leader who is no custodian still makes members, who read all there is.
	hired := hire(t, b, plain, "hired", triage.Member)
	for _, id := range []string{before, after} {
		if c, err := hired.Read(t.Context(), id); err != nil || c.Text == "" {
			t.Errorf("%+v, %v", c, err)
		}
	}
	sync(t, hired)
	list, err := hired.Accounts(t.Context())
	check(t, err)
	want := []triage.Account{
		{Name: "gone", Roles: []triage.Role{triage.Member}, Removed: true},
		{Name: "hired", Roles: []triage.Role{triage.Member}},
		{Name: leader, Roles: []triage.Role{triage.Custodian, triage.Leader, triage.Member}},
		{Name: "member", Roles: []triage.Role{triage.Member}},
		{Name: "plain-leader", Roles: []triage.Role{triage.Leader}},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
	me, err := hired.Account(t.Context())
	check(t, err)
	if diff := cmp.Diff(want[1], me); diff != "" {
		t.Error(diff)
	}
}

func TestResetAccount(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	member := hire(t, b, d, "member", triage.Member)
	plain := hire(t, b, d, "plain-leader", triage.Leader)
	hire(t, b, d, "keeper", triage.Custodian)
	id := b.web(t, "一件")
	for _, tt := range []struct {
		what string
		err  error
		want error
	}{
		{"by a member", member.ResetAccount(t.Context(), "plain-leader", phrase), intake.ErrForbidden},
		{"a custodian by one who is none", plain.ResetAccount(t.Context(), "keeper", phrase), intake.ErrForbidden},
		{"unknown", d.ResetAccount(t.Context(), "nobody", phrase), intake.ErrNotFound},
		{"a short passphrase", d.ResetAccount(t.Context(), "member", "short"), intake.ErrInvalid},
	} {
		t.Run(tt.what, func(t *testing.T) { wants(t, tt.err, tt.want) })
	}

	sync(t, member)
	check(t, plain.ResetAccount(t.Context(), "member", phrase))
	_, err := member.Read(t.Context(), id)
	wants(t, err, intake.ErrForbidden)
	if len(ids(member)) != 0 {
		t.Error("the old desk still lists")
	}
	_, err = reader.Unlock(t.Context(), b, "member", other)
	wants(t, err, intake.ErrPassphrase)
	member = unlock(t, b, "member", phrase)
	if c, err := member.Read(t.Context(), id); err != nil || c.Text != "一件" {
		t.Errorf("%+v, %v", c, err)
	}
	wants(t, member.AddAccount(t.Context(), "x", []triage.Role{triage.Member}, other), intake.ErrForbidden)

	// A leader who resets their own account stays at the desk.
	elsewhere := unlock(t, b, leader, phrase)
	check(t, d.ResetAccount(t.Context(), leader, other))
	check(t, d.Note(t.Context(), id, "还在"))
	check(t, d.ResetAccount(t.Context(), "member", other))
	wants(t, elsewhere.Note(t.Context(), id, "不在了"), intake.ErrForbidden)
	_, err = reader.Unlock(t.Context(), b, leader, phrase)
	wants(t, err, intake.ErrPassphrase)
	check(t, unlock(t, b, leader, other).Note(t.Context(), id, "又来了"))
}

func TestRemoveAccount(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	plain := hire(t, b, d, "plain-leader", triage.Leader)
	gone := hire(t, b, d, "gone", triage.Member, triage.Custodian)
	keeper := hire(t, b, d, "keeper", triage.Custodian)
	member := hire(t, b, d, "member", triage.Member)
	before := b.web(t, "以前的")
	for _, desk := range []*reader.Desk{d, gone, member} {
		sync(t, desk)
	}
	stolen := gone.Steal()
	stateBefore, err := b.State(t.Context())
	check(t, err)

	wants(t, member.RemoveAccount(t.Context(), "gone"), intake.ErrForbidden)
	wants(t, plain.RemoveAccount(t.Context(), "plain-leader"), intake.ErrForbidden)
	wants(t, plain.RemoveAccount(t.Context(), "nobody"), intake.ErrNotFound)
	// A leader without the custodian's key can do it all the same.
	check(t, plain.RemoveAccount(t.Context(), "gone"))
	wants(t, plain.RemoveAccount(t.Context(), "gone"), intake.ErrNotFound)

	state, err := b.State(t.Context())
	check(t, err)
	if state.Keys.Generation != 2 || state.Keys.Team == stateBefore.Keys.Team || state.Keys.Custodian == stateBefore.Keys.Custodian ||
		state.Keys.Archive != stateBefore.Keys.Archive || state.Keys.Office != stateBefore.Keys.Office {
		t.Errorf("keys %+v", state.Keys)
	}
	_, err = reader.Unlock(t.Context(), b, "gone", other)
	wants(t, err, intake.ErrPassphrase)
	_, err = b.Wrap(t.Context(), "gone")
	wants(t, err, intake.ErrNotFound)
	if len(stored(t, b)) != 0 {
		t.Error("the old views are still there")
	}

	after := b.web(t, "以后的")
	for what, err := range map[string]error{
		"read": second(gone.Read(t.Context(), after)),
		"sync": gone.Sync(t.Context(), nil),
		"note": gone.Note(t.Context(), after, "x"),
	} {
		t.Run("gone, "+what, func(t *testing.T) { wants(t, err, intake.ErrForbidden) })
	}
	if len(ids(gone)) != 0 {
		t.Error("the removed desk still lists")
	}
	// What it kept opens nothing new.
	index, err := b.Find(t.Context(), after)
	check(t, err)
	check(t, d.Note(t.Context(), after, "新的记录"))
	sync(t, d)
	for _, key := range append(stolen.Teams, stolen.Custodians...) {
		for _, p := range []struct {
			index int64
			part  int
		}{{index, 0}, {index, 1}, {index + 1, 0}} {
			if _, err := storetest.OpenPart(b.Box, record(t, b, p.index), p.part, key); !errors.Is(err, intake.ErrKey) {
				t.Errorf("entry %d, part %d, with a key that was kept: %v", p.index, p.part, err)
			}
		}
	}
	for _, v := range stored(t, b) {
		if stolen.OpensView(state.Origin, v) {
			t.Errorf("the view of entry %d opens with the key that was kept", v.Index)
		}
	}

	// All others read all of it, at the desk they were at and at a new one.
	for _, desk := range []*reader.Desk{d, member, unlock(t, b, leader, phrase), unlock(t, b, "member", other), unlock(t, b, "plain-leader", other)} {
		sync(t, desk)
		if diff := cmp.Diff([]string{after, before}, ids(desk)); diff != "" {
			t.Errorf("%s: %s", desk.Name(), diff)
		}
		for _, id := range []string{before, after} {
			if c, err := desk.Read(t.Context(), id); err != nil || c.Text == "" {
				t.Errorf("%s: %+v, %v", desk.Name(), c, err)
			}
		}
	}
	for _, desk := range []*reader.Desk{keeper, unlock(t, b, "keeper", other), d} {
		for _, id := range []string{before, after} {
			if who, _, err := desk.Identity(t.Context(), id); err != nil || who.Name != "举报人" {
				t.Errorf("%s: %+v, %v", desk.Name(), who, err)
			}
		}
	}
	// And newcomers too, of both generations.
	newcomer := hire(t, b, d, "newcomer", triage.Custodian, triage.Member)
	for _, id := range []string{before, after} {
		if who, _, err := newcomer.Identity(t.Context(), id); err != nil || who.Name != "举报人" {
			t.Errorf("%+v, %v", who, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A removal that is broken off in between can be repeated.
func TestRemoveAccountBrokenOff(t *testing.T) {
	b := newBox(t)
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	gone := hire(t, b, d, "gone", triage.Member)
	failed := errors.New("power cut")
	w.append = func(draft entry.Draft) error {
		if draft.Header.Kind == entry.KindAccount {
			return failed
		}
		return nil
	}
	wants(t, d.RemoveAccount(t.Context(), "gone"), failed)
	id := b.web(t, "换钥以后")
	_, err := gone.Read(t.Context(), id)
	wants(t, err, intake.ErrKey)
	_, err = reader.Unlock(t.Context(), b, "gone", other)
	wants(t, err, intake.ErrKey)

	w.append = nil
	check(t, d.RemoveAccount(t.Context(), "gone"))
	_, err = reader.Unlock(t.Context(), b, "gone", other)
	wants(t, err, intake.ErrPassphrase)
	if c, err := unlock(t, b, leader, phrase).Read(t.Context(), id); err != nil || c.Text != "换钥以后" {
		t.Errorf("%+v, %v", c, err)
	}
}

// Many generations, many accounts: everybody keeps all keys.
func TestGenerations(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	stays := hire(t, b, d, "stays", triage.Member)
	var written []string
	for i := range 4 {
		written = append(written, b.web(t, fmt.Sprint("第", i, "代")))
		name := fmt.Sprint("goes-", i)
		check(t, d.AddAccount(t.Context(), name, []triage.Role{triage.Member}, other))
		b.clock.Add(time.Minute)
		check(t, d.RemoveAccount(t.Context(), name))
	}
	check(t, d.ResetAccount(t.Context(), "stays", phrase))
	for _, desk := range []*reader.Desk{d, unlock(t, b, "stays", phrase)} {
		sync(t, desk)
		for i, id := range written {
			if got := row(t, desk, id).Title; got != fmt.Sprint("第", i, "代") {
				t.Errorf("%s, generation %d: %q", desk.Name(), i+1, got)
			}
		}
	}
	wants(t, stays.Note(t.Context(), written[0], "x"), intake.ErrForbidden)
	b1, err := b.Wrap(t.Context(), "stays")
	check(t, err)
	if n := bytes.Count(b1, []byte(`","`)); n != 5 { // after the secret, and between five rings
		t.Errorf("%d separators in %.60s…", n, b1)
	}
}
