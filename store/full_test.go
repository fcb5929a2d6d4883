//go:build linux

package store_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// TestFullDisk fills a real disk under a box. Whatever finds no space says so,
// with the one error; the box can be read as before; and what failed goes in
// once there is space, without the box being opened anew.
func TestFullDisk(t *testing.T) {
	disk := storetest.OnSmallDisk(t, "size=48m,nr_inodes=500")
	if disk == nil {
		return
	}
	f := &filling{b: storetest.New(t), disk: disk, acked: map[string]bool{}}
	t.Run("upload", f.upload)
	t.Run("upload to the end", f.uploadToTheEnd)
	t.Run("file", f.file)
	t.Run("torn", f.torn)
	t.Run("calls", f.calls)
	t.Run("singles", f.singles)
	t.Run("upkeep", f.upkeep)
	t.Run("inodes", f.inodes)
}

// upload reaches the floor in the middle of a file; less still fits.
func (f *filling) upload(t *testing.T) {
	f.disk.Fill(t, 6<<20)
	r := f.long(0)
	r.Files = files(intake.File{Name: "fits", Body: strings.NewReader("contents")}, intake.File{Name: "does not", Body: io.LimitReader(zeros{}, 8<<20)})
	mustBeFull(t, "an upload", f.submit(r))
	f.look(t)
	r.Files = files(intake.File{Name: "fits", Body: io.LimitReader(zeros{}, 1<<20)})
	if err := f.submit(r); err != nil {
		t.Error(err)
	}
	f.disk.Free(t)
	f.look(t)
}

// uploadToTheEnd runs out of space between two looks at what is free.
func (f *filling) uploadToTheEnd(t *testing.T) {
	fill := readerFunc(func([]byte) (int, error) { f.disk.Fill(t, 0); return 0, io.EOF })
	free := readerFunc(func([]byte) (int, error) { f.disk.Free(t); return 0, io.EOF })
	body := func() io.Reader {
		return io.MultiReader(strings.NewReader("contents"), fill, io.LimitReader(zeros{}, 512<<10))
	}
	// Space for the original comes once there was none for what is shown of it;
	// age writes as soon as it has more than 64 KiB.
	picture := func(io.Reader) io.Reader {
		return iotest.DataErrReader(io.MultiReader(fill, io.LimitReader(zeros{}, 64<<10+100)))
	}
	for what, file := range map[string]intake.File{"a file": {Body: body()},
		"a photo":                       {Body: body(), Shown: func(r io.Reader) io.Reader { return r }},
		"a photo that is not looked at": {Body: body(), Shown: func(io.Reader) io.Reader { return strings.NewReader("a picture") }},
		"a picture":                     {Body: free, Shown: picture}} {
		r := f.long(0)
		r.Files = files(intake.File{Name: "fits", Body: strings.NewReader("contents")}, file)
		err := f.submit(r)
		mustBeFull(t, what, err)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v; want the disk to have said so", what, err)
		}
		f.disk.Free(t)
		f.look(t)
	}
}

// file runs out of space after some chunks of a file were staged.
func (f *filling) file(t *testing.T) {
	f.disk.Fill(t, 8<<20)
	mustBeFull(t, "a file", f.take(2000, "一行"))
	f.look(t)
	f.disk.Free(t)
	if err := f.take(600, "一行"); err != nil {
		t.Error(err)
	}
	f.look(t)
}

// torn is a file that fails when no space is left: what was staged of it goes
// all the same, or else as soon as there is some.
func (f *filling) torn(t *testing.T) {
	err := f.b.SubmitAll(t.Context(), false, func(yield func(*intake.Report, error) bool) {
		for i := range 600 {
			if !yield(storetest.Call(f.b.Clock.Now(), "撕"+strconv.Itoa(i)), nil) {
				return
			}
		}
		f.disk.Fill(t, 0)
		yield(nil, errTorn)
	}, func(int, intake.Outcome) {})
	if !errors.Is(err, errTorn) {
		t.Errorf("error %v", err)
	}
	f.look(t)
	if err := f.submit(storetest.Call(f.b.Clock.Now(), "撕0")); err != nil {
		mustBeFull(t, "a call", err)
	}
	f.disk.Free(t)
	if err := f.take(20, "撕"); err != nil {
		t.Error(err)
	}
	f.look(t)
}

// singles are reports of many callers at once.
func (f *filling) singles(t *testing.T) {
	f.disk.Fill(t, 2<<20)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := f.submit(f.long(i))
				if errors.Is(err, intake.ErrFull) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	f.look(t)
	var call *intake.Report // the first that finds no space when it comes alone
	var err error
	for i := 0; err == nil; i++ {
		call = storetest.Call(f.b.Clock.Now(), strings.Repeat("长", 8000)+strconv.Itoa(i))
		err = f.submit(call)
	}
	mustBeFull(t, "a call", err)
	mustBeFull(t, "a file", f.take(300, strings.Repeat("满", 1000)))
	f.look(t)
	f.disk.Free(t)
	for _, r := range []*intake.Report{call, f.long(0)} {
		if err := f.submit(r); err != nil {
			t.Error(err)
		}
	}
	f.look(t)
}

// upkeep is all that the box writes of its own accord.
func (f *filling) upkeep(t *testing.T) {
	f.disk.Fill(t, 0)
	for what, do := range map[string]func(context.Context) error{
		"compact":    f.b.Compact,
		"close days": func(ctx context.Context) error { f.b.Clock.Add(24 * time.Hour); return f.b.CloseDays(ctx) },
		"checkpoint": func(ctx context.Context) error { _, err := f.b.Checkpoint(ctx); return err },
		"export":     func(ctx context.Context) error { _, _, err := f.b.Export(ctx, 0); return err },
		"views":      func(ctx context.Context) error { return f.b.PutViews(ctx, map[int64][]byte{4: make([]byte, 1<<20)}) },
		"backup": func(ctx context.Context) error {
			file, err := os.CreateTemp("", "backup-*")
			return errors.Join(err, f.b.Backup(ctx, file), file.Close(), os.Remove(file.Name()))
		},
	} {
		mustBeFull(t, what, do(t.Context()))
		f.look(t)
	}
	f.disk.Free(t)
	for _, do := range []func(context.Context) error{f.b.CloseDays, f.b.Compact} {
		if err := do(t.Context()); err != nil {
			t.Error(err)
		}
	}
	f.look(t)
}

// inodes can be full on a disk that has space.
func (f *filling) inodes(t *testing.T) {
	f.disk.FillInodes(t)
	r := f.long(0)
	if err := f.submit(r); err != nil {
		t.Error(err)
	}
	r.Files = files(intake.File{Name: "a", Body: strings.NewReader("contents")})
	mustBeFull(t, "an upload", f.submit(r))
	_, err := f.b.Checkpoint(t.Context())
	mustBeFull(t, "a checkpoint", err)
	mustBeFull(t, "compact", f.b.Compact(t.Context()))
	f.look(t)
	f.disk.Free(t)
	if err := f.submit(r); err != nil {
		t.Error(err)
	}
	if _, err := f.b.Checkpoint(t.Context()); err != nil {
		t.Error(err)
	}
	f.look(t)
}
