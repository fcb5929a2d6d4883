package storetest

import (
	"slices"
	"testing"

	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Act appends what the leader did about a report: an entry of a staff kind,
// sealed to the team, the archive and whoever else, and signed. Of what it
// says, the instant is filled in. A reply comes with the team's copy of it.
func (b *Box) Act(t testing.TB, kind entry.Kind, ref string, in entry.Inner, also ...seal.Recipient) int64 {
	t.Helper()
	if in.Reply == nil {
		return b.act(t, entry.Header{Kind: kind, Ref: ref}, []entry.Inner{in}, also)
	}
	return b.act(t, entry.Header{Kind: kind, Ref: ref}, []entry.Inner{in, {Note: &entry.Note{Text: in.Reply.Text}}}, also)
}

// ReplyOnce appends a reply of which the team has no copy, as boxes have them
// from before there was one.
func (b *Box) ReplyOnce(t testing.TB, ref, text string, to seal.Recipient) int64 {
	t.Helper()
	return b.act(t, entry.Header{Kind: entry.KindReplied, Ref: ref}, []entry.Inner{{Reply: &entry.Reply{Text: text}}}, []seal.Recipient{to})
}

// act seals the parts, the last one first, for those before repeat its hash.
// Only the first is for others too.
func (b *Box) act(t testing.TB, h entry.Header, parts []entry.Inner, also []seal.Recipient) int64 {
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
	h.V, h.ID, h.Date, h.By = entry.Version, entry.NewID(), day, Leader
	h.Parts = make([]entry.Part, len(parts))
	bodies := make([][]byte, len(parts))
	for i, in := range slices.Backward(parts) {
		to := []seal.Recipient{b.Keys.Team.Recipient(), b.Keys.Archive.Recipient()}
		if i == 0 {
			to = append(to, also...)
		}
		switch {
		case in.Note != nil:
			in.Role, in.Note.At = entry.RoleNote, at.UTC()
		case in.Reply != nil:
			in.Role, in.Reply.At = entry.RoleReply, at.UTC()
		}
		in.V, in.Origin, in.ID, in.Kind, in.Ref, in.Parts = h.V, state.Origin, h.ID, h.Kind, h.Ref, h.InnerParts(in.Role)
		plain, err := in.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if bodies[i], err = seal.Seal(plain, seal.LeastNote, to...); err != nil {
			t.Fatal(err)
		}
		h.Parts[i] = entry.Part{Role: in.Role, SHA256: entry.HashOf(bodies[i]), Size: int64(len(bodies[i]))}
	}
	h.Sign(state.Origin, b.Keys.Leader)
	index, err := b.Append(ctx, entry.Draft{Header: h, Bodies: bodies})
	if err != nil {
		t.Fatal(err)
	}
	return index
}
