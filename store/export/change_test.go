package export_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
)

// smallLog has what a container can hold and little of it.
func smallLog(t testing.TB) *testLog {
	l := newLog(t)
	l.accept(intake.Web, entry.Report{Text: "第一件"}, intake.Identity{}, testFile{"a.txt", []byte("x"), false})
	return l
}

// places lists the bytes of an export for the exhaustive tests: all of them,
// but of what lies inside ciphertexts, where one is like the other, every 16th.
func places(t testing.TB, b []byte) (list []int) {
	at := 0
	for _, m := range untar(t, b) {
		size := len(m.content)
		for i := range 512 + (size+511)/512*512 {
			inside := strings.HasSuffix(m.name, ".age") && i > 512+16 && i < 512+size-16
			if !inside || i%16 == 0 {
				list = append(list, at+i)
			}
		}
		at += 512 + (size+511)/512*512
	}
	for ; at < len(b); at++ {
		list = append(list, at)
	}
	return list
}

// neverOK verifies changed copies of an export on all cores, one for each of
// its places.
func neverOK(t *testing.T, key string, b []byte, change func(b []byte, at int) []byte) {
	t.Helper()
	list := places(t, b)
	cores := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for c := range cores {
		wg.Go(func() {
			for i := c * thin; i < len(list); i += cores * thin {
				changed := change(bytes.Clone(b), list[i])
				r, err := export.Verify(context.Background(), bytes.NewReader(changed), export.Options{Key: key})
				if err != nil || r.OK || len(r.Problems) == 0 {
					t.Errorf("at byte %d: %+v, %v", list[i], r, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestAnyChangedByteShows(t *testing.T) {
	l := smallLog(t)
	neverOK(t, l.key(), l.export(nil), func(b []byte, at int) []byte {
		b[at] ^= 1 << (at % 8)
		return b
	})
}

func TestAnyTruncationShows(t *testing.T) {
	l := smallLog(t)
	neverOK(t, l.key(), l.export(nil), func(b []byte, at int) []byte { return b[:at] })
}

func TestAnyAdditionShows(t *testing.T) {
	l := smallLog(t)
	b := l.export(nil)
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, tail := range [][]byte{{0}, {1}, make([]byte, 512), make([]byte, 8192), []byte("x\n"), b} {
		if r := verify(t, append(bytes.Clone(b), tail...), export.Options{Key: l.key()}); r.OK {
			t.Errorf("%d bytes more at the end are not seen", len(tail))
		}
	}
	for range 200 {
		at, n := rnd.IntN(len(b)), 1+rnd.IntN(1024)
		if r := verify(t, slices.Concat(b[:at], make([]byte, n), b[at:]), export.Options{Key: l.key()}); r.OK {
			t.Errorf("%d zeros more at %d are not seen", n, at)
		}
		if end := min(at+n, len(b)); verify(t, slices.Concat(b[:at], b[end:]), export.Options{Key: l.key()}).OK {
			t.Errorf("bytes %d to %d are not missed", at, end)
		}
	}
}
