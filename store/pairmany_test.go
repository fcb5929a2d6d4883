//go:build linux

package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// TestManyPhotos: a photo counts as one file, though two are sealed of it.
func TestManyPhotos(t *testing.T) {
	// Where syncing costs nothing: it is the number that is on trial.
	if storetest.OnSmallDisk(t, "size=256m") == nil {
		return
	}
	b := storetest.New(t)
	list := func(n int, f intake.File) *intake.Report {
		r := storetest.Web(b.Clock.Now(), "")
		r.Files = func(yield func(intake.File, error) bool) {
			for i := range n {
				f.Name, f.Body = fmt.Sprint(i), strings.NewReader("photo")
				if !yield(f, nil) {
					return
				}
			}
		}
		return r
	}
	const most = intake.MaxFiles
	if _, err := b.Submit(t.Context(), list(most+1, intake.File{})); !errors.Is(err, intake.ErrTooLong) {
		t.Fatalf("%d files: %v", most+1, err)
	}
	noBlobs(t, b)
	if parts := record(t, b, submit(t, b, list(most, intake.File{Shown: cleaner(0, 3, nil)})).ID).Header.Parts; len(parts) != 2+2*most {
		t.Errorf("%d photos: %d parts", most, len(parts))
	}
}
