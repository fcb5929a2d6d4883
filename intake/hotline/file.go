package hotline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"dengwen/intake"
)

// The formats of a ledger, and of a file that holds a call record. CSV stands for text with any delimiter but the
// tab.
const (
	CSV  = "csv"
	TSV  = "tsv"
	XLSX = "xlsx"
)

// The formats of call records, whatever file they are in.
const (
	Asterisk    = "asterisk"
	FreePBX     = "freepbx"
	Grandstream = "grandstream"
	Yeastar     = "yeastar"
	ThreeCX     = "3cx"
	CUCM        = "cucm"
)

// Formats lists all formats in the order in which people are told about them.
func Formats() []string {
	return []string{CSV, TSV, XLSX, Asterisk, FreePBX, Grandstream, Yeastar, ThreeCX, CUCM}
}

// Options say how a file is to be read.
type Options struct {
	// Zone is the time zone in which the duty officer wrote; it must be given.
	Zone *time.Location
	// CallZone is the zone in which the exchange writes its call records; nil
	// when nobody has declared it, and then a call record is refused.
	CallZone *time.Location
	// Columns names columns of a ledger by their heads, where the synonyms do
	// not know them or choose others; a ledger without one of them is refused.
	// It may be nil.
	Columns map[Field]string
	// Usual names columns that ledgers of this office may have. Each is used
	// where a ledger has it and Columns chose neither its field nor its column,
	// and goes before the synonyms; a ledger that has it not is read without it.
	// It may be nil.
	Usual map[Field]string
	// Guarded refuses a ledger of which more than MaxAlike rows say the same of
	// one instant: where people are shown which rows are known already.
	Guarded bool
	// Format is one of Formats; empty lets the file tell. A format of call
	// records stands for the exchange, whatever the file is.
	Format string
}

// A File is an opened file of the hotline: a *Ledger or a *CallLog.
type File interface {
	// Format is the format that was found, Encoding that of a text file.
	Format() string
	Encoding() string
	// Sheets are those that have a head row, Skipped those that hold something
	// and have none.
	Sheets() []Sheet
	Skipped() []string
	// Rows yields what is to be taken from the file, in file order, good and bad.
	// Each call reads the file anew. An error ends the sequence and means that
	// the file could not be read to its end: what came before must not be taken
	// either.
	Rows() iter.Seq2[Row, error]
}

// Open finds out what a file is and where its head row stands: it returns a
// *CallLog for a call record, for which Options.Columns and Usual do not count,
// and a *Ledger for any other file. The reader is read from again by Rows and must
// stay open until then. Errors are in words for the duty officer and wrap
// intake.ErrInvalid or intake.ErrTooLong, but for those of the reader.
func Open(r io.ReaderAt, size int64, opts Options) (File, error) {
	if opts.Zone == nil {
		return nil, fmt.Errorf("the ledger's time zone is not given: %w", intake.ErrInvalid)
	}
	for _, columns := range []map[Field]string{opts.Columns, opts.Usual} {
		if err := checkColumns(columns); err != nil {
			return nil, err
		}
	}
	if size > MaxFile {
		return nil, intake.Explain(intake.ErrTooLong, "ledger.size", "the file has %d bytes, at most %d", size, MaxFile)
	}
	start := make([]byte, 512)
	n, err := r.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unread(err)
	}
	if start = start[:n]; n == 0 || size <= 0 {
		return nil, intake.Explain(intake.ErrInvalid, "ledger.empty", "the file is empty")
	}
	zipped := bytes.HasPrefix(start, []byte("PK\x03\x04"))
	switch opts.Format {
	case "", XLSX, Asterisk, FreePBX, Grandstream, Yeastar, ThreeCX, CUCM:
		if zipped {
			return openWorkbook(r, size, opts)
		}
		if err := looksWrong(start); err != nil {
			return nil, err
		}
		if opts.Format == XLSX {
			return nil, intake.Explain(intake.ErrInvalid, "ledger.no-xlsx", "this is no XLSX workbook: leave --format out, or save the ledger as XLSX")
		}
	case CSV, TSV:
		if zipped {
			return nil, intake.Explain(intake.ErrInvalid, "ledger.no-text", "this is a workbook or an archive, not %s: leave --format out", opts.Format)
		}
		if err := looksWrong(start); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("format %q: want one of %v: %w", opts.Format, Formats(), intake.ErrInvalid)
	}
	return openText(r, size, opts)
}
