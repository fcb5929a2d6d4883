package entry_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"dengwen/store/entry"
)

func TestKinds(t *testing.T) {
	if len(entry.Kinds()) != len(grammar) {
		t.Errorf("%d kinds, the grammar has %d", len(entry.Kinds()), len(grammar))
	}
	for _, k := range entry.Kinds() {
		g := grammar[k]
		if !k.Valid() || k.Clear() != (g.parts == "body") || k.Staff() != (g.by == "must") {
			t.Errorf("%s: valid %v, clear %v, staff %v", k, k.Valid(), k.Clear(), k.Staff())
		}
	}
	for _, k := range []entry.Kind{"", "Accepted", "accepted ", "event"} {
		if k.Valid() || k.Clear() || k.Staff() || k.Arrival() {
			t.Errorf("%q is taken for a kind", k)
		}
	}
	for _, r := range entry.Roles() {
		if !r.Valid() || r.Blob() != (r == "file" || r == "original") {
			t.Errorf("%s: valid %v, blob %v", r, r.Valid(), r.Blob())
		}
	}
	if entry.Role("").Valid() || entry.Role("Body").Valid() {
		t.Error("an unknown role is valid")
	}
}

func TestValidAccount(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	for range 200 {
		name := make([]byte, 1+r.IntN(32))
		for i := range name {
			name[i] = letters[r.IntN(len(letters))]
		}
		if !entry.ValidAccount(string(name)) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, bad := range []string{"", "A", "a b", "a_b", "ä", "a/b", "a\n", "令", strings.Repeat("a", 33)} {
		if entry.ValidAccount(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}
