package store_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/seal"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// someone is the account entry of a new member.
func someone(t *testing.T, b *storetest.Box, name string) (entry.AccountBody, ed25519.PrivateKey) {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return entry.AccountBody{At: b.Clock.Now(), Account: name, Roles: []string{"member"}, Key: base64.StdEncoding.EncodeToString(pub), Recipient: id.Recipient().String()}, key
}

func TestAppendRefuses(t *testing.T) {
	b := storetest.New(t)
	body, key := someone(t, b, "wei")
	if _, err := b.Append(t.Context(), b.Signed(t, body)); err != nil {
		t.Fatal(err)
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other, _ := someone(t, b, "lin")
	late := other
	late.At = b.Clock.Now().Add(2 * time.Hour)
	byMember := b.Signed(t, other)
	byMember.Header.By = "wei"
	byMember.Header.Sign(state.Origin, key)
	unsigned := b.Signed(t, other)
	unsigned.Header.By, unsigned.Header.Sig = "", ""
	elsewhere := b.Signed(t, other)
	elsewhere.Header.Sign("dengwen/other", b.Keys.Leader)
	changed := b.Signed(t, other)
	changed.Bodies[0] = []byte(strings.Replace(string(changed.Bodies[0]), "lin", "lim", 1))
	wrap := b.Signed(t, other)
	wrap.Wraps = map[string][]byte{storetest.Leader: []byte("mine")}
	view := b.Signed(t, other)
	view.ViewKey = []byte("mine")
	for name, c := range map[string]struct {
		draft entry.Draft
		want  error
	}{
		"an account made by a member":        {byMember, intake.ErrForbidden},
		"an account that nobody signed":      {unsigned, intake.ErrForbidden},
		"signed for another log":             {elsewhere, intake.ErrProof},
		"a body that the header does not":    {changed, intake.ErrDamaged},
		"an instant that would stop the box": {b.Signed(t, late), intake.ErrClock},
		"somebody else's keys":               {wrap, intake.ErrForbidden},
		"a view key with an account":         {view, intake.ErrForbidden},
		"a kind that is the box's own":       {b.Signed(t, entry.Exported{At: b.Clock.Now(), Size: 5}), intake.ErrForbidden},
	} {
		if _, err := b.Append(t.Context(), c.draft); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", name, err, c.want)
		}
	}
	submit(t, b, storetest.Web(b.Clock.Now(), "箱子照常收件"))
}

func TestAForgedAccountIsNotBelieved(t *testing.T) {
	b := storetest.New(t)
	forged, _ := someone(t, b, "mallory")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	dir := copyBox(t, b.Path)
	raw, err := entry.EncodeBody(forged)
	if err != nil {
		t.Fatal(err)
	}
	h := entry.Header{V: entry.Version, ID: entry.NewID(), Kind: entry.KindAccount, Date: "2026-09-08",
		Parts: []entry.Part{{Role: entry.RoleBody, SHA256: entry.HashOf(raw), Size: int64(len(raw))}}}
	change(t, dir, func(tx *bbolt.Tx) error { return store.Force(tx, h, raw) })
	opened, err := store.Open(dir, store.Options{Now: b.Clock.Now})
	if err == nil {
		opened.Close()
	}
	if !errors.Is(err, intake.ErrDamaged) || !strings.Contains(err.Error(), "entry 4") {
		t.Errorf("error %v; want one that names entry 4", err)
	}
}

func TestAReplyToSomebodyElseSpoilsNothing(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "等答复"))
	in, err := storetest.OpenPart(b.Box, record(t, b, out.ID), 0, b.Keys.Team)
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParseRecipient(in.Report.ReplyTo)
	if err != nil {
		t.Fatal(err)
	}
	b.Act(t, entry.KindReplied, out.ID, entry.Inner{Reply: &entry.Reply{Text: "收到"}}, to)
	b.Act(t, entry.KindReplied, out.ID, entry.Inner{Reply: &entry.Reply{Text: "给别人的"}})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if b.Box, err = store.Open(b.Path, store.Options{Now: b.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil))}); err != nil {
		t.Fatal(err)
	}
	thread, err := b.Thread(t.Context(), out.Receipt)
	if err != nil || len(thread.Replies) != 1 || thread.Replies[0].Text != "收到" || thread.State != intake.Replied {
		t.Errorf("thread %+v, %v", thread, err)
	}
	if log.Len() > 0 {
		t.Errorf("the log tells that a receipt's holder came: %s", &log)
	}
}

func TestALiveBoxIsSound(t *testing.T) {
	b := storetest.New(t)
	whileOthersSubmit(t, b, func() {
		for range 20 {
			if problems, err := b.Check(t.Context()); err != nil || len(problems) > 0 {
				t.Errorf("problems %v, %v", problems, err)
			}
		}
	})
}

func TestRefusalsAfterThePeriodAreClosedToo(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 10, 30, 10, 0, 0, 0, time.UTC))
	closeDays(t, b)
	before := len(closedDays(t, b))
	b.Clock.Set(time.Date(2026, 11, 5, 3, 0, 0, 0, time.UTC))
	submit(t, b, storetest.Web(b.Clock.Now(), "来晚了"))
	b.Clock.Add(24 * time.Hour)
	closeDays(t, b)
	days := closedDays(t, b)
	if len(days) != before+1 || days[before].Day != "2026-11-05" || len(days[before].Refused) != 1 || days[before].Refused[0].Reason != intake.AfterPeriod {
		t.Errorf("closed days %+v", days[before:])
	}
}

func TestARestoredBoxAndANoteOfItsOldName(t *testing.T) {
	b, _ := filled(t)
	old, err := b.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := restored(t, b, backup(t, b), nil)
	third := restored(t, second, backup(t, second), old)
	if origin(t, second) == origin(t, third) {
		t.Error("a note of the first name kept the second: two logs could be signed under it")
	}
}
