package export

import (
	"context"
	"io"

	"dengwen/store/entry"
)

// Options are what whoever verifies a log holds against it.
type Options struct {
	// Key is the log's verifier key, from a source other than the export or the
	// box. It is that of the origin in force at the log's end. Empty leaves the
	// log unanchored: everything else is checked, but it cannot be ok.
	Key string
	// Since is an older checkpoint of the log, the signed note; nil is none.
	Since []byte
}

// A Report is what Verify or VerifyBox found, in the form of
// `dengwen verify --json`.
type Report struct {
	OK      bool       `json:"ok"`
	Entries int64      `json:"entries"` // read; all that there are if OK
	Root    entry.Hash `json:"root"`    // of the tree of Entries, recomputed; hex
	// From is above zero in an export since a checkpoint: the sealed parts of
	// earlier entries are not in it.
	From int64 `json:"from,omitempty"`
	// Problems are in the order of entries. Entry -1 stands for the export or
	// the box as a whole: the checkpoint, the keys, what comes after the end.
	Problems []entry.Problem `json:"problems"`
}

// Verify reads an export to its end and checks everything that can be checked
// without a secret. What is wrong with the export is in the report; an error
// means that no judgement was reached: reading failed, the context ended, or
// Options.Key is not a key (intake.ErrKey).
func Verify(ctx context.Context, in io.Reader, opts Options) (Report, error) {
	r := newReading(ctx, in)
	err := r.hold(opts)
	if err == nil {
		err = r.run()
	}
	return r.report(r.manifest.From, err)
}
