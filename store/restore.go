package store

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"
)

// Restore makes a box in dir from a backup.
//
// Entries made after the backup are gone, and people may hold checkpoints that
// cover them: a log that goes on under its old name could then sign two
// different trees. So a restored box keeps its origin only if the newest
// checkpoint held elsewhere is given as since and the backup has all that it
// covers. Otherwise, and if since covers more than the backup has, the box
// goes on under a new origin and key, and a restored entry says so.
//
// Everything is unpacked and checked beside dir and moved into place whole: a
// crash leaves at worst a directory named DIR.restoring-…, which may be deleted.
func Restore(ctx context.Context, r io.Reader, dir string, since []byte, opts Options) error {
	if err := vacant(dir); err != nil {
		return err
	}
	tmp := beside(dir, "restoring")
	err := unpack(tmp, r)
	if err == nil {
		err = revive(ctx, tmp, since, opts.withDefaults())
	}
	if err == nil {
		err = opts.Around.do(StepRenameBox, func() error { return moveInto(tmp, dir) })
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore: %w", noSpace(err)), os.RemoveAll(tmp))
	}
	return nil
}

// unpack writes the members of a backup. Only the names that Backup gives are
// taken; a path in an archive is never followed.
func unpack(dir string, r io.Reader) error {
	if err := makeDirs(dir); err != nil {
		return err
	}
	in := tar.NewReader(r)
	for n := 0; ; n++ {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("backup, member %d: %w: %w", n+1, intake.ErrDamaged, err)
		}
		if n == 0 {
			if err := checkAbout(h, in); err != nil {
				return err
			}
			continue
		}
		path, err := memberPath(dir, h)
		if err != nil {
			return err
		}
		if err := writeMember(path, in); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	return syncDir(dir)
}

func checkAbout(h *tar.Header, in io.Reader) error {
	if h.Name != backupAbout || h.Size > 4096 {
		return fmt.Errorf("this is not a backup of a box: %w", intake.ErrInvalid)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	var about aboutBackup
	if err := json.Unmarshal(text, &about); err != nil || about.V != backupVersion {
		return fmt.Errorf("the backup is %q, this program reads %q: %w", about.V, backupVersion, intake.ErrVersion)
	}
	return nil
}

func memberPath(dir string, h *tar.Header) (string, error) {
	sub, name, nested := strings.Cut(h.Name, "/")
	_, notHash := entry.ParseHash(name)
	switch {
	case h.Typeflag != tar.TypeReg:
	case h.Name == fileDB, h.Name == fileKey, nested && sub == dirBlobs && notHash == nil:
		return filepath.Join(dir, filepath.FromSlash(h.Name)), nil
	case nested && sub == dirNotes && validNote(name):
		return filepath.Join(dir, dirNotes, name), nil
	}
	return "", fmt.Errorf("the backup holds %q, which no backup does: %w", h.Name, intake.ErrDamaged)
}

func writeMember(path string, in io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the backup ends too early: %w", intake.ErrDamaged)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// revive opens the unpacked box, checks all of it, and gives it a new origin
// where it must have one.
func revive(ctx context.Context, dir string, since []byte, opts Options) (err error) {
	b, err := Open(dir, opts)
	if errors.Is(err, intake.ErrNoBox) {
		return fmt.Errorf("the backup holds no box.db: %w", intake.ErrDamaged)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	problems, err := b.Check(ctx)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("entry %d: %s: %w", problems[0].Entry, problems[0].What, intake.ErrDamaged)
	}
	if since != nil {
		c, err := b.continues(since)
		switch {
		case err == nil && c.Origin == b.signer.Origin():
			return nil
		case err != nil && !errors.Is(err, intake.ErrBehind):
			return err
		}
		// Older than the checkpoint, or the checkpoint is of an earlier origin
		// and says nothing of what this one has signed.
		opts.Log.Warn("the backup may not have all that was signed: the box goes on under a new origin")
	}
	return b.renew(ctx)
}

// renew gives the box a new origin and key. The new key is written first: a
// crash in between leaves a directory that is not a box yet.
func (b *Box) renew(ctx context.Context) error {
	origin := newOrigin()
	skey, vkey, err := merkle.NewKey(origin)
	if err != nil {
		return err
	}
	if err := b.opts.Around.do(StepKey, func() error { return writeFile(filepath.Join(b.dir, fileKey), []byte(skey+"\n")) }); err != nil {
		return err
	}
	err = b.update(ctx, func(t *txn) error {
		size := t.size()
		root, err := merkle.Root(size, treeReader{t.Tx})
		if err != nil {
			return err
		}
		_, err = t.appendClear(entry.Restored{At: t.stamp(), Origin: origin, Key: vkey, Was: t.state.Origin, Size: size, Root: entry.Hash(root)})
		return err
	})
	if err != nil {
		return err
	}
	// Rows are bound to the origin that they were sealed under.
	if err := errors.Join(b.DropViews(ctx), b.loadSigner()); err != nil {
		return err
	}
	_, err = b.Checkpoint(ctx)
	return err
}
