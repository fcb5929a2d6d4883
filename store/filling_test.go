//go:build linux

package store_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// A filling is a box on a disk that fills up.
type filling struct {
	b     *storetest.Box
	disk  *storetest.Disk
	mu    sync.Mutex
	acked map[string]bool // entry ids
}

func (f *filling) submit(r *intake.Report) error {
	out, err := f.b.Submit(context.Background(), r)
	if err == nil && out.Verdict == intake.Accepted {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.acked[out.ID] = true
	}
	return err
}

func (f *filling) long(i int) *intake.Report {
	return storetest.Web(f.b.Clock.Now(), strings.Repeat("很", 8000)+strconv.Itoa(i))
}

func (f *filling) take(rows int, text string) error {
	accepted := map[string]bool{}
	err := f.b.SubmitAll(context.Background(), false, func(yield func(*intake.Report, error) bool) {
		for i := range rows {
			if !yield(storetest.Call(f.b.Clock.Now(), text+strconv.Itoa(i)), nil) {
				return
			}
		}
	}, func(_ int, o intake.Outcome) {
		if o.Verdict == intake.Accepted {
			accepted[o.ID] = true
		}
	})
	if err == nil {
		maps.Copy(f.acked, accepted)
	}
	return err
}

// mustBeFull wants the one error of a full disk.
func mustBeFull(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, intake.ErrFull) {
		t.Fatalf("%s: %v; want %v", what, err, intake.ErrFull)
	}
}

// look reads the box as it is now: it has what was acknowledged, nothing else,
// and nothing half-done.
func (f *filling) look(t *testing.T) {
	t.Helper()
	status, err := f.b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	blobs := 0
	found := map[string]bool{}
	for rec, err := range f.b.Entries(t.Context(), 0, status.Entries) {
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range rec.Header.Parts {
			stored, err := storetest.ReadPart(f.b.Box, rec.Index, i)
			if err != nil || entry.HashOf(stored) != p.SHA256 {
				t.Fatalf("entry %d, part %d: %v", rec.Index, i, err)
			}
			if p.Role.Blob() {
				blobs++
			}
		}
		if rec.Header.Kind == entry.KindAccepted {
			found[rec.Header.ID] = true
		}
	}
	if diff := cmp.Diff(f.acked, found); diff != "" {
		t.Errorf("acknowledged, and in the log: %s", diff)
	}
	for dir, want := range map[string]int{".": 4, "blobs": blobs + 1, "blobs/incoming": 0} {
		if names, err := os.ReadDir(filepath.Join(f.b.Path, dir)); err != nil || len(names) != want {
			t.Errorf("%s: %v, %v; want %d names", dir, names, err, want)
		}
	}
}
