package hotline

import (
	"fmt"
	"maps"
	"slices"
)

// A head is what the head row says: which column holds which field.
type head struct {
	line  int      // where the head stands
	cells []string // every head as it stands in the file
	// fields gives each field's column; texts lists every column of text, the
	// first being fields[Text].
	fields map[Field]int
	texts  []int
	// extra lists the columns that have no field, in file order.
	extra []int
	// named holds what the columns are called, normalised, whatever they were
	// mapped to; keys lists those that take part in the meaning.
	named []string
	keys  []keyed
	says  map[string]Field // the names in meanings of columns of text and subject

	// ofErrors is set for a sheet of rows that need work: the cells here, and
	// those of every row, are without the columns about the row in front.
	ofErrors bool

	by     choice   // what the caller chose
	rows   []string // normalised head rows, to know them again
	titles []string // normalised rows above the head, likewise
}

// A choice is what the caller says of columns: those that must be there, and
// those that may be (Options.Usual).
type choice struct{ columns, usual map[Field]string }

func (o Options) choice() choice { return choice{o.Columns, o.Usual} }

// title returns the head of column c as it stands in the file, or its number.
func (h *head) title(c int) string {
	if c >= 0 && c < len(h.cells) && h.cells[c] != "" {
		return h.cells[c]
	}
	return fmt.Sprintf("#%d", c+1)
}

// findHead looks for the head row among the first filled records of a table.
// A row is the head when it has a column for the time (or the date) and one
// for what was reported. The row below joins it when it too holds only heads.
func findHead(first []record, by choice) (*head, bool) {
	for i, rec := range first {
		h := readHead(rec, by)
		if h == nil {
			continue
		}
		for _, above := range first[:i] {
			h.titles = append(h.titles, rowKey(above.cells))
		}
		if i+1 < len(first) {
			h.extend(h.strip(first[i+1]))
		}
		h.settleKeys()
		return h, true
	}
	return nil, false
}

// readHead returns the head that a record is, or nil.
func readHead(rec record, by choice) *head {
	h := &head{line: rec.line, fields: make(map[Field]int), by: by, ofErrors: ofErrors(rec.cells)}
	rec = h.strip(rec)
	if slices.ContainsFunc(rec.cells, func(c string) bool { return len(c) > maxHead }) {
		return nil
	}
	h.rows = []string{rowKey(rec.cells)}
	for _, c := range rec.cells {
		h.cells = append(h.cells, headCell(c))
		h.named = append(h.named, normalHead(c))
	}
	for f, name := range by.columns {
		c := h.column(name)
		if c < 0 {
			return nil
		}
		h.fields[f] = c
	}
	for f, name := range by.usual {
		_, chosen := h.fields[f]
		if c := h.column(name); !chosen && c >= 0 && !h.has(c) {
			h.fields[f] = c
		}
	}
	h.assign()
	if !h.complete() {
		return nil
	}
	h.settle()
	return h
}

// strip returns a record of the table as the ledger had it.
func (h *head) strip(rec record) record {
	if h.ofErrors {
		return ledgerRecord(rec)
	}
	return rec
}

// width returns the number of heads in the file.
func (h *head) width() int {
	if h.ofErrors {
		return len(h.cells) + aboutColumns
	}
	return len(h.cells)
}

// column finds the column of that name: as it stands, else normalised.
func (h *head) column(name string) int {
	if c := slices.Index(h.cells, headCell(name)); c >= 0 {
		return c
	}
	want := normalHead(name)
	return slices.IndexFunc(h.cells, func(s string) bool { return normalHead(s) == want })
}

// has reports whether a field was given to column c.
func (h *head) has(c int) bool {
	for _, at := range h.fields {
		if at == c {
			return true
		}
	}
	return false
}

// assign gives columns to fields by the synonyms. What the caller chose
// stands: neither those fields nor their columns are given again.
func (h *head) assign() {
	chosen, taken := maps.Clone(h.fields), make(map[int]bool)
	for _, c := range chosen {
		taken[c] = true
	}
	best := make(map[Field]int)
	for c, s := range h.named {
		w, known := headWords[s]
		if _, given := chosen[w.field]; !known || taken[c] || given || ofCaller(h.named, h.by, c) {
			continue
		}
		if w.field == Text {
			h.texts = append(h.texts, c)
		}
		if rank, has := best[w.field]; !has || w.rank < rank {
			best[w.field], h.fields[w.field] = w.rank, c
		}
	}
	if c, has := h.fields[Text]; has && len(h.texts) == 0 {
		h.texts = []int{c}
	}
	// A ledger with a date column alone keeps the time in it.
	if _, given := chosen[Date]; given {
		return
	}
	if c, has := h.fields[Date]; has {
		if _, timed := h.fields[Time]; !timed {
			h.fields[Time] = c
			delete(h.fields, Date)
		}
	}
}

func (h *head) complete() bool {
	_, timed := h.fields[Time]
	_, text := h.fields[Text]
	_, subject := h.fields[Subject]
	return timed && (text || subject)
}

// settle lists the columns that no field has.
func (h *head) settle() {
	h.extra = nil
	for c := range h.cells {
		if h.field(c) == "" {
			h.extra = append(h.extra, c)
		}
	}
}

// field returns the field of column c, or none.
func (h *head) field(c int) Field {
	if slices.Contains(h.texts, c) {
		return Text
	}
	for f, at := range h.fields {
		if at == c {
			return f
		}
	}
	return ""
}
