package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// filled is a box with a report, its file, and a closed day to come.
func filled(t *testing.T) (*storetest.Box, intake.Outcome) {
	t.Helper()
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "第一件")
	r.Files = files(intake.File{Name: "a", Body: strings.NewReader("contents")})
	return b, submit(t, b, r)
}

func backup(t *testing.T, b *storetest.Box) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.Backup(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// restored restores a backup and opens what came of it.
func restored(t *testing.T, b *storetest.Box, backup, since []byte) *storetest.Box {
	t.Helper()
	c := &storetest.Box{Path: filepath.Join(t.TempDir(), "restored"), Clock: b.Clock, Keys: b.Keys}
	if err := store.Restore(t.Context(), bytes.NewReader(backup), c.Path, since, store.Options{Now: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	c.Open(t, nil)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		storetest.CheckInvariants(t, c.Path)
	})
	return c
}

func TestRestoreWithTheNewestCheckpoint(t *testing.T) {
	b, out := filled(t)
	note, err := b.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := restored(t, b, backup(t, b), note)
	if was, is := origin(t, b), origin(t, c); was != is {
		t.Errorf("origin %s, was %s", is, was)
	}
	rec := record(t, c, out.ID)
	if _, err := storetest.OpenPart(c.Box, rec, 0, b.Keys.Team); err != nil {
		t.Error(err)
	}
	if thread, err := c.Thread(t.Context(), out.Receipt); err != nil || thread.Day == "" {
		t.Errorf("thread %+v, %v", thread, err)
	}
	submit(t, c, storetest.Web(c.Clock.Now(), "恢复之后"))
}

func TestRestoreWithoutOneIsANewLog(t *testing.T) {
	b, out := filled(t)
	copied := backup(t, b)
	submit(t, b, storetest.Web(b.Clock.Now(), "备份之后"))
	newest, err := b.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, since := range map[string][]byte{"no checkpoint": nil, "a newer one": newest} {
		c := restored(t, b, copied, since)
		if origin(t, b) == origin(t, c) {
			t.Errorf("%s: the log goes on under its old origin", name)
		}
		// Old parts still open, and new ones are bound to the new origin.
		for _, id := range []string{out.ID, submit(t, c, storetest.Web(c.Clock.Now(), "恢复之后")).ID} {
			if _, err := storetest.OpenPart(c.Box, record(t, c, id), 0, b.Keys.Archive); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		c.Reopen(t)
	}
}

func TestRestoreRefuses(t *testing.T) {
	b, _ := filled(t)
	good := backup(t, b)
	other, _ := filled(t)
	note, err := other.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	harmed := bytes.Clone(good)
	harmed[bytes.LastIndex(harmed, []byte("age-encryption.org"))+3000] ^= 1
	for name, c := range map[string]struct {
		backup, since []byte
		want          error
	}{
		"cut short":             {good[:len(good)*2/3], nil, intake.ErrDamaged},
		"a flipped bit":         {harmed, nil, intake.ErrDamaged},
		"not a backup":          {[]byte("hello"), nil, intake.ErrDamaged},
		"another version":       {bytes.Replace(good, []byte("dengwen backup v1"), []byte("dengwen backup v9"), 1), nil, intake.ErrVersion},
		"somebody else's note":  {good, note, intake.ErrProof},
		"a path out of the box": {bytes.ReplaceAll(good, []byte("log.key\x00"), []byte("../keys\x00")), nil, intake.ErrDamaged},
	} {
		dir := filepath.Join(t.TempDir(), "restored")
		err := store.Restore(t.Context(), bytes.NewReader(c.backup), dir, c.since, store.Options{Now: b.Clock.Now})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", name, err, c.want)
		}
		if names, _ := os.ReadDir(filepath.Dir(dir)); len(names) != 0 {
			t.Errorf("%s: left %v", name, names)
		}
	}
	if err := store.Restore(t.Context(), bytes.NewReader(good), b.Path, nil, store.Options{}); !errors.Is(err, intake.ErrExists) {
		t.Errorf("over a box: %v", err)
	}
}

func TestBackupWhileOthersSubmit(t *testing.T) {
	b, _ := filled(t)
	whileOthersSubmit(t, b, func() {
		for range 5 {
			restored(t, b, backup(t, b), nil)
		}
	})
}

// whileOthersSubmit does something while four callers submit reports with a
// file and sign checkpoints.
func whileOthersSubmit(t *testing.T, b *storetest.Box, do func()) {
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r := storetest.Web(b.Clock.Now(), "同时")
				r.Files = files(intake.File{Name: "a", Body: strings.NewReader("contents")})
				if _, err := b.Submit(context.Background(), r); err != nil {
					t.Error(err)
				}
				if _, err := b.Checkpoint(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	do()
	close(stop)
	wg.Wait()
}

func origin(t *testing.T, b *storetest.Box) string {
	t.Helper()
	s, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Origin
}
