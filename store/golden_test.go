package store_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// The golden box is a box of format v1 that holds all that a box can hold
// since v1: every kind of entry that is written, every role of a part, two
// generations of keys, two origins. It was made once, by goldenmake_test.go,
// and no file of it is ever edited again: what today's program cannot read
// here, it cannot read in boxes that are in use.
//
//	box/         the box, without blobs/incoming, which is empty
//	keys/        the archive's and the office's keys, the passphrase of the
//	             account zhang, and the receipt code of the first report
//	listing.txt  all that is in it, opened
//	SHA256SUMS   of all these files
const golden = "testdata/golden-v1"

// goldenSum is the SHA-256 of SHA256SUMS.
const goldenSum = "7e9d2779f04c04feb899913322347a53bc712d8fbe07339e672dbf4814b80826"

// goldenMeaning is the meaning of a call that is in the golden box.
const goldenMeaning = "一件事"

// goldenNow is a time of day after the golden box was last written to.
var goldenNow = time.Date(2026, 9, 9, 4, 0, 0, 0, time.UTC)

func TestGoldenIsNeverEdited(t *testing.T) {
	sums := goldenSums(t)
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(sums))); got != goldenSum {
		t.Errorf("%s is not what it was: its sums hash to %s, want %s", golden, got, goldenSum)
	}
	if diff := cmp.Diff(readGolden(t, "SHA256SUMS"), sums); diff != "" {
		t.Error(diff)
	}
}

// TestGolden opens the golden box and everything in it, and goes on with it.
func TestGolden(t *testing.T) {
	b := openGolden(t)
	if diff := cmp.Diff(readGolden(t, "listing.txt"), listing(t, b)); diff != "" {
		t.Error(diff)
	}
	goOn(t, b)
}

// TestGoldenBackup restores a backup of the golden box.
func TestGoldenBackup(t *testing.T) {
	var saved bytes.Buffer
	out := tar.NewWriter(&saved)
	add := func(name, text string) {
		if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	add("backup.json", `{"v":"dengwen backup v1"}`)
	var note string // the newest, so that the box goes on under its name
	for _, name := range goldenFiles(t) {
		if member, ok := strings.CutPrefix(name, "box/"); ok {
			add(member, readGolden(t, name))
			if strings.HasPrefix(member, "checkpoints/") {
				note = readGolden(t, name)
			}
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	b := &storetest.Box{Clock: storetest.NewClock()}
	b.Clock.Set(goldenNow)
	b = restored(t, b, saved.Bytes(), []byte(note))
	if diff := cmp.Diff(readGolden(t, "listing.txt"), listing(t, b)); diff != "" {
		t.Error(diff)
	}
}

// goOn uses a box as if it had been made today.
func goOn(t *testing.T, b *storetest.Box) {
	t.Helper()
	if out := submit(t, b, storetest.Call(goldenNow, goldenMeaning)); out.Verdict != intake.Duplicate {
		t.Errorf("a call that is in the box: %+v", out)
	}
	submit(t, b, storetest.Web(goldenNow, "今天的举报"))
	b.Clock.Add(24 * time.Hour)
	if err := b.CloseDays(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Compact(t.Context()); err != nil {
		t.Error(err)
	}
	b.Reopen(t)
}

// openGolden opens a copy of the golden box.
func openGolden(t *testing.T) *storetest.Box {
	t.Helper()
	b := &storetest.Box{Path: filepath.Join(t.TempDir(), "box"), Clock: storetest.NewClock()}
	b.Clock.Set(goldenNow)
	if err := os.CopyFS(b.Path, os.DirFS(filepath.Join(golden, "box"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(b.Path, "blobs", "incoming"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.Open(t, nil)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		storetest.CheckInvariants(t, b.Path)
	})
	return b
}

// goldenFiles lists all files but SHA256SUMS, sorted.
func goldenFiles(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(golden), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && name != "SHA256SUMS" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// goldenSums is what sha256sum prints of them.
func goldenSums(t *testing.T) string {
	t.Helper()
	var sums strings.Builder
	for _, name := range goldenFiles(t) {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256([]byte(readGolden(t, name))), name)
	}
	return sums.String()
}

func readGolden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(golden, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func writeGolden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(golden, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
