package intake

import "time"

// MaxUpload is the size of the largest file that the desk takes in, in bytes:
// it is held in memory between the preview and the import. The command line
// takes larger ones.
const MaxUpload = 64 << 20

// An ImportOrder says how a file of the hotline, a ledger or a call record, is
// to be taken in.
type ImportOrder struct {
	DryRun   bool   `json:"dry_run,omitempty"`  // say what would happen, and write nothing
	Zone     string `json:"zone,omitempty"`     // IANA name of the file's zone; empty is the configuration's
	Columns  string `json:"columns,omitempty"`  // as the value of import --map
	Language string `json:"language,omitempty"` // of sentences in the answer
}

// Imported is what became of a file, in the form of import --json. Each row of
// a ledger, and each call of a call record, is counted in one place; Read is
// the sum of the others.
type Imported struct {
	// Exchange is who wrote the call record; empty for a ledger. What is
	// accepted of a call record are calls, which are no reports.
	Exchange  string         `json:"exchange,omitempty"`
	Read      int            `json:"read"`
	Accepted  int            `json:"accepted"`
	Refused   map[Reason]int `json:"refused"`
	Duplicate int            `json:"duplicate"`
	Bad       int            `json:"bad"`
	Rows      []ImportedRow  `json:"rows"` // those that were not accepted, in file order
}

// An ImportedRow names a row that was not accepted, and why: a Reason, a
// hotline.Reason, or "duplicate".
type ImportedRow struct {
	Sheet  string `json:"sheet,omitempty"` // in a workbook with several
	Line   int    `json:"line"`
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// An ImportAnswer is what the desk shows of a file before and after it went in.
type ImportAnswer struct {
	// Fault says, in the order's language, why the file cannot be read. Nothing
	// else is set then, and nothing was taken.
	Fault string `json:"fault,omitempty"`
	// FaultID is the id of the Detail that says it, if one does, so that the desk
	// can say what to do in its own form.
	FaultID string `json:"fault_id,omitempty"`

	Imported // its Rows are left out
	// Damaged is how many of those accepted have a caller's number that a
	// spreadsheet damaged.
	Damaged int          `json:"damaged,omitempty"`
	Good    []PreviewRow `json:"good,omitempty"`  // the first PreviewRows of those accepted
	Late    []PreviewRow `json:"late,omitempty"`  // … refused
	Known   []PreviewRow `json:"known,omitempty"` // … that are duplicates
	Wrong   []PreviewRow `json:"wrong,omitempty"` // … bad
	// Skipped are the sheets that hold something but no head row.
	Skipped []string `json:"skipped,omitempty"`
	// Heads say which column of the first sheet was taken for what.
	Heads []PreviewHead `json:"heads,omitempty"`
	// First and Last are the earliest and the latest start of a call that can be
	// read, so that a wrong zone is seen.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Sheet is a CSV of the refused and the bad rows, for correction; nil where
	// there are none or it is too large.
	Sheet []byte `json:"sheet,omitempty"`
}

// PreviewRows is how many rows of each kind a desk is shown.
const PreviewRows = 100

// A PreviewRow is a row of a file as the desk shows it.
type PreviewRow struct {
	Sheet string    `json:"sheet,omitempty"`
	Line  int       `json:"line"`
	At    time.Time `json:"at,omitzero"` // the start of the call
	Unit  string    `json:"unit,omitempty"`
	Title string    `json:"title,omitempty"` // the first words of what is reported
	// Damaged says that a spreadsheet damaged the caller's number.
	Damaged bool   `json:"damaged,omitempty"`
	Column  string `json:"column,omitempty"` // that is bad
	Reason  string `json:"reason,omitempty"` // as of an ImportedRow
}

// A PreviewHead says what a column was taken for; Field is a hotline.Field, or
// empty for what is kept with the remark.
type PreviewHead struct {
	Head  string `json:"head"`
	Field string `json:"field,omitempty"`
}
