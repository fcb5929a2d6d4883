package store

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// newBlob begins the name of a file that is still being sealed.
const newBlob = "new-"

// A sealing is a file on its way into blobs. Once it is placed it has two names
// until its entry is committed: the one in incoming tells the sweep that it may
// be an orphan. The order of the writes is the order of what a crash can leave:
//
//	incoming/new-…            nothing refers to it; swept
//	incoming/HASH             complete and synced; swept
//	incoming/HASH, HASH       swept unless an entry in the log names it
//	HASH                      the entry is committed
type sealing struct {
	box  *Box
	role entry.Role
	buf  *bufio.Writer // age writes a header in a hundred pieces
	w    *seal.Writer
	blob blob // its part and info once it is finished
}

// beginSealing opens a new file. The caller writes into w, closes it and calls
// finish, or drop.
func (b *Box) beginSealing(role entry.Role, to []seal.Recipient) (s *sealing, err error) {
	s = &sealing{box: b, role: role}
	s.blob.path = filepath.Join(b.dir, dirBlobs, dirIncoming, newBlob+rand.Text())
	if s.blob.file, err = os.OpenFile(s.blob.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	s.buf = bufio.NewWriter(spaced{box: b, w: s.blob.file})
	if s.w, err = seal.NewWriter(s.buf, intake.MaxFileBytes, to...); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	return s, nil
}

// finish writes the end of a file that is sealed to its end. It is not on the
// disk before syncBlobs, and is nobody's before placeBlobs.
func (s *sealing) finish(f intake.File) error {
	if err := s.buf.Flush(); err != nil {
		return err
	}
	// Only the day of arrival is anybody's business, so that is all that the
	// file's times say; the change time is the kernel's and cannot be set.
	when, err := s.box.midnight()
	if err != nil {
		return err
	}
	if err := os.Chtimes(s.blob.path, when, when); err != nil {
		return err
	}
	sum, size := s.w.Sum()
	name := f.Name
	if f.Shown != nil && s.role == entry.RoleFile && f.ShownName != "" {
		name = f.ShownName
	}
	s.blob.part = entry.Part{Role: s.role, SHA256: sum, Size: size}
	s.blob.info = entry.FileInfo{SHA256: sum, Name: intake.CutName(name), Type: intake.CutName(f.Type), Size: s.w.Length()}
	return nil
}

// midnight is the beginning of today, in UTC.
func (b *Box) midnight() (time.Time, error) {
	_, day, err := b.Now(context.Background())
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.DateOnly, day)
}

// drop removes a file that no entry will name, however far it came.
func (s *sealing) drop() error { return errors.Join(s.blob.close(), discard(s.blob.path)) }
