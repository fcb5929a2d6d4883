package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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
// to the directory out, which must not exist or be empty:
//
//	records.jsonl  one Record for each accepted report, in the order of the log
//	records.csv    the same as a table for spreadsheets
//	actions.jsonl  one Action for each other sealed entry: what was added, answered and done
//	files/         attachments, ENTRYID-N and an extension
//
// Everything in out is plaintext, readable by its owner only. It is built
// beside out, in OUT.opening, and moved into place when the whole export was
// found sound: an error leaves nothing behind, and what a killed run leaves is
// removed by the next.
//
// The container must be sound and every part must belong where it was found;
// errors wrap intake.ErrProof, intake.ErrDamaged or intake.ErrKey and name the
// entry. Open holds no key of the log, so it cannot say whose export this is:
// that is Verify's to say.
func Open(ctx context.Context, in io.Reader, ids []seal.Identity, out string) (sum Opened, err error) {
	out = filepath.Clean(out)
	if err := vacant(out); err != nil {
		return sum, fmt.Errorf("open: %w", err)
	}
	tmp := out + ".opening"
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
		err = moveInto(tmp, out)
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

// vacant reports whether a directory can be made at path.
func vacant(path string) error {
	names, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(names) > 0:
		return fmt.Errorf("%s is not empty: %w", path, fs.ErrExist)
	}
	return nil
}

// moveInto gives a finished directory its name, which may be an empty one's:
// os.Rename replaces no directory.
func moveInto(tmp, out string) error {
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(tmp, out)
}
