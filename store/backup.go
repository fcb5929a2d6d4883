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
	"time"

	"dengwen/intake"
	"dengwen/store/entry"

	"go.etcd.io/bbolt"
)

// A backup is a tar file: backup.json, log.key, the notes, box.db as it was at
// one instant, and every sealed file that this database names. It goes on
// where the box stood, so it holds log.key and the wrapped keys: keep it as
// the box is kept. What it holds of reports is as sealed as in the box.
const (
	backupAbout   = "backup.json"
	backupVersion = "dengwen backup v1"
)

// aboutBackup is backup.json, for people and for Restore's version check.
type aboutBackup struct {
	V       string `json:"v"`
	Origin  string `json:"origin"`
	Entries int64  `json:"entries"`
}

// Backup writes a consistent copy of the box while it goes on working. Every
// entry whose Submit returned before Backup was called is in it.
func (b *Box) Backup(ctx context.Context, w io.Writer) error {
	out := tar.NewWriter(w)
	err := b.view(func(tx *bbolt.Tx) error {
		about, err := json.Marshal(aboutBackup{backupVersion, b.now.Load().state.Origin, i64(tx.Bucket(bucketMeta).Get(metaSize))})
		if err != nil {
			return err
		}
		if err := addBytes(out, backupAbout, append(about, '\n')); err != nil {
			return err
		}
		if err := b.addNotes(out, tx); err != nil {
			return err
		}
		if err := addFile(out, fileKey, filepath.Join(b.dir, fileKey)); err != nil {
			return err
		}
		if err := out.WriteHeader(member(fileDB, tx.Size())); err != nil {
			return err
		}
		if _, err := tx.WriteTo(out); err != nil {
			return err
		}
		c := tx.Bucket(bucketBlobs).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			name := entry.Hash(k).String()
			if err := addFile(out, dirBlobs+"/"+name, filepath.Join(b.dir, dirBlobs, name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("backup: %w", noSpace(err))
	}
	return nil
}

// addNotes adds the notes that the database of this transaction covers. Notes
// signed since it began cover more and are left out.
func (b *Box) addNotes(out *tar.Writer, tx *bbolt.Tx) error {
	names, err := os.ReadDir(filepath.Join(b.dir, dirNotes))
	if err != nil {
		return err
	}
	end := noteName(i64(tx.Bucket(bucketMeta).Get(metaSize))+1, "")
	for _, n := range names {
		if n.Name() >= end || !validNote(n.Name()) {
			continue
		}
		if err := addFile(out, dirNotes+"/"+n.Name(), filepath.Join(b.dir, dirNotes, n.Name())); err != nil {
			return err
		}
	}
	return nil
}

func member(name string, size int64) *tar.Header {
	return &tar.Header{Format: tar.FormatPAX, Name: name, Mode: 0o600, Size: size, ModTime: time.Unix(0, 0)}
}

func addBytes(out *tar.Writer, name string, data []byte) error {
	if err := out.WriteHeader(member(name, int64(len(data)))); err != nil {
		return err
	}
	_, err := out.Write(data)
	return err
}

func addFile(out *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: %w", intake.ErrDamaged, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(member(name, info.Size())); err != nil {
		return err
	}
	_, err = io.Copy(out, f)
	return err
}
