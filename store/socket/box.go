package socket

import (
	"context"
	"io"
	"iter"
	"time"

	"dengwen/intake"
	"dengwen/store/entry"
)

// A Box is what is served: the calls of a box. They mean what they mean there.
type Box interface {
	// The door.
	Submit(ctx context.Context, r *intake.Report) (intake.Outcome, error)
	SubmitGroup(ctx context.Context, reports []*intake.Report, cursor intake.Cursor) ([]intake.Outcome, error)
	SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error
	SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(i int, o intake.Outcome)) error
	Cursor(ctx context.Context, name string) ([]byte, error)
	SetAside(ctx context.Context, a intake.Aside) error
	Forget(ctx context.Context, ch intake.Channel, meanings [][]byte, cursor intake.Cursor) error

	// The log.
	Append(ctx context.Context, d entry.Draft) (int64, error)
	State(ctx context.Context) (entry.State, error)
	Now(ctx context.Context) (now time.Time, day string, err error)
	Size(ctx context.Context) (int64, error)
	Entries(ctx context.Context, from, to int64) iter.Seq2[entry.Record, error]
	Part(ctx context.Context, index int64, part int) (io.ReadCloser, error)
	Find(ctx context.Context, id string) (int64, error)
	About(ctx context.Context, id string) ([]int64, error)

	// Proof.
	Checkpoint(ctx context.Context) ([]byte, error)
	PublicCheckpoint(ctx context.Context) ([]byte, error)
	Export(ctx context.Context, from int64) (note []byte, size int64, err error)

	// The reader's.
	Wrap(ctx context.Context, account string) ([]byte, error)
	ViewKey(ctx context.Context) ([]byte, error)
	PutViews(ctx context.Context, views map[int64][]byte) error
	Views(ctx context.Context, from int64) iter.Seq2[entry.View, error]
	DropViews(ctx context.Context) error

	// The keeper's.
	Status(ctx context.Context) (entry.Status, error)
	Check(ctx context.Context) ([]entry.Problem, error)
	CloseDays(ctx context.Context) error
	Backup(ctx context.Context, w io.Writer) error
	Compact(ctx context.Context) error
}

// An Importer is a Box whose process also reads files of the hotline, so that
// the desk, which holds unlocked keys, need not parse what somebody made.
type Importer interface {
	Box
	// Import takes in a ledger or a call record of up to intake.MaxUpload bytes,
	// and tells now and then how many rows it has read. What is wrong with the
	// file is in the answer; an error is about the box, or that the file could
	// not be had whole. Nothing goes in before the file was read to io.EOF: that
	// is what says that all of it came. An answer over 64 MiB as JSON does not
	// cross the socket, and what went in is in all the same; a Sheet under 32 MiB
	// leaves room enough.
	Import(ctx context.Context, order intake.ImportOrder, file io.Reader, told func(rows int)) (intake.ImportAnswer, error)
}

var _ Importer = (*Client)(nil)
