package export_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// answered is a real box with a report and two replies, and their ids.
func answered(t *testing.T) (b *storetest.Box, receipt string, ids []string) {
	t.Helper()
	b = storetest.New(t)
	out, err := b.Submit(t.Context(), storetest.Web(b.Clock.Now(), "等答复"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := b.Find(t.Context(), out.ID)
	if err != nil {
		t.Fatal(err)
	}
	for rec := range b.Entries(t.Context(), index, index+1) {
		in, err := storetest.OpenPart(b.Box, rec, 0, b.Keys.Team)
		if err != nil {
			t.Fatal(err)
		}
		to, err := seal.ParseRecipient(in.Report.ReplyTo)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"删去的", "留着的"} {
			b.Act(t, entry.KindReplied, out.ID, entry.Inner{Reply: &entry.Reply{Text: text}}, to)
		}
		b.ReplyOnce(t, out.ID, "没有副本的", to)
	}
	thread, err := b.Thread(t.Context(), out.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range thread.Replies {
		ids = append(ids, r.ID)
	}
	return b, out.Receipt, ids
}

// A reply that its receiver has deleted leaves a sound log, and the archive
// reads the copy in its place.
func TestDeletedReply(t *testing.T) {
	b, receipt, ids := answered(t)
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := b.Clock.Now()
	before, sum := exportBox(t, b.Box, nil)
	if err := b.EraseReply(t.Context(), receipt, ids[0]); err != nil {
		t.Fatal(err)
	}
	after, _ := exportBox(t, b.Box, nil)
	since, _ := exportBox(t, b.Box, []byte(sum.Note))
	sound(t, before, export.Options{Key: state.Key})
	sound(t, after, export.Options{Key: state.Key, Since: []byte(sum.Note)})
	sound(t, since, export.Options{Key: state.Key, Since: []byte(sum.Note)})
	if r := verifyBox(t, b.Box, export.Options{Key: state.Key, Since: []byte(sum.Note)}); !r.OK {
		t.Error(r.Problems)
	}
	type reply struct {
		Text   string
		At     time.Time
		Erased []string
	}
	replies := func(b []byte, with seal.Identity) (list []reply) {
		dir, sum := open(t, b, with)
		if len(sum.Problems) > 0 {
			t.Error(sum.Problems)
		}
		for _, a := range lines[export.Action](t, dir, "actions.jsonl") {
			if a.Reply == nil || a.Note != nil || a.Kind != entry.KindReplied {
				t.Errorf("action %+v", a)
				continue
			}
			list = append(list, reply{a.Reply.Text, a.Reply.At, a.Erased})
		}
		return list
	}
	if diff := cmp.Diff([]reply{{"删去的", at, nil}, {"留着的", at, nil}, {"没有副本的", at, nil}}, replies(before, b.Keys.Archive)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]reply{{"删去的", at, []string{"reply.age"}}, {"留着的", at, nil}, {"没有副本的", at, nil}}, replies(after, b.Keys.Archive)); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, m := range untar(t, before) {
		if strings.HasPrefix(m.name, "entries/000000000005/") {
			names = append(names, strings.TrimPrefix(m.name, "entries/000000000005/"))
		}
	}
	if diff := cmp.Diff([]string{"header.json", "reply.age", "note.age"}, names); diff != "" {
		t.Error(diff)
	}
	// The deletion is taken out of an export, or the copy with it.
	for _, name := range []string{"entries/000000000006/reply.age", "entries/000000000005/note.age"} {
		list := slices.DeleteFunc(untar(t, after), func(m tarMember) bool { return m.name == name })
		if r := verify(t, retar(t, list), export.Options{Key: state.Key}); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].What, "missing, and no erased entry names it") {
			t.Errorf("without %s: %v", name, r.Problems)
		}
	}
}

// A deletingBox has a reply deleted when it is about to be read.
type deletingBox struct {
	*store.Box
	at      int64
	part    int
	deleted bool
	do      func() error
}

func (b *deletingBox) Part(ctx context.Context, index int64, part int) (io.ReadCloser, error) {
	if index == b.at && part == b.part && !b.deleted {
		b.deleted = true
		if err := b.do(); err != nil {
			return nil, err
		}
	}
	return b.Box.Part(ctx, index, part)
}

// What is deleted while a box is verified is no loss; what is deleted while it
// is exported has no place in the export, and the error says what to do.
func TestDeletedMeanwhile(t *testing.T) {
	b, receipt, ids := answered(t)
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deleting := func(i int) *deletingBox {
		at, err := b.Find(t.Context(), ids[i])
		if err != nil {
			t.Fatal(err)
		}
		return &deletingBox{Box: b.Box, at: at, do: func() error { return b.EraseReply(t.Context(), receipt, ids[i]) }}
	}
	box := deleting(0)
	if r := verifyBox(t, box, export.Options{Key: state.Key}); !r.OK || !box.deleted {
		t.Errorf("deleted %v: %v", box.deleted, r.Problems)
	}
	box = deleting(1)
	_, err = export.Write(t.Context(), io.Discard, box, nil)
	var why *intake.Detail
	if !errors.As(err, &why) || why.ID != "export.meanwhile" || errors.Is(err, intake.ErrDamaged) || !box.deleted {
		t.Errorf("deleted %v: %v", box.deleted, err)
	}
	again, _ := exportBox(t, b.Box, nil)
	sound(t, again, export.Options{Key: state.Key})
	// A body that is lost is lost, whatever is deleted meanwhile.
	if err := b.EraseReply(t.Context(), receipt, ids[2]); !errors.Is(err, intake.ErrForbidden) {
		t.Error(err)
	}
}

// An entry whose reply and copy differ is shown with both.
func TestOpenAReplyThatIsNotItsCopy(t *testing.T) {
	l := newLog(t)
	a := l.accept(intake.Web, entry.Report{Text: "一件"}, intake.Identity{})
	h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: entry.KindReplied, Ref: l.headers[a].ID, By: "ling"}
	roles := []entry.Role{entry.RoleReply, entry.RoleNote}
	to := []seal.Recipient{l.team.Recipient(), l.archive.Recipient()}
	kept := l.seal(h, entry.Inner{Role: entry.RoleNote, Note: &entry.Note{At: l.at, Text: "给巡察组看的"}}, seal.LeastNote, to...)
	h.Parts = []entry.Part{{Role: entry.RoleReply}, {Role: entry.RoleNote, SHA256: entry.HashOf(kept)}}
	reply := l.seal(h, entry.Inner{Role: entry.RoleReply, Reply: &entry.Reply{At: l.at, Text: "给举报人看的"}}, seal.LeastNote, to...)
	l.add(h, roles, reply, kept)
	dir, _ := open(t, l.export(nil), l.archive)
	list := lines[export.Action](t, dir, "actions.jsonl")
	if len(list) != 1 || list[0].Reply == nil || list[0].Note == nil || list[0].Reply.Text != "给举报人看的" || list[0].Note.Text != "给巡察组看的" {
		t.Errorf("actions %+v", list)
	}
}
