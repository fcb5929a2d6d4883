package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// TestCutDatabase cuts box.db at many lengths. It is refused as damaged, the
// process goes on, and nothing is written over what is left.
func TestCutDatabase(t *testing.T) {
	b := storetest.New(t)
	for range 20 {
		submit(t, b, storetest.Web(b.Clock.Now(), "一"))
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(b.Path, "box.db"))
	if err != nil {
		t.Fatal(err)
	}
	dir := copyBox(t, b.Path)
	path := filepath.Join(dir, "box.db")
	used := 0 // the file is longer: it grows in steps
	change(t, dir, func(tx *bbolt.Tx) error { used = int(tx.Size()); return nil })
	whole = whole[:used]
	for i := range 60 {
		harmed := whole[:i*len(whole)/60/512*512]
		if err := os.WriteFile(path, harmed, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, open := range []func() (*store.Box, error){
			func() (*store.Box, error) { return store.Inspect(dir) },
			func() (*store.Box, error) { return store.Open(dir, store.Options{Now: b.Clock.Now}) },
		} {
			opened, err := open()
			if err == nil {
				_, err = opened.Check(t.Context())
				err = errors.Join(err, opened.Close())
			}
			if !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("cut to %d bytes of %d: %v", len(harmed), len(whole), err)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Size() != int64(len(harmed)) {
			t.Errorf("cut to %d bytes, and then written to: %v", len(harmed), err)
		}
	}
}

func TestOpenTidiesUp(t *testing.T) {
	b := storetest.New(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(b.Path, "box.db.compact")
	if err := os.WriteFile(left, []byte("half a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.Path, "checkpoints", "junk~"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b.Open(t, nil)
	if _, err := os.Stat(left); err == nil {
		t.Error("a compaction that was cut off is left")
	}
}
