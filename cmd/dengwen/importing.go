package main

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"dengwen/intake"
	"dengwen/intake/hotline"
	"dengwen/intake/triage"
)

// importing follows a file of the hotline into the box. Rows are told of in
// file order, although the box answers for many at a time and bad rows never
// reach it: a row waits until all before it are decided. What the box has
// accepted is forgotten at once, so memory grows with the rows that were not.
type importing struct {
	file  hotline.File
	sheet *rowsSheet                          // where rows that need work are written, or nil
	seen  func(row decided, v intake.Verdict) // is told of every row in file order, or nil
	told  func(rows int)                      // is told now and then how many rows were read, or nil
	asked bool                                // all rows were read, so that the box may have taken them
	named bool                                // several sheets: rows carry the name of theirs
	times map[string]string                   // by sheet, the head of the column that a row's instant comes from

	mu      sync.Mutex // rows are read and answered by two goroutines when serve holds the box
	read    int
	first   time.Time // the earliest and the latest start of a call
	last    time.Time
	damaged int // of those accepted
	waiting []decided
	result  intake.Imported
	err     error
}

// A decided row is one that is, or will be, counted; Column and Reason say what
// is wrong with it.
type decided struct {
	hotline.Row
	at      time.Time // when its call began; zero if that cannot be read
	unit    string
	title   string // the first words of what is reported
	damaged bool   // a spreadsheet damaged the caller's number
	column  string
	reason  string
}

// bad stands for a row that never reaches the box, beside the verdicts.
const bad intake.Verdict = "bad"

// toldEvery is how many rows are read between two tellings.
const toldEvery = 256

// A fileBox takes in a file as a whole.
type fileBox interface {
	SubmitAll(ctx context.Context, dryRun bool, reports iter.Seq2[*intake.Report, error], each func(i int, o intake.Outcome)) error
	SubmitCalls(ctx context.Context, dryRun bool, calls iter.Seq2[*intake.Call, error], each func(i int, o intake.Outcome)) error
}

func newImporting(f hotline.File) *importing {
	in := &importing{file: f, named: len(f.Sheets()) > 1, times: map[string]string{}, result: intake.Imported{Refused: map[intake.Reason]int{}, Rows: []intake.ImportedRow{}}}
	if calls, is := f.(*hotline.CallLog); is {
		in.result.Exchange = calls.Exchange()
	}
	for _, s := range f.Sheets() {
		for _, c := range s.Columns {
			if c.Field == hotline.Time {
				in.times[s.Name] = c.Head
			}
		}
	}
	return in
}

// into brings the file into the box, or with a dry run asks what would become of
// it.
func (in *importing) into(ctx context.Context, b fileBox, dryRun bool) error {
	if in.result.Exchange != "" {
		return b.SubmitCalls(ctx, dryRun, good(in, func(r hotline.Row) *intake.Call { return r.Call }), in.outcome)
	}
	return b.SubmitAll(ctx, dryRun, good(in, func(r hotline.Row) *intake.Report { return r.Report }), in.outcome)
}

// good yields what the good rows are, and keeps all rows waiting.
func good[T any](in *importing, of func(hotline.Row) *T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for row, err := range in.file.Rows() {
			if err != nil {
				yield(nil, err)
				return
			}
			v := of(row)
			in.wait(row)
			if v != nil && !yield(v, nil) {
				return
			}
		}
		in.asked = true
	}
}

func (in *importing) wait(row hotline.Row) {
	d := decided{Row: row}
	switch {
	case row.Report != nil:
		d.at, d.unit, d.damaged = row.Report.Arrived, row.Report.Unit, slices.Contains(row.Report.Marks, intake.MarkPhoneDamaged)
		if in.seen != nil {
			d.title = triage.Title(row.Report.Subject, row.Report.Text)
		}
	case row.Call != nil:
		d.at = row.Call.At
	}
	d.Report, d.Call = nil, nil // the box has it
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.sheet == nil {
		d.Cells = nil // nobody writes them
	}
	in.waiting = append(in.waiting, d)
	in.passBad() // at once where nothing is before them: a file may hold nothing else
	if in.read++; in.told != nil && in.read%toldEvery == 0 {
		in.told(in.read)
	}
}

// outcome is told what became of the next good row.
func (in *importing) outcome(_ int, o intake.Outcome) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.passBad()
	row := in.waiting[0]
	in.waiting = in.waiting[1:]
	switch {
	case o.Verdict == intake.Accepted:
		in.result.Accepted++
	case o.Verdict == intake.Duplicate:
		in.result.Duplicate++
		row.reason = string(intake.Duplicate)
	case o.Reason == intake.Future:
		// A call that has not been made is a slip of the pen, to be put right.
		in.result.Bad++
		o.Verdict, row.column, row.reason = bad, in.times[row.Sheet], string(o.Reason)
	default:
		in.result.Refused[o.Reason]++
		row.column, row.reason = in.times[row.Sheet], string(o.Reason)
	}
	in.decide(row, o.Verdict)
}

// end is told that all rows were read and answered. It returns what went wrong
// in writing those that need work; the file has gone in all the same.
func (in *importing) end() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.passBad()
	r := &in.result
	r.Read = r.Accepted + r.Duplicate + r.Bad
	for _, n := range r.Refused {
		r.Read += n
	}
	if in.sheet != nil && in.err == nil {
		in.err = in.sheet.flush()
	}
	return in.err
}

// work is how many rows need work.
func (in *importing) work() int { return in.result.Read - in.result.Accepted - in.result.Duplicate }

// passBad decides the bad rows whose turn it is.
func (in *importing) passBad() {
	for len(in.waiting) > 0 && in.waiting[0].Bad != nil {
		row := in.waiting[0]
		in.waiting = in.waiting[1:]
		in.result.Bad++
		row.column, row.reason = row.Bad.Column, string(row.Bad.Reason)
		in.decide(row, bad)
	}
}

// decide lists a row that was not accepted. Work is to be done on all but
// duplicates.
func (in *importing) decide(row decided, v intake.Verdict) {
	if !row.at.IsZero() {
		if in.first.IsZero() || row.at.Before(in.first) {
			in.first = row.at
		}
		if row.at.After(in.last) {
			in.last = row.at
		}
	}
	if row.damaged && v == intake.Accepted {
		in.damaged++
	}
	if in.seen != nil {
		in.seen(row, v)
	}
	if v == intake.Accepted {
		return
	}
	r := intake.ImportedRow{Line: row.Line, Column: row.column, Reason: row.reason}
	if in.named {
		r.Sheet = row.Sheet
	}
	in.result.Rows = append(in.result.Rows, r)
	if in.sheet != nil && v != intake.Duplicate && in.err == nil {
		in.err = in.sheet.write(row.Row, r)
	}
}

// whereOf says where a row is, for people.
func whereOf(r intake.ImportedRow) string {
	if r.Sheet == "" {
		return strconv.Itoa(r.Line)
	}
	return r.Sheet + " " + strconv.Itoa(r.Line)
}
