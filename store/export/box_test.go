package export_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/export"
	"dengwen/store/seal"
	"dengwen/store/storetest"
)

// withFiles gives a report attachments.
func withFiles(r *intake.Report, files ...intake.File) *intake.Report {
	r.Files = func(yield func(intake.File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
	return r
}

func exportBox(t *testing.T, b *store.Box, since []byte) ([]byte, export.Summary) {
	t.Helper()
	var out bytes.Buffer
	sum, err := export.Write(context.Background(), &out, b, since)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), sum
}

// The way of real reports through a real box to an auditor.
func TestBox(t *testing.T) {
	ctx := context.Background()
	b := storetest.New(t)
	submit := func(r *intake.Report) string {
		t.Helper()
		o, err := b.Submit(ctx, r)
		if err != nil || o.Verdict != intake.Accepted {
			t.Fatal(o, err)
		}
		return o.ID
	}
	photo := bytes.Repeat([]byte("photo"), 100_000)
	plain := submit(storetest.Web(b.Clock.Now(), "第一件"))
	filed := submit(withFiles(storetest.Web(b.Clock.Now(), "有附件"),
		intake.File{Name: "照片.jpeg", Type: "image/jpeg", Body: bytes.NewReader(photo)},
		intake.File{Name: "原图.jpeg", Type: "image/jpeg", Private: true, Body: strings.NewReader("original")}))
	about := storetest.Web(b.Clock.Now(), "举报巡察组")
	about.AboutTeam = true
	team := submit(about)
	b.Clock.Add(24 * time.Hour)
	if err := b.CloseDays(ctx); err != nil {
		t.Fatal(err)
	}
	state, err := b.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	first, sum := exportBox(t, b.Box, nil)
	sound(t, first, export.Options{Key: state.Key})
	published, err := b.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}

	late := submit(storetest.Web(b.Clock.Now(), "第二天"))
	second, _ := exportBox(t, b.Box, []byte(sum.Note))
	sound(t, second, export.Options{Key: state.Key, Since: []byte(sum.Note)})
	third, _ := exportBox(t, b.Box, nil)
	sound(t, third, export.Options{Key: state.Key, Since: published})

	ids := func(dir string) (list []string) {
		for _, r := range lines[export.Record](t, dir, "records.jsonl") {
			if r.OutsideRules != "" {
				t.Errorf("%s is marked %s", r.ID, r.OutsideRules)
			}
			list = append(list, r.ID)
		}
		return list
	}
	dir, _ := open(t, first, b.Keys.Archive)
	if got := ids(dir); !slices.Equal(got, []string{plain, filed, team}) {
		t.Error(got)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "files", filed+"-1.jpeg")); err != nil || !bytes.Equal(got, photo) {
		t.Error("the photo is not what was sent", err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "files", filed+"-2.jpeg")); err != nil || string(got) != "original" {
		t.Error("the original is not what was sent", err)
	}
	dir, _ = open(t, second, b.Keys.Archive)
	if got := ids(dir); !slices.Equal(got, []string{late}) {
		t.Error(got)
	}
	dir, _ = open(t, third, b.Keys.Archive)
	if got := ids(dir); !slices.Equal(got, []string{plain, filed, team, late}) {
		t.Error(got)
	}
}

// A box that was put back goes on under a new origin; what its old one signed
// and sealed is still judged by the old one.
func TestRestoredBox(t *testing.T) {
	ctx := context.Background()
	b := storetest.New(t)
	if _, err := b.Submit(ctx, storetest.Web(b.Clock.Now(), "备份之前")); err != nil {
		t.Fatal(err)
	}
	old, err := b.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	if err := b.Backup(ctx, &backup); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(ctx, storetest.Web(b.Clock.Now(), "备份之后")); err != nil {
		t.Fatal(err)
	}
	lost, err := b.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "box")
	opts := store.Options{Now: b.Clock.Now}
	if err := store.Restore(ctx, &backup, dir, nil, opts); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Submit(ctx, storetest.Web(b.Clock.Now(), "恢复之后")); err != nil {
		t.Fatal(err)
	}
	was, err := b.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	state, err := again.State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := exportBox(t, again, nil)
	sound(t, all, export.Options{Key: state.Key, Since: old})
	one(t, verify(t, all, export.Options{Key: was.Key}), "an earlier origin")
	if verify(t, all, export.Options{Key: state.Key, Since: lost}).OK {
		t.Error("the entry that was lost is not missed")
	}
	since, _ := exportBox(t, again, old)
	sound(t, since, export.Options{Key: state.Key, Since: old})
	out, _ := open(t, all, []seal.Identity{b.Keys.Archive}...)
	var texts []string
	for _, r := range lines[export.Record](t, out, "records.jsonl") {
		texts = append(texts, r.Text)
	}
	if want := []string{"备份之前", "恢复之后"}; !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
}
