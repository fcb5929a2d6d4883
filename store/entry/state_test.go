package entry_test

import (
	"encoding/json"
	"testing"

	"dengwen/store/entry"

	"github.com/google/go-cmp/cmp"
)

// clearEntry makes a header for a body.
func clearEntry(t testing.TB, n int, date string, b entry.Body) (entry.Header, []byte) {
	t.Helper()
	raw, err := entry.EncodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	return entry.Header{V: 1, ID: id(n), Kind: b.Kind(), Date: date, Parts: []entry.Part{bodyPart(raw)}}, raw
}

func TestStateOfAWholeLog(t *testing.T) {
	l := wholeLog(t)
	wei := account(shanghai(t, "2026-09-08 09:00:00"), "wei", "member")
	wei.Removed = true
	start, day3 := shanghai(t, "2026-09-06 16:00:00"), shanghai(t, "2026-09-10 10:00:00")
	want := entry.State{
		Origin: newOrigin, Key: newKey, Inspection: created(start).Inspection,
		Schedule: schedule(t, "2026-09-16"), Keys: keys(shanghai(t, "2026-09-08 09:00:00"), 2),
		Accounts: map[string]entry.Account{
			"ling": {AccountBody: account(start, "ling", "custodian", "leader"), Entry: atLing},
			"wei":  {AccountBody: wei, Entry: atWeiRemoved, Past: []entry.Account{{AccountBody: account(start, "wei", "member"), Entry: atWei}}},
		},
		LastDay: "2026-09-08", Closed: true, Last: entry.Last{At: day3, Entry: atClosed},
		Origins: []entry.Origin{{From: 0, Origin: origin, Key: originKey}, {From: atRestored, Origin: newOrigin, Key: newKey}},
	}
	if diff := cmp.Diff(want, l.state); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	raw, err := json.Marshal(l.state)
	if err != nil {
		t.Fatal(err)
	}
	var back entry.State
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, back); diff != "" {
		t.Errorf("through JSON (-want +got):\n%s", diff)
	}
	for i, under := range l.under[1:] {
		if got := l.state.OriginOf(int64(i + 1)); got != under && i+1 != atRestored {
			t.Errorf("entry %d: origin %q, made under %q", i+1, got, under)
		}
	}
	for index, o := range map[int64]string{-1: "", 0: origin, atRestored - 1: origin, atRestored: newOrigin, 1 << 40: newOrigin} {
		if got := l.state.OriginOf(index); got != o {
			t.Errorf("entry %d: origin %q, want %q", index, got, o)
		}
	}
	if got := new(entry.State).OriginOf(0); got != "" {
		t.Errorf("an empty log has the origin %q", got)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	l := newLog(t)
	before := l.state.Clone()
	want := before.Clone()
	l.clear("ling", account(l.at, "wei", "member"))
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("Apply changed a copy:\n%s", diff)
	}
	// Two copies of a log go on with the same account, each its own way.
	l.clear("ling", account(l.at, "wei", "custodian"))
	one, other := l.state.Clone(), l.state.Clone()
	for _, c := range []struct {
		s    *entry.State
		role string
	}{{&one, "member"}, {&other, "leader"}} {
		for n := range int64(2) {
			h, raw := clearEntry(t, int(6+n), l.day(), account(l.at, "wei", c.role))
			if err := c.s.Apply(6+n, h, raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]string{"custodian", "member"}, pastRoles(one, "wei")); diff != "" {
		t.Errorf("the past of one copy is the other's:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"custodian", "leader"}, pastRoles(other, "wei")); diff != "" {
		t.Errorf("the past of one copy is the other's:\n%s", diff)
	}
}

// pastRoles are the first roles that an account had in each of its entries,
// but for the first and the newest.
func pastRoles(s entry.State, name string) (roles []string) {
	for _, a := range s.Accounts[name].Past[1:] {
		roles = append(roles, a.Roles[0])
	}
	return roles
}
