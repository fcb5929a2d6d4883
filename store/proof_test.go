package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/merkle"
	"dengwen/store/storetest"
)

// holds fails the test unless the proof is one of this receipt's report, under
// this key.
func holds(t *testing.T, file []byte, key string, rec entry.Record) merkle.Checkpoint {
	t.Helper()
	p, err := merkle.ParseProof(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := merkle.ParseVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := v.Open(p.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check(c); err != nil || p.Index != rec.Index || !bytes.Equal(p.Leaf, rec.Raw) {
		t.Fatalf("a proof of entry %d, %q, for %d: %v", p.Index, p.Leaf, rec.Index, err)
	}
	return c
}

// provable asks for a proof and for the thread, which must agree: it offers the
// proof unless that is only to be had later.
func provable(t *testing.T, b *storetest.Box, code string) ([]byte, error) {
	t.Helper()
	file, err := b.Proof(t.Context(), code)
	thread, terr := b.Thread(t.Context(), code)
	if (terr == nil) != (err == nil || errors.Is(err, intake.ErrEarly) || errors.Is(err, intake.ErrDamaged) || errors.Is(err, intake.ErrProof)) ||
		thread.Provable != (terr == nil && !errors.Is(err, intake.ErrEarly)) || (file != nil) != (err == nil) {
		t.Fatalf("proof: %v; thread: %+v, %v", err, thread, terr)
	}
	return file, err
}

func key(t *testing.T, b *storetest.Box) string {
	t.Helper()
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state.Key
}

func TestProofComesWithTheClosedDay(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "等封箱"))
	early := func(what string) {
		t.Helper()
		if _, err := provable(t, b, out.Receipt); !errors.Is(err, intake.ErrEarly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	early("on the day")
	if _, err := b.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	early("with a checkpoint that is not public")
	b.Clock.Add(8 * time.Hour)
	early("after the last window, with nothing closed yet")
	closeDays(t, b)
	rec := record(t, b, out.ID)
	first, err := provable(t, b, " "+out.Receipt[:4]+"　"+out.Receipt[4:]+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if c := holds(t, first, key(t, b), rec); c.Size != 6 {
		t.Errorf("as of %d entries", c.Size)
	}
	b.Reopen(t)
	again, err := provable(t, b, out.Receipt)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("another proof after a restart: %v", err)
	}
	// Another day: the report of that day must wait, this one's proof moves on.
	b.Clock.Add(16 * time.Hour)
	next := submit(t, b, storetest.Web(b.Clock.Now(), "第二天"))
	if _, err := provable(t, b, next.Receipt); !errors.Is(err, intake.ErrEarly) {
		t.Error(err)
	}
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	for _, o := range []intake.Outcome{out, next} {
		file, err := provable(t, b, o.Receipt)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, file, key(t, b), record(t, b, o.ID))
	}
	holds(t, first, key(t, b), rec) // and the old one holds as it did
}

// Every report of a log of up to forty, at whatever place, with and without
// files, has its own proof.
func TestProofOfEveryReport(t *testing.T) {
	b := storetest.New(t)
	var outs []intake.Outcome
	for n := range 40 {
		r := storetest.Web(b.Clock.Now(), fmt.Sprint("第", n, "件"))
		if n%7 == 3 {
			r.Files = files(intake.File{Name: "a", Body: strings.NewReader("x")}, intake.File{Name: "b", Private: true, Body: strings.NewReader("y")})
		}
		outs = append(outs, submit(t, b, r))
		if n%3 == 1 {
			b.Act(t, entry.KindNoted, outs[n/2].ID, entry.Inner{Note: &entry.Note{Text: "记"}})
		}
		if n%5 != 4 {
			continue
		}
		b.Clock.Add(8 * time.Hour)
		closeDays(t, b)
		for _, o := range outs {
			file, err := provable(t, b, o.Receipt)
			if err != nil {
				t.Fatal(err)
			}
			holds(t, file, key(t, b), record(t, b, o.ID))
		}
		b.Clock.Add(16 * time.Hour)
	}
}

// An addition is another entry: it has no proof, and does not change the report's.
func TestProofIsOfTheReportAlone(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "补充之前"))
	if _, err := b.Add(t.Context(), out.Receipt, storetest.Addition(b.Clock.Now(), "补充")); err != nil {
		t.Fatal(err)
	}
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	file, err := provable(t, b, out.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, file, key(t, b), record(t, b, out.ID))
}

func TestProofRefuses(t *testing.T) {
	b := storetest.New(t)
	out := submit(t, b, storetest.Web(b.Clock.Now(), "一"))
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	if _, err := provable(t, b, string(intake.NewReceipt())); !errors.Is(err, intake.ErrNotFound) {
		t.Errorf("a receipt of nobody: %v", err)
	}
	if _, err := provable(t, b, "1234"); !errors.Is(err, intake.ErrMistyped) {
		t.Errorf("a mistyped receipt: %v", err)
	}
	// A note that the box did not sign, and one of another tree, prove nothing,
	// and the thread is still to be read.
	name := filepath.Join(b.Path, "checkpoints", "000000000006-2026-09-08")
	was, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(note []byte) {
		t.Helper()
		if err := os.WriteFile(name, note, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rewrite(bytes.Replace(was, []byte("\n6\n"), []byte("\n7\n"), 1))
	if _, err := provable(t, b, out.Receipt); !errors.Is(err, intake.ErrProof) {
		t.Errorf("a note that was changed: %v", err)
	}
	skey, err := os.ReadFile(filepath.Join(b.Path, "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := merkle.ParseSigner(strings.TrimSpace(string(skey)))
	if err != nil {
		t.Fatal(err)
	}
	note, err := signer.Sign(merkle.Checkpoint{Origin: signer.Origin(), Size: 6, Root: merkle.LeafHash([]byte("another tree"))})
	if err != nil {
		t.Fatal(err)
	}
	rewrite(note)
	if _, err := provable(t, b, out.Receipt); !errors.Is(err, intake.ErrDamaged) {
		t.Errorf("a note of another tree: %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(name)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := provable(t, b, out.Receipt); !errors.Is(err, intake.ErrEarly) {
		t.Errorf("no note at all: %v", err)
	}
	rewrite(was)
	if _, err := provable(t, b, out.Receipt); err != nil {
		t.Error(err)
	}
	// A mistyped code says so without a box to look into.
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Proof(t.Context(), "1234"); !errors.Is(err, intake.ErrMistyped) {
		t.Error(err)
	}
	if _, err := b.Proof(t.Context(), out.Receipt); !errors.Is(err, intake.ErrStopped) {
		t.Error(err)
	}
}

// A box that goes on under a new origin proves by the old one's checkpoint until
// it closes a day.
func TestProofAfterARestore(t *testing.T) {
	was := storetest.New(t)
	before := submit(t, was, storetest.Web(was.Clock.Now(), "备份之前"))
	was.Clock.Add(8 * time.Hour)
	closeDays(t, was)
	var backup bytes.Buffer
	if err := was.Backup(t.Context(), &backup); err != nil {
		t.Fatal(err)
	}
	b := &storetest.Box{Path: filepath.Join(t.TempDir(), "box"), Clock: was.Clock, Keys: was.Keys}
	if err := store.Restore(t.Context(), &backup, b.Path, nil, store.Options{Now: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	b.Open(t, nil)
	defer b.Close()
	b.Clock.Add(16 * time.Hour)
	after := submit(t, b, storetest.Web(b.Clock.Now(), "恢复之后"))
	file, err := provable(t, b, before.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, file, key(t, was), record(t, b, before.ID))
	if _, err := provable(t, b, after.Receipt); !errors.Is(err, intake.ErrEarly) {
		t.Error(err)
	}
	b.Clock.Add(8 * time.Hour)
	closeDays(t, b)
	for _, o := range []intake.Outcome{before, after} {
		file, err := provable(t, b, o.Receipt)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, file, key(t, b), record(t, b, o.ID))
	}
}
