//go:build linux

package store_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// The small disk of TestNoFilesBelowTheFloor, and what has to stay free on it.
const (
	floorDisk = "size=96m"
	floorFree = 96 << 20 / 20
)

// TestNoFilesBelowTheFloor: on a disk that is nearly full there is no room for
// files any more, and still for words.
func TestNoFilesBelowTheFloor(t *testing.T) {
	disk := storetest.OnSmallDisk(t, floorDisk)
	if disk == nil {
		return
	}
	f := &filling{b: storetest.New(t), disk: disk, acked: map[string]bool{}}
	t.Run("begun below", f.begunBelow)
	t.Run("on the way", f.onTheWay)
	t.Run("above", f.above)
}

// someFile is what brings a file in, by each of its ways.
func (f *filling) someFile(body func() io.Reader) map[string]func(t *testing.T) error {
	shown := func(r io.Reader) io.Reader { return r }
	list := map[string]intake.File{"a file": {}, "an original": {Private: true}, "a photo": {Shown: shown},
		"a photo that cannot be cleaned": {Shown: func(r io.Reader) io.Reader { return broken{errUnclean} }}}
	ways := map[string]func(t *testing.T) error{}
	for name, file := range list {
		ways[name] = func(*testing.T) error {
			file.Body = body()
			r := storetest.Web(f.b.Clock.Now(), "有附件")
			r.Files = files(intake.File{Body: strings.NewReader("")}, file)
			return f.submit(r)
		}
		ways["added: "+name] = func(t *testing.T) error {
			out := submit(t, f.b, storetest.Web(f.b.Clock.Now(), "只有文字"))
			f.acked[out.ID] = true
			file.Body = body()
			_, err := f.b.Add(t.Context(), out.Receipt, storetest.Addition(f.b.Clock.Now(), "补充", file))
			return err
		}
	}
	return ways
}

// refused wants every way to be refused for the floor, with space left, and
// nothing of it to be there; then words go in, and stay.
func (f *filling) refused(t *testing.T, ways map[string]func(t *testing.T) error) {
	t.Helper()
	for name, send := range ways {
		err := send(t)
		mustBeFull(t, name, err)
		if errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v; want to be refused while there is space", name, err)
		}
		f.look(t)
		noBlobs(t, f.b)
	}
	for i := range 20 {
		if err := f.submit(f.long(i)); err != nil {
			t.Error(err)
		}
	}
	f.look(t)
	f.b.Reopen(t)
	f.look(t)
}

// begunBelow sends files, of no bytes at all, when there is too little space
// already.
func (f *filling) begunBelow(t *testing.T) {
	f.disk.Fill(t, floorFree-4096)
	f.refused(t, f.someFile(func() io.Reader {
		return readerFunc(func([]byte) (int, error) { t.Error("it is read"); return 0, io.EOF })
	}))
	f.disk.Free(t)
}

// onTheWay sends files that use up what is above the floor, or begin above it
// and are overtaken by something else.
func (f *filling) onTheWay(t *testing.T) {
	f.disk.Fill(t, floorFree+2<<20)
	f.refused(t, f.someFile(func() io.Reader { return io.LimitReader(zeros{}, 4<<20) }))
	f.disk.Free(t)

	filled := func() io.Reader {
		return readerFunc(func([]byte) (int, error) { f.disk.Fill(t, floorFree-4096); return 0, io.EOF })
	}
	f.refused(t, f.someFile(func() io.Reader {
		f.disk.Free(t)
		return io.MultiReader(strings.NewReader("a"), filled(), io.LimitReader(zeros{}, 3<<20))
	}))
	f.disk.Free(t)
}

// above is the same, sent while there is space.
func (f *filling) above(t *testing.T) {
	f.disk.Fill(t, floorFree+20<<20)
	for name, send := range f.someFile(func() io.Reader { return io.LimitReader(zeros{}, 1<<20) }) {
		if err := send(t); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
