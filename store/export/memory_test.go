package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/export"
	"dengwen/store/seal"
)

// A probe is a file that measures the heap while it is read and written.
type probe struct {
	*os.File
	calls int
	peak  uint64
}

func (p *probe) Read(b []byte) (int, error)  { p.measure(); return p.File.Read(b) }
func (p *probe) Write(b []byte) (int, error) { p.measure(); return p.File.Write(b) }

func (p *probe) measure() {
	if p.calls++; p.calls%10 == 0 {
		p.peak = max(p.peak, heap())
	}
}

// heap is what is in use, without what is garbage.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// No call holds a file in memory, however large it is.
func TestMemoryIsBounded(t *testing.T) {
	const large, bound = 32 << 20, 4 << 20
	l := newLog(t)
	l.accept(intake.Web, entry.Report{Text: "x"}, intake.Identity{}, testFile{"film.mp4", make([]byte, large), false})
	file, err := os.Create(filepath.Join(t.TempDir(), "export.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dir := filepath.Join(t.TempDir(), "out")
	for _, c := range []struct {
		name string
		call func(*probe) error
	}{
		{"Write", func(p *probe) error {
			_, err := export.Write(context.Background(), p, l, nil)
			return err
		}},
		{"Verify", func(p *probe) error {
			r, err := export.Verify(context.Background(), p, export.Options{Key: l.key()})
			if err == nil && !r.OK {
				err = errors.New(r.Problems[0].What)
			}
			return err
		}},
		{"Open", func(p *probe) error {
			_, err := export.Open(context.Background(), p, []seal.Identity{l.archive}, dir)
			return err
		}},
	} {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		p := &probe{File: file}
		before := heap()
		if err := c.call(p); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if p.peak == 0 || p.peak > before+bound {
			t.Errorf("%s: the heap grows from %d to %d bytes for a file of %d", c.name, before, p.peak, large)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "files", l.headers[4].ID+"-1.mp4"))
	if err != nil || info.Size() != large {
		t.Errorf("%+v, %v", info, err)
	}
}

// A size that a header promises costs nothing until the bytes are there.
func TestMemoryIsNotPromised(t *testing.T) {
	l := smallLog(t)
	l.headers[4].Parts[0].Size = entry.MaxInner
	var out bytes.Buffer
	_, err := export.Write(context.Background(), &out, l, nil)
	refused(t, err, intake.ErrDamaged, "entry 4")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = export.Open(context.Background(), &out, []seal.Identity{l.archive}, filepath.Join(t.TempDir(), "out"))
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 8<<20 {
		t.Errorf("%d bytes allocated, error %v", n, err)
	}
}
