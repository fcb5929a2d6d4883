package export

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"dengwen/intake"
	"dengwen/store/entry"
	"dengwen/store/seal"
)

// Names in the directory that Open makes.
const (
	recordsName = "records.jsonl"
	tableName   = "records.csv"
	actionsName = "actions.jsonl"
	filesName   = "files"
)

// Opened says what Open found.
type Opened struct {
	Origin  string `json:"origin"`
	From    int64  `json:"from"` // sealed parts of earlier entries are in earlier exports
	Entries int64  `json:"entries"`
	Records int    `json:"records"` // lines of records.jsonl
	Actions int    `json:"actions"` // lines of actions.jsonl
	Files   int    `json:"files"`
	// Problems are entries that break a rule of the log, and files that could
	// not be opened because what describes them was erased. None of these keeps
	// the rest from being read.
	Problems []entry.Problem `json:"problems"`
}

// Open reads an export with the archive's secret keys and writes what is in it
// to the directory out. An empty one there is removed first; anything else in
// its place is an error.
//
//	records.jsonl  one Record for each accepted report, in the order of the log
//	records.csv    the same as a table for spreadsheets
//	actions.jsonl  one Action for each other sealed entry: what was added, answered and done
//	files/         attachments, ENTRYID-N and an extension
//
// Everything in out is plaintext, readable by its owner only. It is built
// beside out, in OUT.opening-…, and moved into place when the whole export was
// found sound: an error leaves nothing behind. What a killed run leaves is
// plaintext too: remove it.
//
// The container must be sound and every part must belong where it was found;
// errors wrap intake.ErrProof, intake.ErrDamaged or intake.ErrKey and name the
// entry. Open holds no key of the log, so it cannot say whose export this is:
// that is Verify's to say.
func Open(ctx context.Context, in io.Reader, ids []seal.Identity, out string) (sum Opened, err error) {
	out = filepath.Clean(out)
	if err := vacate(out); err != nil {
		return sum, fmt.Errorf("open: %w", err)
	}
	tmp := out + ".opening-" + rand.Text() // nobody else's, and nothing that was there
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open: %w", err), os.RemoveAll(tmp))
		}
	}()
	dest, err := newDestination(tmp)
	if err != nil {
		return sum, err
	}
	r := newReading(ctx, in)
	r.strict, r.opener = true, newOpener(ids, dest)
	err = errors.Join(r.sound(), r.opener.close(), dest.close())
	if err == nil {
		err = os.Rename(tmp, out)
	}
	if err != nil {
		return sum, err
	}
	o := r.opener
	return Opened{
		Origin: r.state.Origin, From: r.manifest.From, Entries: r.size, Records: o.records, Actions: o.actions, Files: o.files,
		Problems: append(append([]entry.Problem{}, r.rulesBroken()...), o.skipped...),
	}, nil
}

// sound runs a strict reading and returns the first problem as an error.
func (r *reading) sound() error {
	if err := r.run(); err != nil {
		return err
	}
	if r.first == nil || errors.Is(r.first, intake.ErrProof) {
		return r.first
	}
	return fmt.Errorf("%w: %w", r.first, intake.ErrProof)
}

// vacate makes room for a directory at path, where only an empty one may be:
// os.Rename replaces no directory. What cannot go, a disk's mount point for
// one, is better known now than after hours. Nor does a link, for what it leads
// to was chosen to hold plaintext, and the place beside the link was not.
func vacate(path string) error {
	err := syscall.Rmdir(path)
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is not empty: %w", path, fs.ErrExist)
	}
	return &fs.PathError{Op: "rmdir", Path: path, Err: err}
}
