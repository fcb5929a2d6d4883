package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"dengwen/intake"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// Notes are kept in checkpoints/ under the size of their tree, so that names
// sort by age; those that close a day carry it. All of them can be signed again
// from the tree, so a crash before one is written loses nothing.
//
//	000000000123            signed on request
//	000000000123-2026-09-07 signed when the day was closed; the public one
func noteName(size int64, day string) string {
	if day != "" {
		day = "-" + day
	}
	return fmt.Sprintf("%012d%s", size, day)
}

func validNote(name string) bool {
	return len(name) >= 12 && strings.Trim(name, "0123456789-") == ""
}

// Checkpoint signs the tree as it is now, unless the newest note says as much
// already, and returns the note (C2SP tlog-checkpoint).
func (b *Box) Checkpoint(ctx context.Context) ([]byte, error) {
	size, err := b.Size(ctx)
	if err != nil {
		return nil, err
	}
	if name, err := b.newestNote(false); err != nil {
		return nil, err
	} else if strings.HasPrefix(name, noteName(size, "")) {
		return os.ReadFile(filepath.Join(b.dir, dirNotes, name))
	}
	return b.sign(size, "")
}

// PublicCheckpoint is the note of the last closed day, or of the new box before
// the first. Newer ones would tell when reports come in.
func (b *Box) PublicCheckpoint(context.Context) ([]byte, error) {
	name, note, err := b.publicNote()
	if err == nil && name == "" {
		err = fmt.Errorf("checkpoint: %w", intake.ErrNotFound)
	}
	return note, err
}

// publicNote is the note that is public now, and its name. A box without any has
// neither.
func (b *Box) publicNote() (name string, note []byte, err error) {
	if name, err = b.newestNote(true); err != nil || name == "" {
		return "", nil, err
	}
	note, err = os.ReadFile(filepath.Join(b.dir, dirNotes, name))
	return name, note, err
}

// sign signs the tree of the first size entries and keeps the note. A crash
// leaves the tree without it.
func (b *Box) sign(size int64, day string) (note []byte, err error) {
	var root merkle.Hash
	err = b.view(func(tx *bbolt.Tx) error {
		root, err = merkle.Root(size, treeReader{tx})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("checkpoint of %d entries: %w", size, err)
	}
	if note, err = b.signer.Sign(merkle.Checkpoint{Origin: b.signer.Origin(), Size: size, Root: root}); err != nil {
		return nil, err
	}
	path := filepath.Join(b.dir, dirNotes, noteName(size, day))
	if err := b.opts.Around.do(StepCheckpoint, func() error { return writeFile(path, note) }); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return note, nil
}

// notes reads all kept notes, by the size they cover.
func (b *Box) notes() (map[int64][]byte, error) {
	dir := filepath.Join(b.dir, dirNotes)
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	out := map[int64][]byte{}
	for _, n := range names {
		digits, _, _ := strings.Cut(n.Name(), "-")
		size, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			continue
		}
		if out[size], err = os.ReadFile(filepath.Join(dir, n.Name())); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// newestNote is the name of the newest note, or "". With public, only those
// count that may be published: of closed days, and of the box's beginning.
func (b *Box) newestNote(public bool) (string, error) {
	names, err := os.ReadDir(filepath.Join(b.dir, dirNotes))
	if err != nil {
		return "", fmt.Errorf("checkpoints: %w", err)
	}
	newest := ""
	for _, n := range names {
		if !validNote(n.Name()) {
			continue // somebody's copy, or a note being written
		}
		if public && newest != "" && !strings.Contains(n.Name(), "-") {
			continue
		}
		newest = n.Name()
	}
	return newest, nil
}

// checkNewestNote refuses a box that is not what it last signed: one put back
// to an older state, or one whose entries were changed.
func (b *Box) checkNewestNote() error {
	name, err := b.newestNote(false)
	if err != nil || name == "" {
		return err
	}
	note, err := os.ReadFile(filepath.Join(b.dir, dirNotes, name))
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", name, err)
	}
	if _, err := b.continues(note); err != nil {
		return fmt.Errorf("checkpoint %s: %w", name, err)
	}
	return nil
}

// continues checks that the log is what a checkpoint of it says, and more. The
// note may have been signed under an earlier origin of a restored box.
func (b *Box) continues(note []byte) (c merkle.Checkpoint, err error) {
	state := b.now.Load().state
	if c, err = merkle.OpenUnder(note, state.LogKeys()...); err != nil {
		return c, err
	}
	return c, b.view(func(tx *bbolt.Tx) error {
		if size := i64(tx.Bucket(bucketMeta).Get(metaSize)); size < c.Size {
			return fmt.Errorf("the log has %d entries, the checkpoint %d: an older state was put back: %w", size, c.Size, intake.ErrBehind)
		}
		root, err := merkle.Root(c.Size, treeReader{tx})
		if err != nil {
			return err
		}
		if root != c.Root || state.OriginOf(c.Size-1) != c.Origin {
			return fmt.Errorf("the first %d entries are not those that the checkpoint covers: %w", c.Size, intake.ErrDamaged)
		}
		return nil
	})
}
