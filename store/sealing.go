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

// A sealing is a file on its way into blobs. It has two names until its entry
// is committed: the one in incoming tells the sweep that it may be an orphan.
// The order of the writes is the order of what a crash can leave:
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

	blob  blob
	named bool // it has, or may have, the names that the blob's hash gives it
}

// beginSealing opens a new file. The caller writes into w, closes it and calls
// place, or drop.
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

// place syncs a file that is sealed to its end, and gives it its two names.
func (s *sealing) place(f intake.File) error {
	if err := s.box.opts.Around.do(StepBlobSync, s.file.Sync); err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	sum, size := s.w.Sum()
	s.blob.part = entry.Part{Role: s.role, SHA256: sum, Size: size}
	name := f.Name
	if f.Shown != nil && s.role == entry.RoleFile && f.ShownName != "" {
		name = f.ShownName
	}
	s.blob.info = entry.FileInfo{SHA256: sum, Name: intake.CutName(name), Type: intake.CutName(f.Type), Size: s.w.Length()}
	s.named = true
	return s.box.opts.Around.do(StepBlobLink, func() error { return s.box.linkBlob(s.path, sum) })
}

// drop removes a file that no entry will name, however far it came.
func (s *sealing) drop() error {
	err := s.close()
	if s.named {
		s.box.settleBlobs([]blob{s.blob})
	}
	return errors.Join(err, discard(s.path))
}

func (s *sealing) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

func (b *Box) linkBlob(path string, sum entry.Hash) error {
	// Only the day of arrival is anybody's business, so that is all that the
	// file's times say; the change time is the kernel's and cannot be set.
	_, day, err := b.Now(context.Background())
	if err != nil {
		return err
	}
	when, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return err
	}
	if err := os.Chtimes(path, when, when); err != nil {
		return err
	}
	if err := rename(path, b.incomingPath(sum)); err != nil {
		return err
	}
	if err := os.Link(b.incomingPath(sum), b.blobPath(sum)); err != nil {
		return fmt.Errorf("the file system must have hard links: %w", err)
	}
	return syncDir(filepath.Join(b.dir, dirBlobs))
}
