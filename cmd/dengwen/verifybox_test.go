package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/storetest"
)

// What the log's verifier and the box's own check both find is named once, and
// what only one of them finds is named too.
func TestVerifyBoxNamesEachPlaceOnce(t *testing.T) {
	b := storetest.New(t)
	for _, name := range []string{"first", "second"} {
		r := storetest.Web(b.Clock.Now(), name)
		r.Files = func(yield func(intake.File, error) bool) {
			yield(intake.File{Name: name, Body: strings.NewReader(name)}, nil)
		}
		if _, err := b.Submit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	state, err := b.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	blobs := map[int64]string{}
	for rec, err := range b.Entries(t.Context(), 4, 6) {
		if err != nil {
			t.Fatal(err)
		}
		blobs[rec.Index] = filepath.Join("blobs", rec.Header.Parts[2].SHA256.String())
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	change := func(path string, with func([]byte) []byte) {
		t.Helper()
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, with(was), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		damage func(dir string)
		want   []entry.Problem
	}{
		{"nothing", func(string) {}, []entry.Problem{}},
		{"a file altered", func(dir string) {
			change(filepath.Join(dir, blobs[4]), func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		}, []entry.Problem{{Entry: 4, What: "part 2 (file): its bytes are not those that the header names"}}},
		{"a file lost", func(dir string) {
			if err := os.Remove(filepath.Join(dir, blobs[5])); err != nil {
				t.Fatal(err)
			}
		}, []entry.Problem{{Entry: 5, What: "part 2 (file): missing, and no erased entry names it"}}},
		{"a stranger", func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, "blobs", "x"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, []entry.Problem{{Entry: 5, What: "a file in blobs belongs to no entry"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "box")
			if err := os.CopyFS(dir, os.DirFS(b.Path)); err != nil {
				t.Fatal(err)
			}
			c.damage(dir)
			r, err := verifyBox(t.Context(), dir, export.Options{Key: state.Key})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, r.Problems); diff != "" || r.OK != (len(c.want) == 0) || r.Entries != 6 {
				t.Errorf("%+v: %s", r, diff)
			}
		})
	}
	// A header that cannot be read stops both, and is one problem.
	dir := filepath.Join(t.TempDir(), "box")
	if err := os.CopyFS(dir, os.DirFS(b.Path)); err != nil {
		t.Fatal(err)
	}
	change(filepath.Join(dir, "box.db"), func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte(`"kind":"accepted"`), []byte(`"kind":"acceptex"`))
	})
	r, err := verifyBox(t.Context(), dir, export.Options{Key: state.Key})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) != 1 || r.Problems[0].Entry != 4 || !strings.HasPrefix(r.Problems[0].What, "entry 4: ") {
		t.Errorf("%+v", r)
	}
}

func TestJoined(t *testing.T) {
	r := export.Report{OK: true, Problems: []entry.Problem{}}
	if got := joined(r, nil); !got.OK || got.Problems == nil {
		t.Errorf("%+v", got)
	}
	r.Problems = []entry.Problem{{Entry: -1, What: "unanchored"}, {Entry: 4, What: "part 1 (identity): missing, and more"}, {Entry: 9, What: "late"}}
	got := joined(r, []entry.Problem{{Entry: 4, What: "part 0 (report): its body is missing"}, {Entry: 4, What: "part 1 (identity): its body is missing"},
		{Entry: 5, What: "part 1 (identity): its body is missing"}, {Entry: 9, What: "late"}})
	want := []entry.Problem{{Entry: -1, What: "unanchored"}, {Entry: 4, What: "part 1 (identity): missing, and more"}, {Entry: 4, What: "part 0 (report): its body is missing"},
		{Entry: 5, What: "part 1 (identity): its body is missing"}, {Entry: 9, What: "late"}}
	if diff := cmp.Diff(want, got.Problems); diff != "" || got.OK {
		t.Error(diff)
	}
}
