package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestOutFile(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		err   error
		rival bool // somebody makes the file meanwhile
		there bool
	}{
		{"whole", nil, false, true}, {"failed", broken, false, false}, {"overtaken", nil, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "out")
			f, err := createOut(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Fatal("it is there before it is whole")
			}
			if _, err := f.WriteString("mine"); err != nil {
				t.Fatal(err)
			}
			want := "mine"
			if tt.rival {
				want = "theirs"
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err = f.finish(tt.err)
			if failed := tt.err != nil || tt.rival; failed != (err != nil) || tt.err != nil && !errors.Is(err, tt.err) {
				t.Fatalf("finish: %v", err)
			}
			if !tt.there {
				if left := names(t, dir); len(left) != 0 {
					t.Errorf("left behind: %v", left)
				}
				return
			}
			got, err := os.ReadFile(path)
			if err != nil || string(got) != want || len(names(t, dir)) != 1 {
				t.Errorf("%q %v %v", got, names(t, dir), err)
			}
			if info, err := os.Stat(path); err != nil || !tt.rival && info.Mode() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			if _, err := createOut(path); err == nil {
				t.Error("a file that is there was taken for free")
			}
		})
	}
}
