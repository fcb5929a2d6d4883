package store_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// readerFunc is a Read.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// lying is a Read that says that it filled more than it was given.
var lying = readerFunc(func(p []byte) (int, error) { return len(p) + 1, nil })

// TestAPanicInAnAttachmentLeavesNothing: what a sender's side reads from may
// panic; the site that called lives on, and so would each sealed file.
func TestAPanicInAnAttachmentLeavesNothing(t *testing.T) {
	whole := intake.File{Name: "whole", Body: strings.NewReader("whole")}
	private := intake.File{Name: "original", Private: true, Body: strings.NewReader("original")}
	for name, c := range map[string]struct {
		files  []intake.File
		around store.Around
		after  bool // the list of files panics after its last
	}{
		"the first":     {files: []intake.File{{Body: lying}}},
		"a later one":   {files: []intake.File{whole, private, {Body: lying}}},
		"half":          {files: []intake.File{{Body: io.MultiReader(strings.NewReader(strings.Repeat("x", 200_000)), lying)}}},
		"none at all":   {files: []intake.File{{Name: "nil"}}},
		"the list":      {files: []intake.File{whole, private}, after: true},
		"on its way":    {files: []intake.File{whole}, around: panicAt(store.StepBlobLink, false)},
		"once it is in": {files: []intake.File{whole}, around: panicAt(store.StepBlobLink, true)},
	} {
		t.Run(name, func(t *testing.T) {
			b := storetest.NewAround(t, c.around)
			r := storetest.Web(b.Clock.Now(), "附件")
			r.Files = func(yield func(intake.File, error) bool) {
				for _, f := range c.files {
					if !yield(f, nil) {
						return
					}
				}
				if c.after {
					panic("a list with a fault")
				}
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Error("no panic")
					}
				}()
				_, _ = b.Submit(t.Context(), r)
			}()
			noBlobs(t, b)
			if n, err := b.Size(t.Context()); err != nil || n != 4 {
				t.Errorf("%d entries, %v; want the first four", n, err)
			}
			submit(t, b, storetest.Web(b.Clock.Now(), "照常"))
		})
	}
}

// panicAt panics at a step.
func panicAt(step store.Step, after bool) store.Around {
	return func(s store.Step, do func() error) error {
		if s != step {
			return do()
		}
		if after {
			if err := do(); err != nil {
				return err
			}
		}
		panic("a step with a fault")
	}
}

// noBlobs checks that no sealed file is there, under any of its names.
func noBlobs(t *testing.T, b *storetest.Box) {
	t.Helper()
	for _, dir := range []string{"blobs", "blobs/incoming"} {
		names, err := os.ReadDir(filepath.Join(b.Path, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if !n.IsDir() {
				t.Errorf("%s/%s is left", dir, n.Name())
			}
		}
	}
}
