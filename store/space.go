package store

import (
	"fmt"
	"io"

	"dengwen/intake"
)

// The floor under the free space. Files are refused while less than the floor
// is free, so that words still find room: the smaller of floorMost and one
// floorShare-th of the file system, which leaves small disks some use too.
//
// What the floor is for is written once a file is not: a commit copies each page
// that it changes and writes bbolt's list of free pages anew. With its bodies of
// some 16 KiB, an ordinary report takes about 20 KiB, so floorMost is good for
// ten thousand; a commit of 512 of the longest that the web form takes stays
// below 150 MiB. Besides there are closed days and checkpoints, of a few KiB. As the
// box opens bbolt (see initialMmap) it makes box.db longer than it needs by 16
// MiB each time that it grows, but that is a hole, which takes no space until
// pages are written there. A compaction, which needs room for a second box.db,
// is not provided for: it can wait.
const (
	floorMost  = 256 << 20 // bytes
	floorShare = 20
	// floorStep is how much of sealed files, all together, may be written between
	// two looks; a look costs microseconds.
	floorStep = 1 << 20
)

// floor is what has to stay free on a file system of so many bytes.
func floor(size uint64) uint64 { return min(floorMost, size/floorShare) }

// roomForFiles refuses a file, or the rest of it, while less than the floor is
// free where box.db lies; the error wraps intake.ErrFull. A quota shows only
// once it is used up.
func (b *Box) roomForFiles() error {
	free, size, err := diskSpace(b.dir)
	if err != nil {
		return fmt.Errorf("how much space is free: %w", err)
	}
	if least := floor(size); free < least {
		return fmt.Errorf("%d KiB are free, and %d KiB are kept for reports without files: %w", free>>10, least>>10, intake.ErrFull)
	}
	return nil
}

// spaced writes a sealed file and looks now and then whether there is room for
// more of it. Whoever begins a file has had a look.
type spaced struct {
	box *Box
	w   io.Writer
}

func (s spaced) Write(p []byte) (int, error) {
	if n := s.box.unlooked.Add(int64(len(p))); n > floorStep {
		s.box.unlooked.Store(0)
		if err := s.box.roomForFiles(); err != nil {
			return 0, err
		}
	}
	return s.w.Write(p)
}
