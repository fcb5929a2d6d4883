package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// holder is the recipient of a report's receipt.
func holder(t *testing.T, b *storetest.Box, out intake.Outcome) seal.Recipient {
	t.Helper()
	in, err := storetest.OpenPart(b.Box, record(t, b, out.ID), 0, b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParseRecipient(in.Report.ReplyTo)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// answered is a report with replies, and their ids.
func answered(t *testing.T, b *storetest.Box, texts ...string) (out intake.Outcome, ids []string) {
	t.Helper()
	out = submit(t, b, storetest.Web(b.Clock.Now(), "等答复"))
	to := holder(t, b, out)
	for _, text := range texts {
		b.Act(t, entry.KindReplied, out.ID, entry.Inner{Reply: &entry.Reply{Text: text}}, to)
	}
	for _, r := range thread(t, b, out).Replies {
		ids = append(ids, r.ID)
	}
	if len(ids) != len(texts) {
		t.Fatalf("%d replies, ids %v", len(texts), ids)
	}
	return out, ids
}

func thread(t *testing.T, b *storetest.Box, out intake.Outcome) intake.Thread {
	t.Helper()
	th, err := b.Thread(t.Context(), out.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func size(t *testing.T, b *storetest.Box) int64 {
	t.Helper()
	n, err := b.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// erasedEntries are the erased entries of the log, with their bodies.
func erasedEntries(t *testing.T, b *storetest.Box) (headers []entry.Header, bodies []entry.Erased) {
	t.Helper()
	for rec, err := range b.Entries(t.Context(), 0, size(t, b)) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Header.Kind != entry.KindErased {
			continue
		}
		raw, err := storetest.ReadPart(b.Box, rec.Index, 0)
		if err != nil {
			t.Fatal(err)
		}
		body, err := entry.DecodeBody(entry.KindErased, raw)
		if err != nil {
			t.Fatal(err)
		}
		headers, bodies = append(headers, rec.Header), append(bodies, body.(entry.Erased))
	}
	return headers, bodies
}

func TestEraseReply(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "第一", "第二", "第三")
	rec := record(t, b, ids[1])
	if err := b.EraseReply(t.Context(), out.Receipt[:4]+" "+out.Receipt[4:], ids[1]); err != nil {
		t.Fatal(err)
	}
	th := thread(t, b, out)
	want := []intake.Reply{{ID: ids[0], Day: "2026-09-08", Text: "第一"}, {ID: ids[2], Day: "2026-09-08", Text: "第三"}}
	if diff := cmp.Diff(want, th.Replies); diff != "" || th.State != intake.Replied {
		t.Errorf("state %s, %s", th.State, diff)
	}
	headers, bodies := erasedEntries(t, b)
	if diff := cmp.Diff([]entry.Erased{{At: bodies[0].At, Entry: ids[1], Parts: []entry.Hash{rec.Header.Parts[0].SHA256}}}, bodies); diff != "" {
		t.Error(diff)
	}
	if h := headers[0]; h.By != "" || h.Ref != "" || h.Date != "2026-09-08" {
		t.Errorf("header %+v", h)
	}
	if _, err := storetest.ReadPart(b.Box, rec.Index, 0); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("the reply's body: %v", err)
	}
	for who, key := range map[string]seal.Identity{"team": b.Keys.Team, "archive": b.Keys.Archive} {
		if in, err := storetest.OpenPart(b.Box, rec, 1, key); err != nil || in.Note.Text != "第二" || !in.Note.At.Equal(b.Clock.Now()) {
			t.Errorf("the %s reads %+v, %v", who, in, err)
		}
	}
	// Once more, and in a box that was opened again, copied and put back: nothing
	// is written, not even to the file.
	path := filepath.Join(b.Path, "box.db")
	before, n := readFile(t, path), size(t, b)
	for range 2 {
		if err := b.EraseReply(t.Context(), out.Receipt, ids[1]); err != nil {
			t.Error(err)
		}
	}
	if size(t, b) != n || !bytes.Equal(before, readFile(t, path)) {
		t.Error("deleting a reply that is gone writes something")
	}
	for _, again := range []*storetest.Box{restored(t, b, backup(t, b), nil), b} {
		if again == b {
			b.Reopen(t)
		}
		if err := again.EraseReply(t.Context(), out.Receipt, ids[1]); err != nil {
			t.Error(err)
		}
		if err := again.EraseReply(t.Context(), out.Receipt, ids[0]); err != nil {
			t.Error(err)
		}
		if th := thread(t, again, out); len(th.Replies) != 1 || th.Replies[0].ID != ids[2] {
			t.Errorf("thread %+v", th)
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEraseReplyRefuses(t *testing.T) {
	b := storetest.New(t)
	out, ids := answered(t, b, "给第一件的")
	other, others := answered(t, b, "给第二件的")
	old := b.ReplyOnce(t, out.ID, "没有副本的", holder(t, b, out))
	var oldID, note string
	for rec, err := range b.Entries(t.Context(), old, old+1) {
		if err != nil {
			t.Fatal(err)
		}
		oldID = rec.Header.ID
	}
	at := b.Act(t, entry.KindNoted, out.ID, entry.Inner{Note: &entry.Note{Text: "批注"}})
	for rec := range b.Entries(t.Context(), at, at+1) {
		note = rec.Header.ID
	}
	mistyped := "1" + out.Receipt[1:]
	if mistyped == out.Receipt {
		mistyped = "2" + out.Receipt[1:]
	}
	n := size(t, b)
	for name, c := range map[string]struct {
		code, reply string
		want        error
	}{
		"a mistyped code":           {mistyped, ids[0], intake.ErrMistyped},
		"no code":                   {"", ids[0], intake.ErrMistyped},
		"a code that no report has": {string(intake.NewReceipt()), ids[0], intake.ErrNotFound},
		"another report's reply":    {out.Receipt, others[0], intake.ErrNotFound},
		"with another's code":       {other.Receipt, ids[0], intake.ErrNotFound},
		"no id":                     {out.Receipt, "", intake.ErrNotFound},
		"not an id":                 {out.Receipt, "../" + ids[0], intake.ErrNotFound},
		"an unknown id":             {out.Receipt, entry.NewID(), intake.ErrNotFound},
		"the report":                {out.Receipt, out.ID, intake.ErrNotFound},
		"a note":                    {out.Receipt, note, intake.ErrNotFound},
		"a reply without a copy":    {out.Receipt, oldID, intake.ErrForbidden},
	} {
		if err := b.EraseReply(t.Context(), c.code, c.reply); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", name, err, c.want)
		}
	}
	if size(t, b) != n {
		t.Errorf("%d entries more", size(t, b)-n)
	}
	if th := thread(t, b, out); len(th.Replies) != 2 || th.Replies[1].Text != "没有副本的" {
		t.Errorf("thread %+v", th)
	}
	var why *intake.Detail
	if err := b.EraseReply(t.Context(), out.Receipt, oldID); !errors.As(err, &why) || why.ID != "erase.only" {
		t.Errorf("error %v", err)
	}
	// One whose copy was lost is the last record too.
	rec := record(t, b, ids[0])
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	whole := copyBox(t, b.Path)
	change(t, b.Path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("bodies")).Delete(bodyAt(tx, rec, 1)) })
	b.Open(t, nil)
	if err := b.EraseReply(t.Context(), out.Receipt, ids[0]); !errors.Is(err, intake.ErrForbidden) {
		t.Errorf("a reply whose copy is lost: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(b.Path), os.Rename(whole, b.Path)); err != nil {
		t.Fatal(err)
	}
}

// bodyAt is the key of a part's body.
func bodyAt(tx *bbolt.Tx, rec entry.Record, part byte) []byte {
	key := make([]byte, 8, 9)
	binary.BigEndian.PutUint64(key, uint64(rec.Index))
	return append(bytes.Clone(tx.Bucket([]byte("entries")).Get(key)[:8]), part)
}
