package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"go.etcd.io/bbolt"
)

func TestCreateNeverTouchesABox(t *testing.T) {
	b := storetest.New(t)
	before, err := os.ReadFile(filepath.Join(b.Path, "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	err = store.Create(b.Path, storetest.Founding(t, b.Keys), store.Options{Now: b.Clock.Now})
	if !errors.Is(err, intake.ErrExists) {
		t.Errorf("error %v", err)
	}
	if after, _ := os.ReadFile(filepath.Join(b.Path, "log.key")); string(after) != string(before) {
		t.Error("log.key was changed")
	}
}

func TestCreateInAnEmptyDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := store.Create(dir, storetest.Founding(t, storetest.NewKeys(t)), store.Options{Now: storetest.NewClock().Now}); err != nil {
		t.Fatal(err)
	}
	storetest.CheckInvariants(t, dir)
}

func TestABoxIsPrivate(t *testing.T) {
	b := storetest.New(t)
	r := storetest.Web(b.Clock.Now(), "附件")
	r.Files = files(intake.File{Name: "a", Body: strings.NewReader("x")})
	submit(t, b, r)
	if err := filepath.WalkDir(b.Path, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := os.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		if filepath.Base(filepath.Dir(path)) == "blobs" && !d.IsDir() && !info.ModTime().Equal(time.Date(2026, 9, 8, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s says more than its day: %s", path, info.ModTime())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	b := storetest.New(t)
	if _, err := store.Open(b.Path, store.Options{}); !errors.Is(err, intake.ErrInUse) {
		t.Errorf("error %v", err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(t *testing.T, dir string)
		want error
		says string
	}{
		"no box": {func(t *testing.T, dir string) { remove(t, dir) }, intake.ErrNoBox, "box"},
		"another version": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("meta")).Put([]byte("version"), []byte("dengwen box v2"))
			})
		}, intake.ErrVersion, "v2"},
		"wrong log key": {func(t *testing.T, dir string) {
			other := storetest.New(t)
			text, err := os.ReadFile(filepath.Join(other.Path, "log.key"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "log.key"), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}, intake.ErrKey, "log.key"},
		"no log key": {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "log.key")) }, intake.ErrKey, "log.key"},
		"a header changed": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("entries"))
				key := []byte{0, 0, 0, 0, 0, 0, 0, 2}
				v := append([]byte{}, b.Get(key)...)
				v[30] ^= 1
				return b.Put(key, v)
			})
		}, intake.ErrDamaged, "entry 2"},
		"a clear body changed": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("bodies"))
				key := []byte{0, 0, 0, 0, 0, 0, 0, 3, 0}
				v := append([]byte{}, b.Get(key)...)
				v[10] ^= 1
				return b.Put(key, v)
			})
		}, intake.ErrDamaged, "entry 3"},
		"an older state put back": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("meta")).Put([]byte("size"), []byte{0, 0, 0, 0, 0, 0, 0, 4})
			})
		}, intake.ErrBehind, "older state"},
		"tree hashes changed": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				// The newest entry's own hash: nothing but the checkpoint tells.
				return tx.Bucket([]byte("tree")).Put([]byte{0, 0, 0, 0, 0, 0, 0, 7}, make([]byte, 32))
			})
		}, intake.ErrDamaged, "checkpoint"},
		"not a database": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "box.db"), []byte(strings.Repeat("nothing ", 4096)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, intake.ErrDamaged, "box.db"},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			submit(t, b, storetest.Web(b.Clock.Now(), "一"))
			if _, err := b.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			copied := copyBox(t, b.Path)
			c.harm(t, copied)
			opened, err := store.Open(copied, store.Options{Now: b.Clock.Now})
			if err == nil {
				opened.Close()
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v; want %v that says %q", err, c.want, c.says)
			}
		})
	}
}

func TestCheckNamesTheEntry(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(t *testing.T, dir string)
		says string
	}{
		"a missing blob": {func(t *testing.T, dir string) {
			for _, p := range blobs(t, dir) {
				remove(t, p)
			}
		}, "missing from blobs"},
		"a flipped bit in a blob": {func(t *testing.T, dir string) {
			for _, p := range blobs(t, dir) {
				flip(t, p, 4000)
			}
		}, "its bytes"},
		"a body changed": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte("bodies"))
				key := []byte{0, 0, 0, 0, 0, 0, 0, 4, 1}
				v := append([]byte{}, b.Get(key)...)
				v[len(v)-1] ^= 0x80
				return b.Put(key, v)
			})
		}, "its bytes"},
		"a body missing": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("bodies")).Delete([]byte{0, 0, 0, 0, 0, 0, 0, 4, 0}) })
		}, "its body is missing"},
		"a count changed": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("counts")).Put([]byte("total/accepted/web"), []byte{0, 0, 0, 0, 0, 0, 0, 9})
			})
		}, "the count total/accepted/web is 9"},
		"a stray blob": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "blobs", strings.Repeat("ab", 32)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "belongs to no entry"},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.New(t)
			r := storetest.Web(b.Clock.Now(), "附件")
			r.Files = files(intake.File{Name: "a", Body: strings.NewReader("x")})
			submit(t, b, r)
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			copied := copyBox(t, b.Path)
			c.harm(t, copied)
			seen, err := store.Inspect(copied)
			if err != nil {
				t.Fatal(err)
			}
			defer seen.Close()
			problems, err := seen.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(problems) != 1 || problems[0].Entry != 4 || !strings.Contains(problems[0].What, c.says) {
				t.Errorf("problems %+v; want one of entry 4 that says %q", problems, c.says)
			}
		})
	}
}

func TestCheckReadsEveryTreeHash(t *testing.T) {
	b := storetest.New(t)
	for range 8 {
		submit(t, b, storetest.Call(b.Clock.Now(), strings.Repeat("一", int(b.Clock.Now().Sub(storetest.Start)/time.Second)+1)))
		b.Clock.Add(time.Second)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	dir := copyBox(t, b.Path)
	for i := range byte(22) { // twelve entries, ten inner nodes
		flip := func(tx *bbolt.Tx) error {
			key := []byte{0, 0, 0, 0, 0, 0, 0, i}
			v := append([]byte{}, tx.Bucket([]byte("tree")).Get(key)...)
			v[0] ^= 1
			return tx.Bucket([]byte("tree")).Put(key, v)
		}
		change(t, dir, flip)
		seen, err := store.Inspect(dir)
		var problems []entry.Problem
		if err == nil {
			problems, err = seen.Check(t.Context())
			err = errors.Join(err, seen.Close())
		}
		if err == nil && len(problems) == 0 {
			t.Errorf("tree hash %d was changed and nothing is wrong", i)
		}
		change(t, dir, flip)
	}
}

func TestCompactKeepsEverything(t *testing.T) {
	b := storetest.New(t)
	err := b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for r := range storetest.Calls(b, 600) {
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, errors.New("torn")) // leaves free pages behind
	}, tally(map[intake.Verdict]int{}))
	if err == nil {
		t.Fatal("the torn file went in")
	}
	out := submit(t, b, storetest.Web(b.Clock.Now(), "留下"))
	before := fileSize(t, filepath.Join(b.Path, "box.db"))
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := fileSize(t, filepath.Join(b.Path, "box.db")); after >= before {
		t.Errorf("%d bytes before, %d after", before, after)
	}
	record(t, b, out.ID)
	submit(t, b, storetest.Web(b.Clock.Now(), "之后"))
}

// copyBox copies a closed box, so that a test can harm it.
func copyBox(t *testing.T, path string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "box")
	if err := os.CopyFS(dir, os.DirFS(path)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// change writes into a closed box behind its back.
func change(t *testing.T, dir string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "box.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func blobs(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "blobs", "????*"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range found {
		if filepath.Base(p) != "incoming" {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		t.Fatal("no blobs")
	}
	return list
}

func flip(t *testing.T, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at%len(b)] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}
