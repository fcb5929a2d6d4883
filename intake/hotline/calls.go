package hotline

import (
	"iter"
	"time"
)

// A CallLog is an opened call record of a telephone exchange.
type CallLog struct {
	format   string
	exchange string
	zone     *time.Location
	sheets   []Sheet
}

// Exchange names who wrote the record: Asterisk, FreePBX, Cisco CUCM.
func (l *CallLog) Exchange() string { return l.exchange }

// Format returns the container that was found: CSV, TSV or XLSX.
func (l *CallLog) Format() string { return l.format }

// Encoding returns the encoding of a text file.
func (l *CallLog) Encoding() string { return "" }

// Sheets lists the sheets that hold calls.
func (l *CallLog) Sheets() []Sheet { return l.sheets }

// Skipped lists the sheets that hold something else.
func (l *CallLog) Skipped() []string { return nil }

// Rows yields the calls in the order in which they stand in the file, the legs
// of one as one call, in the place of its first leg.
func (l *CallLog) Rows() iter.Seq2[Row, error] {
	return func(func(Row, error) bool) {}
}
