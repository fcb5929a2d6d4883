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
	recordsName   = "records.jsonl"
	tableName     = "records.csv"
	callsName     = "calls.jsonl"
	callTableName = "calls.csv"
	actionsName   = "actions.jsonl"
	filesName     = "files"
)

// Opened says what Open found.
type Opened struct {
	Origin  string `json:"origin"`
	From    int64  `json:"from"` // sealed parts of earlier entries are in earlier exports
	Entries int64  `json:"entries"`
	Records int    `json:"records"` // lines of records.jsonl
	Actions int    `json:"actions"` // lines of actions.jsonl
	Calls   int    `json:"calls"`   // in calls.jsonl, where one that two exchanges passed on has two lines
	Files   int    `json:"files"`
	// How many of the calls have which finding: intake.CallWithoutRecord;
	// intake.CallOutsideHours; EarlierRecord or ErasedRecord.
	WithoutRecord int `json:"calls_without_record"`
	OutsideHours  int `json:"calls_outside_hours"`
	Unsure        int `json:"calls_unsure"`
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
//	calls.jsonl    one Call for each entry of the exchange's call record, with the report that tells of it
//	calls.csv      the same as a table
//	actions.jsonl  one Action for each other sealed entry: what was added, answered and done
//	files/         attachments, ENTRYID-N and an extension
//
// The calls are held against the reports of the ledger by intake.MatchCalls, and
// Call.Finding says what came of it. Only an export from 0 on holds all reports:
// in a later one a call whose report may be in an earlier export is not said to
// be without a record, and the calls of earlier exports are not there at all.
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
	o := r.opener
	var found map[intake.CallFinding]int
	if err = errors.Join(r.sound(), o.close()); err == nil {
		found, err = dest.writeCalls(dest.calls.findings(o.earlier))
	}
	if err = errors.Join(err, dest.close()); err == nil {
		err = os.Rename(tmp, out)
	}
	if err != nil {
		return sum, err
	}
	calls := 0
	for _, n := range found {
		calls += n
	}
	return Opened{
		Origin: r.state.Origin, From: r.manifest.From, Entries: r.size, Records: o.records, Actions: o.actions, Files: o.files,
		Calls: calls, WithoutRecord: found[intake.CallWithoutRecord], OutsideHours: found[intake.CallOutsideHours], Unsure: found[EarlierRecord] + found[ErasedRecord],
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
