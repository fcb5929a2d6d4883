package store_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"

	"dengwen/intake"
	"dengwen/store"
	"dengwen/store/storetest"
)

// BenchmarkSubmitAll imports whole files: aim 1,000 rows a second and more,
// and a heap that does not grow with the file.
func BenchmarkSubmitAll(b *testing.B) {
	for _, rows := range []int{2_000, 20_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			var before, peak uint64
			for range b.N {
				b.StopTimer()
				box := storetest.New(b)
				runtime.GC()
				before = heap()
				b.StartTimer()
				err := box.SubmitAll(b.Context(), false, func(yield func(*intake.Report, error) bool) {
					for i := range rows {
						text := fmt.Sprintf("%d %s", i, strings.Repeat("群众来电反映的问题", 20))
						if !yield(storetest.Call(box.Clock.Now(), text), nil) {
							return
						}
					}
				}, func(i int, o intake.Outcome) {
					if o.Verdict != intake.Accepted {
						b.Errorf("row %d: %+v", i, o)
					}
					if i%16 == 0 {
						peak = max(peak, heap())
					}
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric((float64(peak)-float64(before))/(1<<20), "peak-MB")
		})
	}
}

// heap is the bytes of objects that live or are not yet swept.
func heap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// BenchmarkOpenMillion opens a box of a million entries: aim 50 ms and less.
func BenchmarkOpenMillion(b *testing.B) {
	const entries = 1_000_000
	dir, clock := filepath.Join(b.TempDir(), "box"), storetest.NewClock()
	opts := store.Options{Now: clock.Now}
	if err := store.Create(dir, storetest.Founding(b, storetest.NewKeys(b)), opts); err != nil {
		b.Fatal(err)
	}
	box, err := store.Open(dir, opts)
	if err != nil {
		b.Fatal(err)
	}
	if err := box.PlaceMany(b.Context(), entries); err != nil {
		b.Fatal(err)
	}
	if _, err := box.Checkpoint(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := box.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			box, err := store.Open(dir, opts)
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := box.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}

// BenchmarkWhole reads everything that a box holds, for a backup onto the same
// disk and for Check.
func BenchmarkWhole(b *testing.B) {
	box := storetest.New(b)
	for i := range 2_000 {
		r := storetest.Call(box.Clock.Now(), fmt.Sprint(i))
		if i%50 == 0 {
			r.Files = files(intake.File{Name: "a", Body: io.LimitReader(zeros{}, 2<<20)})
		}
		if _, err := box.Submit(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
	if err := box.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
	var size int64
	err := filepath.WalkDir(box.Path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("backup", func(b *testing.B) {
		b.SetBytes(size)
		dir := b.TempDir()
		for b.Loop() {
			file, err := os.CreateTemp(dir, "backup-*")
			if err != nil {
				b.Fatal(err)
			}
			if err := errors.Join(box.Backup(b.Context(), file), file.Sync(), file.Close(), os.Remove(file.Name())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("check", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			if problems, err := box.Check(b.Context()); err != nil || len(problems) > 0 {
				b.Fatal(problems, err)
			}
		}
	})
}
