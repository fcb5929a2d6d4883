package export

import (
	"errors"
	"iter"
	"path/filepath"
	"strconv"
	"time"

	"dengwen/intake"
)

// Findings that only an export has: it does not hold what would tell. They are
// of a call that would otherwise be intake.CallWithoutRecord, and blame nobody.
const (
	// EarlierRecord says that reports of the ledger for the same day are in an
	// earlier export, whose sealed parts this one leaves out.
	EarlierRecord intake.CallFinding = "record may be in an earlier export"
	// ErasedRecord says that a report of the ledger for the same day was erased,
	// and that it may be the one that told of the call.
	ErasedRecord intake.CallFinding = "record may have been erased"
)

// A Call is an entry of the exchange's call record as Open writes it, one line
// of calls.jsonl. Of one that was erased nothing is known but the place in the
// log and the day.
type Call struct {
	ID       string    `json:"id"`
	Index    int64     `json:"index"`
	Day      string    `json:"day"`         // on which it began, as the header has it
	At       time.Time `json:"at,omitzero"` // exact, in the inspection's zone
	Caller   string    `json:"caller"`
	Callee   string    `json:"callee"`
	Seconds  int       `json:"seconds"` // of talk
	Answered bool      `json:"answered"`
	// Inside says that the schedule in force at this entry admits a call at
	// this instant.
	Inside bool `json:"inside"`
	// Record is the id of the report of the ledger that tells of the call, and
	// RecordIndex that report's place in the log; 0, where no report can be, is none.
	Record      string             `json:"record,omitempty"`
	RecordIndex int64              `json:"record_index,omitempty"`
	Finding     intake.CallFinding `json:"finding,omitempty"`
	Erased      []string           `json:"erased,omitempty"` // the part that is no longer there
	// Again says that this is one more record of a call that two exchanges
	// passed on, and that the line of the other says what there is to say.
	Again bool `json:"again,omitempty"`
}

// callColumns are those of calls.csv. They are the fields of Call.
var callColumns = []string{
	"id", "index", "day", "at", "caller", "callee", "seconds", "answered", "inside", "record", "record_index", "finding", "erased", "again",
}

// row is the call as a line of calls.csv.
func (c Call) row() []string {
	record := ""
	if c.Record != "" {
		record = strconv.FormatInt(c.RecordIndex, 10)
	}
	again := ""
	if c.Again {
		again = "true"
	}
	return []string{
		c.ID, strconv.FormatInt(c.Index, 10), c.Day, instant(c.At), c.Caller, c.Callee, strconv.Itoa(c.Seconds), strconv.FormatBool(c.Answered),
		strconv.FormatBool(c.Inside), c.Record, record, string(c.Finding), joined(c.Erased), again,
	}
}

// writeCalls writes calls.jsonl and calls.csv, which nothing has begun before:
// what a call's line says is known only when all reports were read.
// It counts the findings; those of "" are of calls of which nothing is to be
// said. Of a call that has two records one counts.
func (d *destination) writeCalls(calls iter.Seq[Call]) (found map[intake.CallFinding]int, err error) {
	list, err := newJSONFile(filepath.Join(d.dir, callsName))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, list.out.close()) }()
	table, err := newTableFile(filepath.Join(d.dir, callTableName), callColumns)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, table.close()) }()
	found = map[intake.CallFinding]int{}
	for c := range calls {
		if err := errors.Join(list.Encode(c), table.write(c.row())); err != nil {
			return nil, err
		}
		if !c.Again {
			found[c.Finding]++
		}
	}
	return found, nil
}
