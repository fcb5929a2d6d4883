package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"

	"go.etcd.io/bbolt"
)

// newBlob begins the name of a file that is still being sealed.
const newBlob = "new-"

// A blob is a sealed file that has been written but whose entry may not be.
type blob struct {
	part entry.Part
	info entry.FileInfo
}

// receiveFiles streams a report's files into sealed blobs, in the order that a
// header lists them: what the team may read, then untouched originals. When it
// fails, or something panics in what the sender's side reads from, it leaves none.
func (b *Box) receiveFiles(ctx context.Context, r *intake.Report, team, custodian []seal.Recipient) ([]blob, error) {
	if r.Files == nil {
		return nil, nil
	}
	var files, originals []blob
	whole := false
	defer func() {
		if !whole {
			b.settleBlobs(append(files, originals...))
		}
	}()
	for f, err := range r.Files {
		if err == nil && len(files)+len(originals) == intake.MaxFiles {
			err = fmt.Errorf("files: more than %d: %w", intake.MaxFiles, intake.ErrTooLong)
		}
		if err == nil {
			err = ctx.Err()
		}
		role, to := entry.RoleFile, team
		if f.Private {
			role, to = entry.RoleOriginal, custodian
		}
		var one blob
		if err == nil {
			one, err = b.receiveFile(f, role, to)
		}
		switch {
		case err != nil:
			return nil, err
		case f.Private:
			originals = append(originals, one)
		default:
			files = append(files, one)
		}
	}
	whole = true
	return append(files, originals...), nil
}

// receiveFile seals one file into blobs. A sealed file has two names until its
// entry is committed: the one in incoming tells the sweep that it may be an
// orphan. The order of the writes is the order of what a crash can leave:
//
//	incoming/new-…            nothing refers to it; swept
//	incoming/HASH             complete and synced; swept
//	incoming/HASH, HASH       swept unless an entry in the log names it
//	HASH                      the entry is committed
func (b *Box) receiveFile(f intake.File, role entry.Role, to []seal.Recipient) (out blob, err error) {
	path := filepath.Join(b.dir, dirBlobs, dirIncoming, newBlob+rand.Text())
	sealed, linked := false, false
	defer func() {
		if linked {
			return
		}
		// After an error, and after a panic in f.Body: the site outlives it, and
		// each would leave its file until the next start.
		if sealed {
			b.settleBlobs([]blob{out})
		}
		err = errors.Join(err, discard(path))
	}()
	w, err := b.writeBlob(path, f.Body, to)
	if err != nil {
		return out, fmt.Errorf("sealed file: %w", noSpace(err))
	}
	sum, size := w.Sum()
	out.part = entry.Part{Role: role, SHA256: sum, Size: size}
	out.info = entry.FileInfo{SHA256: sum, Name: fileName(f.Name), Type: fileName(f.Type), Size: w.Length()}
	sealed = true
	if err := b.opts.Around.do(StepBlobLink, func() error { return b.linkBlob(path, sum) }); err != nil {
		return out, fmt.Errorf("sealed file: %w", noSpace(err))
	}
	linked = true
	return out, nil
}

// writeBlob seals body into a new file and syncs it.
func (b *Box) writeBlob(path string, body io.Reader, to []seal.Recipient) (w *seal.Writer, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if w, err = seal.NewWriter(file, intake.MaxFileBytes, to...); err != nil {
		return nil, err
	}
	err = b.opts.Around.do(StepBlobWrite, func() error {
		// Closing ends the file; one that was cut off must stay unfinished.
		if _, err := io.Copy(w, body); err != nil {
			return err
		}
		return w.Close()
	})
	if err != nil {
		return nil, err
	}
	return w, b.opts.Around.do(StepBlobSync, file.Sync)
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

func (b *Box) incomingPath(sum entry.Hash) string {
	return filepath.Join(b.dir, dirBlobs, dirIncoming, sum.String())
}

// settleBlobs decides, after a transaction ended one way or the other, whether
// each file stays: it does when an entry in the log names it. What cannot be
// settled now is settled by the sweep when the box is opened.
func (b *Box) settleBlobs(blobs []blob) {
	for _, f := range blobs {
		if err := b.settleBlob(f.part.SHA256); err != nil {
			b.opts.Log.Warn("a staged file is left to the next start", "error", err)
		}
	}
}

func (b *Box) settleBlob(sum entry.Hash) error {
	var stays bool
	err := b.view(func(tx *bbolt.Tx) error {
		stays = tx.Bucket(bucketBlobs).Get(sum[:]) != nil
		return nil
	})
	if err != nil {
		return err
	}
	return b.opts.Around.do(StepBlobUnlink, func() error {
		if !stays {
			// First the name that readers use: a crash in between leaves the
			// one that the sweep looks at.
			if err := errors.Join(discard(b.blobPath(sum)), syncDir(filepath.Join(b.dir, dirBlobs))); err != nil {
				return err
			}
		}
		return discard(b.incomingPath(sum))
	})
}

func parts(blobs []blob) []entry.Part {
	var out []entry.Part
	for _, f := range blobs {
		out = append(out, f.part)
	}
	return out
}

func infos(blobs []blob, role entry.Role) []entry.FileInfo {
	var out []entry.FileInfo
	for _, f := range blobs {
		if f.part.Role == role {
			out = append(out, f.info)
		}
	}
	return out
}
