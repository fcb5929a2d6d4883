package store_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

// TestDamagedDatabase cuts box.db at many lengths and wipes some of its pages.
// Noise would do as well, but the race detector's own pointer checks end the
// process on it. Whatever bbolt makes of that, the process goes on, and nothing is
// written over what is left.
func TestDamagedDatabase(t *testing.T) {
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
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 120 {
		harmed := append([]byte{}, whole...)
		cut := i%2 == 0
		if cut {
			harmed = harmed[:i*len(whole)/120/512*512]
		} else {
			for range 1 + rnd.IntN(3) { // sectors that were lost
				at := rnd.IntN(len(harmed)/4096) * 4096
				clear(harmed[at : at+4096])
			}
		}
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
			if cut && !errors.Is(err, intake.ErrDamaged) {
				t.Errorf("cut to %d bytes of %d: %v", len(harmed), len(whole), err)
			}
		}
		if info, err := os.Stat(path); cut && (err != nil || info.Size() != int64(len(harmed))) {
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
