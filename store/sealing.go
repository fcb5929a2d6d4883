package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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
	path string
	file *os.File // nil once it is closed
	w    *seal.Writer
	blob blob // once it is finished
}

// beginSealing opens a new file. The caller writes into w, closes it and calls
// finish, or drop.
func (b *Box) beginSealing(role entry.Role, to []seal.Recipient) (s *sealing, err error) {
	s = &sealing{box: b, role: role, path: filepath.Join(b.dir, dirBlobs, dirIncoming, newBlob+rand.Text())}
	if s.file, err = os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	if s.w, err = seal.NewWriter(spaced{box: b, w: s.file}, intake.MaxFileBytes, to...); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	return s, nil
}

// finish makes a file that is sealed to its end durable under the name that it
// has; see placeBlobs.
func (s *sealing) finish(f intake.File) error {
	// Only the day of arrival is anybody's business, so that is all that the
	// file's times say; the change time is the kernel's and cannot be set.
	when, err := s.box.midnight()
	if err != nil {
		return err
	}
	if err := os.Chtimes(s.path, when, when); err != nil {
		return err
	}
	if err := s.box.opts.Around.do(StepBlobSync, s.file.Sync); err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	sum, size := s.w.Sum()
	name := f.Name
	if f.Shown != nil && s.role == entry.RoleFile && f.ShownName != "" {
		name = f.ShownName
	}
	s.blob = blob{path: s.path, part: entry.Part{Role: s.role, SHA256: sum, Size: size},
		info: entry.FileInfo{SHA256: sum, Name: intake.CutName(name), Type: intake.CutName(f.Type), Size: s.w.Length()}}
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
func (s *sealing) drop() error { return errors.Join(s.close(), discard(s.path)) }

func (s *sealing) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

func (b *Box) incomingPath(sum entry.Hash) string {
	return filepath.Join(b.dir, dirBlobs, dirIncoming, sum.String())
}

// placeBlobs gives finished files the two names that their hashes give them.
// However many there are, each of the two directories is synced once.
func (b *Box) placeBlobs(blobs []blob) error {
	if len(blobs) == 0 {
		return nil
	}
	if err := b.linkBlobs(blobs); err != nil {
		return fmt.Errorf("sealed file: %w", noSpace(err))
	}
	return nil
}

func (b *Box) linkBlobs(blobs []blob) error {
	for _, f := range blobs {
		if err := os.Rename(f.path, b.incomingPath(f.part.SHA256)); err != nil {
			return err
		}
	}
	// A crash before this is done leaves each file in incoming, under one name or
	// the other. From here on no name in blobs is without the one in incoming.
	if err := syncDir(filepath.Join(b.dir, dirBlobs, dirIncoming)); err != nil {
		return err
	}
	for _, f := range blobs {
		err := b.opts.Around.do(StepBlobLink, func() error { return os.Link(b.incomingPath(f.part.SHA256), b.blobPath(f.part.SHA256)) })
		if err != nil {
			return fmt.Errorf("the file system must have hard links: %w", err)
		}
	}
	return syncDir(filepath.Join(b.dir, dirBlobs)) // a crash after it leaves both names of all
}
