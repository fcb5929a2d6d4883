package storetest

import (
	"testing"

	"dengwen/store/entry"
)

// Signed is a draft of a clear entry, signed by the leader.
func (b *Box) Signed(t testing.TB, body entry.Body) entry.Draft {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := entry.EncodeBody(body)
	if err != nil {
		t.Fatal(err)
	}
	h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: body.Kind(), Date: state.Schedule.Day(body.When()), By: Leader,
		Parts: []entry.Part{{Role: entry.RoleBody, SHA256: entry.HashOf(raw), Size: int64(len(raw))}}}
	h.Sign(state.Origin, b.Keys.Leader)
	return entry.Draft{Header: h, Bodies: [][]byte{raw}}
}

// Rekey puts the next generation of team and custodian keys in force.
func (b *Box) Rekey(t testing.TB, next Keys) {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys := state.Keys
	keys.At, keys.Generation = b.Clock.Now(), keys.Generation+1
	keys.Team, keys.Custodian = next.Team.Recipient().String(), next.Custodian.Recipient().String()
	if _, err := b.Append(t.Context(), b.Signed(t, keys)); err != nil {
		t.Fatal(err)
	}
}
