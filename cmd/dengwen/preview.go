package main

import (
	"dengwen/intake"
	"dengwen/intake/hotline"
)

// A preview collects what the desk shows of a file: the first rows of each fate,
// and what the columns were taken for.
type preview struct {
	answer intake.ImportAnswer
	named  bool
}

func newPreview(f hotline.File) *preview {
	p := &preview{named: len(f.Sheets()) > 1}
	p.answer.Skipped = f.Skipped()
	if _, calls := f.(*hotline.CallLog); calls || len(f.Sheets()) == 0 {
		return p
	}
	for _, c := range f.Sheets()[0].Columns {
		p.answer.Heads = append(p.answer.Heads, intake.PreviewHead{Head: c.Head, Field: string(c.Field)})
	}
	return p
}

// see takes note of a row that was decided.
func (p *preview) see(row decided, v intake.Verdict) {
	a := &p.answer
	list := map[intake.Verdict]*[]intake.PreviewRow{intake.Accepted: &a.Good, intake.Refused: &a.Late, intake.Duplicate: &a.Known, bad: &a.Wrong}[v]
	if len(*list) == intake.PreviewRows {
		return
	}
	r := intake.PreviewRow{Line: row.Line, At: row.at, Unit: row.unit, Title: row.title, Damaged: row.damaged, Column: row.column, Reason: row.reason}
	if p.named {
		r.Sheet = row.Sheet
	}
	*list = append(*list, r)
}
