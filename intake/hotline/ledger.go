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

// The formats of a ledger. CSV stands for text with any delimiter but the
// tab.
const (
	CSV  = "csv"
	TSV  = "tsv"
	XLSX = "xlsx"
)

// Options say how a ledger is to be read.
type Options struct {
	// Zone is the time zone in which the duty officer wrote; it must be given.
	Zone *time.Location
	// Columns names columns by their heads, where the synonyms do not know
	// them or choose others. It may be nil.
	Columns map[Field]string
	// Format is CSV, TSV or XLSX; empty lets the file tell.
	Format string
}

// A Ledger is an opened file of which the heads are known.
type Ledger struct {
	format   string
	encoding string
	zone     *time.Location
	pages    []page
	sheets   []Sheet
	skipped  []string
}

// A page is one table with its head.
type page struct {
	table table
	head  *head
}

// Open finds out what a file is and where its head row stands. The reader is
// read from again by Rows and must stay open until then. Errors are in words
// for the duty officer and wrap intake.ErrInvalid or intake.ErrTooLong, but
// for those of the reader.
func Open(r io.ReaderAt, size int64, opts Options) (*Ledger, error) {
	if opts.Zone == nil {
		return nil, fmt.Errorf("the ledger's time zone is not given: %w", intake.ErrInvalid)
	}
	if err := checkColumns(opts.Columns); err != nil {
		return nil, err
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
	case "", XLSX:
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
		return nil, fmt.Errorf("format %q: want csv, tsv or xlsx: %w", opts.Format, intake.ErrInvalid)
	}
	return openText(r, size, opts)
}

// behead finds a table's head row.
func behead(t table, columns map[Field]string) (*head, error) {
	first, err := beginning(t)
	if err != nil {
		return nil, err
	}
	if kind := callRecord(first); kind != "" {
		return nil, notReports(kind)
	}
	h, ok := findHead(first, columns)
	if !ok {
		return nil, headless(first, columns)
	}
	return h, nil
}

// Format returns the format that was found: CSV, TSV or XLSX.
func (l *Ledger) Format() string { return l.format }

// Encoding returns the encoding that was found: UTF-8, GB18030, UTF-16LE or
// UTF-16BE. A workbook has none.
func (l *Ledger) Encoding() string { return l.encoding }

// A Sheet says what was found on one sheet of a ledger; a text file is one
// sheet without a name.
type Sheet struct {
	Name    string
	Line    int // of the head row
	Columns []Column
}

// A Column is one column of a sheet. One without a field is kept with the
// remark.
type Column struct {
	Head  string // as it stands in the file
	Field Field
}

// Sheets lists the sheets that have a head row. It must not be changed.
func (l *Ledger) Sheets() []Sheet { return l.sheets }

// add takes a table whose head was found.
func (l *Ledger) add(t table, h *head) {
	s := Sheet{Name: t.name(), Line: h.line}
	for c := range h.cells {
		s.Columns = append(s.Columns, Column{h.title(c), h.field(c)})
	}
	l.pages, l.sheets = append(l.pages, page{t, h}), append(l.sheets, s)
}

// Skipped lists the sheets that hold something but no head row, and so no
// rows: people must be told.
func (l *Ledger) Skipped() []string { return l.skipped }

// Rows yields the rows of the ledger in file order, good and bad ones. Each
// call reads the file anew. An error ends the sequence and means that the file
// could not be read to its end: what came before must not be taken either.
func (l *Ledger) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		n := 0
		for _, p := range l.pages {
			w := walker{page: p, zone: l.zone}
			for rec, err := range p.table.records(p.head.width()) {
				if err != nil {
					yield(Row{}, inSheet(p.table.name(), err))
					return
				}
				row, ok := w.row(rec)
				if !ok {
					continue
				}
				if n++; n > MaxRows {
					yield(Row{}, inLine(rec.line, intake.Explain(intake.ErrTooLong, "ledger.rows", "more than %d rows: split the file", MaxRows)))
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
