package storetest

import (
	"testing"

	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Act appends what the leader did about a report: an entry of a staff kind,
// sealed to the team, the archive and whoever else, and signed. Of what it
// says, the instant is filled in.
func (b *Box) Act(t testing.TB, kind entry.Kind, ref string, in entry.Inner, also ...seal.Recipient) int64 {
	t.Helper()
	ctx := t.Context()
	state, err := b.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at, day, err := b.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: kind, Date: day, Ref: ref, By: Leader}
	in.V, in.Origin, in.ID, in.Kind, in.Ref = h.V, state.Origin, h.ID, kind, ref
	switch {
	case in.Note != nil:
		in.Role, in.Note.At = entry.RoleNote, at.UTC()
	case in.Reply != nil:
		in.Role, in.Reply.At = entry.RoleReply, at.UTC()
	}
	plain, err := in.Encode()
	if err != nil {
		t.Fatal(err)
	}
	body, err := seal.Seal(plain, seal.LeastNote, append(also, b.Keys.Team.Recipient(), b.Keys.Archive.Recipient())...)
	if err != nil {
		t.Fatal(err)
	}
	h.Parts = []entry.Part{{Role: in.Role, SHA256: entry.HashOf(body), Size: int64(len(body))}}
	h.Sign(state.Origin, b.Keys.Leader)
	index, err := b.Append(ctx, entry.Draft{Header: h, Bodies: [][]byte{body}})
	if err != nil {
		t.Fatal(err)
	}
	return index
}
