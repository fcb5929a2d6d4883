package hotline

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dengwen/intake"
)

// A Row is one line of a ledger that is meant to be a report, or a call of a
// call record.
type Row struct {
	// Sheet is the sheet's name in a workbook.
	Sheet string
	// Line is where the row begins: the physical line of a text file, the row
	// number of a sheet, both from 1.
	Line int
	// Report is the row as a report; nil when the row is bad, or a call.
	Report *intake.Report
	// Call is the call; nil when the row is bad, or of a ledger.
	Call *intake.Call
	// Bad says why the row is none; nil when it is good.
	Bad *BadRow
	// Cells are the cells as they stand in the file, those that a merged range
	// covers with its value, in the order of the sheet's Columns.
	Cells []string
	// When is set where the row says no date of its own: what its time cell
	// says together with the date from above, "2026-09-09 10:20:00" in the
	// ledger's zone. A time that cannot be read stands behind the date as it
	// is; where no date is known, "????-??-??" stands for it. So the row says
	// the same away from the rows around it, or nothing at all.
	When string
}

// A BadRow names what is wrong with a row.
type BadRow struct {
	Column string // the head as it stands in the file
	Reason Reason
}

// read makes a report of a record, or tells what is wrong with it.
func (w *walker) read(rec record) Row {
	row := w.report(rec)
	row.When = w.whole(rec)
	return row
}

func (w *walker) report(rec record) Row {
	// The time comes first even where the row is bad for another reason, for
	// its date is what the bare times below it take.
	arrived, column, reason := w.arrival(rec)
	if rec.broken == BadEncoding {
		return w.bad(rec, slices.IndexFunc(rec.cells, unreadable), BadEncoding)
	}
	if reason != "" {
		return w.bad(rec, column, reason)
	}
	r := &intake.Report{Channel: intake.Hotline, Arrived: arrived}
	r.Subject, r.Text = named(w.cell(rec, Subject)), w.words(rec)
	if intake.Blank(r.Text) {
		// Some ledgers have one line for what was reported and call it 主题.
		r.Subject, r.Text = "", r.Subject
	}
	if intake.Blank(r.Text) {
		return w.bad(rec, w.textColumn(), NoText)
	}
	r.Unit = named(w.cell(rec, Unit))
	r.Persons = persons(w.cell(rec, Person), w.cell(rec, Post))
	r.Recorder = w.cell(rec, Recorder)
	r.Identity.Name = named(w.cell(rec, Caller))
	var damaged bool
	if r.Identity.Phone, damaged = phone(w.cell(rec, Phone)); damaged {
		r.Marks = []intake.Mark{intake.MarkPhoneDamaged}
	}
	r.Identity.Remark = w.cell(rec, Note)
	category, known := categoryOf(w.cell(rec, Category))
	if known {
		r.Category = intake.Category(category)
	}
	if over, is := w.tooLong(r); is {
		return w.bad(rec, over, TooLong)
	}
	r.Source.Meaning = w.head.meaning(arrived, rec.cells)
	if known {
		category = ""
	}
	if over, fits := w.keep(rec, r, category); !fits {
		return w.bad(rec, over, TooLong)
	}
	if err := r.Check(); err != nil {
		// The limits above are those of Check; a row that it still refuses
		// must not stop the file.
		return w.bad(rec, w.textColumn(), TooLong)
	}
	return Row{Sheet: w.table.name(), Line: rec.line, Report: r, Cells: w.shown(rec.cells)}
}

// words joins the columns of text, for a ledger may split what was reported
// over 反映问题 and 详情.
func (w *walker) words(rec record) string {
	var words []string
	for _, c := range w.head.texts {
		if c >= len(rec.cells) {
			continue
		}
		if s := clean(rec.cells[c]); !intake.Blank(s) && !slices.Contains(words, s) {
			words = append(words, s)
		}
	}
	return strings.Join(words, "\n")
}

func (w *walker) textColumn() int {
	if c, has := w.head.fields[Text]; has {
		return c
	}
	return w.head.fields[Subject]
}

// tooLong returns the column of the first field over its limit.
func (w *walker) tooLong(r *intake.Report) (column int, is bool) {
	over := func(limit int, f Field, values ...string) bool {
		for _, v := range values {
			if len(v) > limit && utf8.RuneCountInString(v) > limit {
				column, is = w.head.fields[f], true
			}
		}
		return is
	}
	if over(intake.MaxText, Text, r.Text) || over(intake.MaxSubject, Subject, r.Subject) || over(intake.MaxField, Unit, r.Unit) ||
		over(intake.MaxField, Recorder, r.Recorder) || over(intake.MaxField, Caller, r.Identity.Name) ||
		over(intake.MaxField, Phone, r.Identity.Phone) || over(intake.MaxRemark, Note, r.Identity.Remark) {
		return column, is
	}
	for _, p := range r.Persons {
		if over(intake.MaxField, Person, p.Name) || over(intake.MaxField, Post, p.Post) {
			return column, is
		}
	}
	return 0, false
}

// keep puts what has no field of its own into the remark, which is sealed
// apart from what the team reads: the columns without a field, a category that
// is none of ours, cells beyond the heads. When they run over the remark's
// limit, it returns the column that did.
func (w *walker) keep(rec record, r *intake.Report, category string) (column int, fits bool) {
	var b strings.Builder
	b.WriteString(r.Identity.Remark)
	n := utf8.RuneCountInString(r.Identity.Remark)
	add := func(c int, value string) bool {
		if intake.Blank(value) {
			return true
		}
		line := w.head.title(c) + "：" + value
		if b.Len() > 0 {
			line = "\n" + line
		}
		n += utf8.RuneCountInString(line)
		b.WriteString(line)
		column = c
		return n <= intake.MaxRemark
	}
	if !add(w.head.fields[Category], category) {
		return column, false
	}
	for _, c := range w.head.extra {
		if c < len(rec.cells) && !add(c, clean(rec.cells[c])) {
			return column, false
		}
	}
	for c := len(w.head.cells); c < len(rec.cells); c++ {
		if !add(c, clean(rec.cells[c])) {
			return column, false
		}
	}
	r.Identity.Remark = b.String()
	return 0, true
}
