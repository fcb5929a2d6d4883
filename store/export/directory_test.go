package export_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"dengwen/store/export"
	"dengwen/store/seal"
)

// private fails the test if anyone but the owner can read what is in dir.
func private(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenDirectory(t *testing.T) {
	l := smallLog(t)
	b := l.export(nil)
	ids := []seal.Identity{l.archive}
	parent := t.TempDir()
	into := func(name string) error {
		_, err := export.Open(context.Background(), bytes.NewReader(b), ids, filepath.Join(parent, name))
		return err
	}
	for _, d := range []string{"empty", "full", "killed.opening/files"} {
		if err := os.MkdirAll(filepath.Join(parent, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"full/x", "file", "killed.opening/files/x"} {
		if err := os.WriteFile(filepath.Join(parent, f), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("empty", filepath.Join(parent, "link")); err != nil {
		t.Fatal(err)
	}
	if err := into("link"); !errors.Is(err, syscall.ENOTDIR) {
		t.Error("a link to another place:", err)
	}
	if err := into("full"); !errors.Is(err, fs.ErrExist) {
		t.Error("a directory that is not empty:", err)
	}
	if err := into("file"); err == nil {
		t.Error("a file is taken for a directory")
	}
	if err := into("no/parent"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a directory in none:", err)
	}
	for _, name := range []string{"empty", "killed", "new/"} {
		if err := into(name); err != nil {
			t.Error(err)
		}
		private(t, filepath.Join(parent, name))
	}
	if got, err := os.ReadFile(filepath.Join(parent, "full/x")); err != nil || string(got) != "x" {
		t.Error("what was there was touched")
	}
	var names []string
	list, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		names = append(names, d.Name())
	}
	if want := []string{"empty", "file", "full", "killed", "killed.opening", "link", "new"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestOpenStops(t *testing.T) {
	l := smallLog(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "out")
	_, err := export.Open(ctx, bytes.NewReader(l.export(nil)), []seal.Identity{l.archive}, dir)
	refused(t, err, context.Canceled, "open")
}
