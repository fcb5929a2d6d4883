package reader_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store/entry"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// replied is a report with two replies by the leader's desk.
func replied(t *testing.T, b *box, d *reader.Desk) (out intake.Outcome, replies []intake.Reply, first int64) {
	t.Helper()
	out = b.submit(t, storetest.Web(b.clock.Now(), "一件"))
	check(t, d.Reply(t.Context(), out.ID, "第一次答复"))
	check(t, d.Reply(t.Context(), out.ID, "第二次答复"))
	thread, err := b.Thread(t.Context(), out.Receipt)
	check(t, err)
	first, err = b.Find(t.Context(), thread.Replies[0].ID)
	check(t, err)
	return out, thread.Replies, first
}

// The desk goes on showing what the team has answered, and says when the other
// side has it no more.
func TestReadADeletedReply(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	written := b.clock.Now()
	out, replies, index := replied(t, b, d)
	want := []triage.Reply{{Index: index, At: written, By: leader, Text: "第一次答复"}, {Index: index + 1, At: written, By: leader, Text: "第二次答复"}}
	reads := func(b reader.Box, desks ...*reader.Desk) {
		t.Helper()
		for _, desk := range append(desks, unlock(t, b, leader, phrase)) {
			c, err := desk.Read(t.Context(), out.ID)
			check(t, err)
			if diff := cmp.Diff(want, c.Replies); diff != "" || c.Text != "一件" {
				t.Error(diff, c)
			}
		}
	}
	reads(b, d)
	b.clock.Add(24 * time.Hour)
	check(t, b.EraseReply(t.Context(), out.Receipt, replies[0].ID))
	want[0].Deleted = true
	reads(b, d)
	check(t, b.EraseReply(t.Context(), out.Receipt, replies[1].ID))
	want[1].Deleted = true
	reads(b, d)
	reads(b.restored(t))
	check(t, d.Note(t.Context(), out.ID, "照常办理"))
}

// A copy is for the team and the archive, and for nobody else.
func TestReplyIsKeptForTheTeam(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	_, _, index := replied(t, b, d)
	rec := record(t, b, index)
	if !rec.Header.KeepsReply() {
		t.Fatalf("header %+v", rec.Header)
	}
	for who, key := range map[string]seal.Identity{"team": d.Steal().Teams[0], "archive": b.archive} {
		in, err := storetest.OpenPart(b.Box, rec, entry.KeptPart, key)
		if err != nil || in.Note.Text != "第一次答复" || !in.Note.At.Equal(b.clock.Now()) {
			t.Errorf("the %s reads %+v, %v", who, in, err)
		}
	}
	for part, want := range map[int]int{entry.ReplyPart: 3, entry.KeptPart: 2} {
		body, err := storetest.ReadPart(b.Box, index, part)
		check(t, err)
		if n := bytes.Count(body, []byte("\n-> ")); n != want {
			t.Errorf("part %d is sealed to %d recipients, want %d", part, n, want)
		}
	}
}

// A reply that is deleted between the walk through the log and its opening is
// deleted, and no fault.
func TestReadWhileAReplyIsDeleted(t *testing.T) {
	b := newBox(t)
	out, replies, index := replied(t, b, unlock(t, b, leader, phrase))
	w := &watched{Box: b}
	d := unlock(t, w, leader, phrase)
	w.part = func(at int64, part int, r io.ReadCloser) (io.ReadCloser, error) {
		if at == index && part == entry.ReplyPart { // the other one is opened next
			check(t, b.EraseReply(t.Context(), out.Receipt, replies[1].ID))
		}
		return r, nil
	}
	c, err := d.Read(t.Context(), out.ID)
	check(t, err)
	if len(c.Replies) != 2 || c.Replies[0].Deleted || !c.Replies[1].Deleted || c.Replies[1].Text != "第二次答复" {
		t.Errorf("replies %+v", c.Replies)
	}
}

// A deletion that nobody signed and that is none ends all work.
func TestForgedDeletions(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	out, replies, index := replied(t, b, d)
	parts, report := record(t, b, index).Header.Parts, record(t, b, 4).Header.Parts
	for what, body := range map[string]entry.Erased{
		"of a report":     {Entry: out.ID, Parts: []entry.Hash{report[0].SHA256}},
		"of a copy":       {Entry: replies[0].ID, Parts: []entry.Hash{parts[entry.KeptPart].SHA256}},
		"of all of it":    {Entry: replies[0].ID, Parts: []entry.Hash{parts[0].SHA256, parts[1].SHA256}},
		"of nothing here": {Entry: entry.NewID(), Parts: []entry.Hash{parts[0].SHA256}},
	} {
		t.Run(what, func(t *testing.T) {
			l := &lying{box: b}
			body.At = b.clock.Now()
			at := l.lie(t, b.plainly(t, body, "", nil))
			_, err := reader.Unlock(t.Context(), l, leader, phrase)
			names(t, err, at)
		})
	}
}

// What is wrong with a reply or its copy is named, and it is left out.
func TestFaultyCopies(t *testing.T) {
	b := newBox(t)
	d := unlock(t, b, leader, phrase)
	out, _, index := replied(t, b, d)
	for _, tt := range []struct {
		what string
		part int
		give func(t *testing.T, r io.ReadCloser) (io.ReadCloser, error)
	}{
		{"the copy damaged", entry.KeptPart, func(_ *testing.T, r io.ReadCloser) (io.ReadCloser, error) { return flipped(r) }},
		{"the copy lost", entry.KeptPart, func(*testing.T, io.ReadCloser) (io.ReadCloser, error) { return nil, intake.ErrNotFound }},
		{"the reply damaged", entry.ReplyPart, func(_ *testing.T, r io.ReadCloser) (io.ReadCloser, error) { return flipped(r) }},
		{"the reply lost, and nobody says it was deleted", entry.ReplyPart, func(*testing.T, io.ReadCloser) (io.ReadCloser, error) { return nil, intake.ErrNotFound }},
		{"the copy of another reply", entry.KeptPart, func(t *testing.T, _ io.ReadCloser) (io.ReadCloser, error) {
			return b.Part(t.Context(), index+1, entry.KeptPart)
		}},
	} {
		t.Run(tt.what, func(t *testing.T) {
			w := &watched{Box: b, part: func(at int64, part int, r io.ReadCloser) (io.ReadCloser, error) {
				if at == index && part == tt.part {
					return tt.give(t, r)
				}
				return r, nil
			}}
			c, err := unlock(t, w, leader, phrase).Read(t.Context(), out.ID)
			if err == nil || len(c.Replies) != 1 || c.Replies[0].Text != "第二次答复" || c.Text != "一件" {
				t.Errorf("case %+v, %v", c, err)
			}
		})
	}
	// Whoever writes to the holder one thing and to the team another.
	state, err := b.State(t.Context())
	check(t, err)
	team, err := seal.ParseRecipient(state.Keys.Team)
	check(t, err)
	h := b.header(t, entry.KindReplied, out.ID, leader)
	part := func(in entry.Inner) []byte {
		in.V, in.Origin, in.ID, in.Kind, in.Ref, in.Parts = h.V, state.Origin, h.ID, h.Kind, h.Ref, h.InnerParts(in.Role)
		plain, err := in.Encode()
		check(t, err)
		return sealTo(t, plain, team)
	}
	named := func(role entry.Role, b []byte) entry.Part {
		return entry.Part{Role: role, SHA256: entry.HashOf(b), Size: int64(len(b))}
	}
	kept := part(entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: b.clock.Now(), Text: "给巡察组看的"}})
	h.Parts = []entry.Part{{Role: entry.RoleReply}, named(entry.RoleNote, kept)}
	said := part(entry.Inner{Role: entry.RoleReply, Reply: &entry.Reply{At: b.clock.Now(), Text: "给举报人看的"}})
	h.Parts[entry.ReplyPart] = named(entry.RoleReply, said)
	h.Sign(state.Origin, d.SigningKey())
	l := &lying{box: b}
	at := l.lie(t, entry.Draft{Header: h, Bodies: [][]byte{said, kept}})
	c, err := unlock(t, l, leader, phrase).Read(t.Context(), out.ID)
	names(t, err, at)
	if len(c.Replies) != 2 {
		t.Errorf("replies %+v", c.Replies)
	}
}
