package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The pictures in docs/screens are those that its index leads to, and do not
// weigh on everybody who clones.
func TestScreens(t *testing.T) {
	t.Parallel()
	const dir, most = "../../docs/screens", 4 << 20
	index, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllSubmatch(index, -1) {
		linked[string(link[1])] = true
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.webp"))
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	var size int64
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		there, size = append(there, filepath.Base(path)), size+info.Size()
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(linked)), there); diff != "" {
		t.Errorf("what the index leads to, and what is there:\n%s", diff)
	}
	if size == 0 || size > most {
		t.Errorf("the pictures have %d bytes, at most %d", size, most)
	}
}
