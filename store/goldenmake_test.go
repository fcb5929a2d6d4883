package store_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/store"
	"dengwen/store/reader"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// makeGolden, in the environment, makes the golden box anew:
//
//	DENGWEN_MAKE_GOLDEN=1 go test ./store -run TestMakeGolden
//
// It is there for the record, and for a format v2 one day. The box of format
// v1 is made once and never again: boxes like it are out there.
const makeGolden = "DENGWEN_MAKE_GOLDEN"

func TestMakeGolden(t *testing.T) {
	if os.Getenv(makeGolden) == "" {
		return
	}
	g := &gilding{b: &storetest.Box{Path: filepath.Join(t.TempDir(), "box"), Clock: storetest.NewClock(), Keys: storetest.NewKeys(t)}, keys: map[string]string{}}
	g.found(t)
	g.firstDay(t)
	g.moveOn(t)
	g.secondDay(t)
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	g.save(t)
	open := openGolden(t)
	writeGolden(t, "listing.txt", listing(t, open))
	writeGolden(t, "SHA256SUMS", goldenSums(t))
	source, err := os.ReadFile("golden_test.go")
	if err != nil {
		t.Fatal(err)
	}
	pinned := fmt.Sprintf("goldenSum = %q", fmt.Sprintf("%x", sha256.Sum256([]byte(goldenSums(t)))))
	source = regexp.MustCompile(`goldenSum = "[0-9a-f]*"`).ReplaceAll(source, []byte(pinned))
	if err := os.WriteFile("golden_test.go", source, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A gilding is a golden box in the making.
type gilding struct {
	b    *storetest.Box
	keys map[string]string // file below keys → contents
	desk *reader.Desk
	web  intake.Outcome // the report that most is about
}

func (g *gilding) found(t *testing.T) {
	g.keys["archive.key"] = g.b.Keys.Archive.String() + "\n"
	g.keys["office.key"] = g.b.Keys.Office.String() + "\n"
	g.keys["passphrase.txt"] = seal.NewPassphrase() + "\n"
	first, err := reader.Found("zhang", g.phrase(), g.b.Keys.Archive.Recipient().String(), g.b.Keys.Office.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	f := storetest.Founding(t, g.b.Keys)
	f.Keys, f.Account, f.Wraps, f.ViewKey = first.Keys, first.Account, first.Wraps, first.ViewKey
	if err := store.Create(g.b.Path, f, store.Options{Now: g.b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	g.b.Open(t, nil)
}

func (g *gilding) phrase() string { return strings.TrimSpace(g.keys["passphrase.txt"]) }

// firstDay has all that comes in, all that is turned away, and what staff do.
func (g *gilding) firstDay(t *testing.T) {
	ctx, now := t.Context(), g.b.Clock.Now()
	r := storetest.Web(now, "附件两个。<&> \"引号\" \u2028 𠮷\n第二行")
	r.Subject, r.Persons = "公车私用", append(r.Persons, intake.Person{Name: "=另一人"})
	r.Files = files(intake.File{Name: "账本.csv", Type: "text/csv", Body: strings.NewReader("日期,金额\n")},
		intake.File{Name: "原图.jpg", Type: "image/jpeg", Private: true, Body: strings.NewReader("pixels and place")})
	g.web = submit(t, g.b, r)
	g.keys["receipt.txt"] = g.web.Receipt + "\n"
	about := storetest.Web(now, "巡察组成员收受礼品")
	about.AboutTeam = true
	submit(t, g.b, about)

	mail := &intake.Report{Channel: intake.Mail, Arrived: now.Add(-time.Hour), Subject: "来信", Text: "邮件正文", Identity: intake.Identity{Headers: "From: a@example.invalid\r\n"},
		Files:  files(intake.File{Name: "message.eml", Type: "message/rfc822", Private: true, Body: strings.NewReader("raw mail")}),
		Source: intake.Source{Meaning: []byte("raw mail"), Cursor: intake.Cursor{Name: "mail", Value: []byte("uid 7")}}}
	submit(t, g.b, mail)
	call := storetest.Call(now.Add(-time.Minute), goldenMeaning)
	call.Recorder, call.Marks, call.Identity = "值班员", []intake.Mark{intake.MarkPhoneDamaged}, intake.Identity{Phone: "1.38E+10", Remark: "来电人不愿留名"}
	submit(t, g.b, call)
	submit(t, g.b, &intake.Report{Channel: intake.Letter, Arrived: now.Add(-24 * time.Hour), Text: "昨天的来信"})
	for _, early := range []*intake.Report{storetest.Web(now.Add(-4*time.Hour), "太早"), storetest.Call(now.Add(-100*time.Hour), "还没有开始")} {
		if out := submit(t, g.b, early); out.Verdict != intake.Refused {
			t.Fatalf("outcome %+v", out)
		}
	}
	err := g.b.SubmitAll(ctx, false, func(yield func(*intake.Report, error) bool) {
		for _, r := range []*intake.Report{storetest.Call(now, "台账第一行"), storetest.Call(now, "台账第一行"), storetest.Call(now.Add(12*time.Hour), "将来"),
			storetest.Call(now.Add(-4*time.Hour), "太早的一行")} {
			if !yield(r, nil) {
				return
			}
		}
	}, tally(map[intake.Verdict]int{}))
	if err != nil {
		t.Fatal(err)
	}
	g.staff(t)
}

// staff has an entry of every kind that staff make, and a generation of keys.
func (g *gilding) staff(t *testing.T) {
	ctx, id := t.Context(), g.web.ID
	var err error
	if g.desk, err = reader.Unlock(ctx, g.b.Box, "zhang", g.phrase()); err != nil {
		t.Fatal(err)
	}
	phrase := seal.NewPassphrase()
	if err := g.desk.AddAccount(ctx, "li", []triage.Role{triage.Member}, phrase); err != nil {
		t.Fatal(err)
	}
	li, err := reader.Unlock(ctx, g.b.Box, "li", phrase)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := li.Identity(ctx, id); !errors.Is(err, intake.ErrForbidden) {
		t.Fatalf("error %v", err)
	}
	_, err = g.desk.Read(ctx, id)
	_, _, err2 := g.desk.Identity(ctx, id)
	err = errors.Join(err, err2, g.desk.Note(ctx, id, "批注"), g.desk.Reply(ctx, id, "已收到"),
		g.desk.Triage(ctx, id, triage.Standing{State: triage.Routed, Route: triage.Discipline}, "转纪委"),
		g.desk.Triage(ctx, id, triage.Standing{State: triage.HandedOver, Route: triage.Discipline}, "已移交"),
		g.desk.ResetAccount(ctx, "li", phrase), g.desk.RemoveAccount(ctx, "li"), g.desk.Sync(ctx, nil))
	if err != nil {
		t.Fatal(err)
	}
}

// moveOn closes the day and goes on from a backup, under a new origin.
func (g *gilding) moveOn(t *testing.T) {
	ctx := t.Context()
	rules := storetest.Schedule(t).Rules()
	rules.Hours.Closed = []string{"2026-10-01"}
	changed, err := intake.NewSchedule(rules)
	if err != nil {
		t.Fatal(err)
	}
	g.b.Clock.Set(time.Date(2026, 9, 8, 10, 30, 0, 0, time.UTC))
	if err := errors.Join(g.b.Reschedule(ctx, changed), g.b.CloseDays(ctx)); err != nil {
		t.Fatal(err)
	}
	saved := backup(t, g.b)
	if err := g.b.Close(); err != nil {
		t.Fatal(err)
	}
	g.b.Path += "-2"
	if err := store.Restore(ctx, bytes.NewReader(saved), g.b.Path, nil, store.Options{Now: g.b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	g.b.Open(t, nil)
}

func (g *gilding) secondDay(t *testing.T) {
	g.b.Clock.Set(goldenNow.Add(-time.Hour))
	submit(t, g.b, storetest.Web(g.b.Clock.Now(), "第二天"))
	_, _, err := g.b.Export(t.Context(), 0)
	d, err2 := reader.Unlock(t.Context(), g.b.Box, "zhang", g.phrase())
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	_, err = g.b.Checkpoint(t.Context())
	if err := errors.Join(err, d.Sync(t.Context(), nil), g.b.Compact(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// save takes the box apart as a backup does: box.db in it has no spare pages.
func (g *gilding) save(t *testing.T) {
	in := tar.NewReader(bytes.NewReader(backup(t, g.b)))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if h.Name != "backup.json" {
			writeGolden(t, "box/"+h.Name, string(text))
		}
	}
	for name, text := range g.keys {
		writeGolden(t, "keys/"+name, text)
	}
	if err := g.b.Close(); err != nil {
		t.Fatal(err)
	}
}
