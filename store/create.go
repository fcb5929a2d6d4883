package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/merkle"

	"go.etcd.io/bbolt"
)

// A Founding is what a box begins with. The instants in it are set by Create.
type Founding struct {
	Inspection entry.Inspection
	Schedule   intake.Schedule
	Keys       entry.KeysBody    // the first generation
	Account    entry.AccountBody // the first account, a leader
	Wraps      map[string][]byte // its wrapped keys
	ViewKey    []byte            // wrapped to the team
	Demo       bool              // a demo box, which serve refuses
}

// Create makes the box in dir and closes it again. It never touches what is
// there: a directory that is not empty gives ErrExists. The box is built beside
// dir and moved into place whole, so a crash leaves either no box or a
// finished one, and at worst a directory named DIR.creating-…, which may be
// deleted.
func Create(dir string, f Founding, opts Options) error {
	opts = opts.withDefaults()
	if err := vacant(dir); err != nil {
		return err
	}
	tmp := beside(dir, "creating")
	err := build(tmp, f, opts)
	if err == nil {
		err = opts.Around.do(StepRenameBox, func() error { return moveInto(tmp, dir) })
	}
	if err != nil {
		return errors.Join(fmt.Errorf("create box: %w", noSpace(err)), os.RemoveAll(tmp))
	}
	return nil
}

// beside is a name next to dir that nobody else has: two who begin at once do
// not meet before one of them finds the other's box in place.
func beside(dir, doing string) string { return filepath.Clean(dir) + "." + doing + "-" + rand.Text() }

// vacant reports whether a box may be made at dir.
func vacant(dir string) error {
	names, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(names) > 0:
		return fmt.Errorf("%s is not empty: %w", dir, intake.ErrExists)
	}
	return nil
}

func build(dir string, f Founding, opts Options) error {
	if err := makeDirs(dir); err != nil {
		return err
	}
	origin := newOrigin()
	skey, vkey, err := merkle.NewKey(origin)
	if err != nil {
		return err
	}
	if err := opts.Around.do(StepKey, func() error { return writeFile(filepath.Join(dir, fileKey), []byte(skey+"\n")) }); err != nil {
		return err
	}
	db, err := bbolt.Open(filepath.Join(dir, fileDB), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		if err := createBuckets(tx); err != nil {
			return err
		}
		meta := tx.Bucket(bucketMeta)
		if err := errors.Join(meta.Put(metaVersion, []byte(formatV1)), meta.Put(metaSize, u64(0)), meta.Put(metaSlot, u64(0)), newSecrets(meta)); err != nil {
			return err
		}
		return f.write(&txn{Tx: tx, now: opts.Now(), state: &entry.State{Schedule: f.Schedule}}, origin, vkey)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	b, err := Open(dir, opts)
	if err != nil {
		return err
	}
	_, err = b.Checkpoint(context.Background())
	return errors.Join(err, b.Close())
}

// write makes the first four entries: created, keys, schedule, account.
func (f Founding) write(t *txn, origin, vkey string) error {
	at := t.now.UTC()
	f.Keys.At, f.Account.At = at, at
	for _, body := range []entry.Body{
		entry.Created{At: at, Origin: origin, Key: vkey, Demo: f.Demo, Inspection: f.Inspection},
		f.Keys,
		entry.ScheduleBody{At: at, Schedule: f.Schedule},
		f.Account,
	} {
		if t.size() > 0 {
			t.state.Schedule = f.Schedule // its zone dates the entries before it is in the log
		}
		if _, err := t.appendClear(body); err != nil {
			return err
		}
	}
	return t.keepWraps(f.Wraps, f.ViewKey)
}

// newOrigin names a log. It is random so that no two boxes share one, and
// says nothing of the inspection.
func newOrigin() string {
	b := make([]byte, 16)
	rand.Read(b)
	return "dengwen/" + hex.EncodeToString(b)
}

func makeDirs(dir string) error {
	for _, d := range boxDirs(dir) {
		if err := os.Mkdir(d, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// boxDirs are the directories of a box, each after the one that it lies in.
func boxDirs(dir string) []string {
	return []string{dir, filepath.Join(dir, dirBlobs), filepath.Join(dir, dirBlobs, dirIncoming), filepath.Join(dir, dirNotes)}
}
