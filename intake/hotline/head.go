package hotline

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dengwen/intake"
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

	rows   []string // normalised head rows, to know them again
	titles []string // normalised rows above the head, likewise
}

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
func findHead(first []record, columns map[Field]string) (*head, bool) {
	for i, rec := range first {
		h := readHead(rec, columns)
		if h == nil {
			continue
		}
		for _, above := range first[:i] {
			h.titles = append(h.titles, rowKey(above.cells))
		}
		if i+1 < len(first) {
			h.extend(first[i+1])
		}
		return h, true
	}
	return nil, false
}

// readHead returns the head that a record is, or nil.
func readHead(rec record, columns map[Field]string) *head {
	h := &head{line: rec.line, fields: make(map[Field]int), rows: []string{rowKey(rec.cells)}}
	for _, c := range rec.cells {
		h.cells = append(h.cells, headCell(c))
	}
	for f, name := range columns {
		c := h.column(name)
		if c < 0 {
			return nil
		}
		h.fields[f] = c
	}
	h.assign(columns)
	if !h.complete() {
		return nil
	}
	h.settle()
	return h
}

// column finds the column of that name: as it stands, else normalised.
func (h *head) column(name string) int {
	if c := slices.Index(h.cells, headCell(name)); c >= 0 {
		return c
	}
	want := normalHead(name)
	return slices.IndexFunc(h.cells, func(s string) bool { return normalHead(s) == want })
}

// assign gives columns to fields by the synonyms. The caller's own choices
// stand: neither their fields nor their columns are given again.
func (h *head) assign(chosen map[Field]string) {
	taken := make(map[int]bool)
	for _, c := range h.fields {
		taken[c] = true
	}
	best := make(map[Field]int)
	for c, s := range h.cells {
		w, known := headWords[normalHead(s)]
		if !known || taken[c] || chosen[w.field] != "" {
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
	if c, has := h.fields[Date]; has && chosen[Date] == "" {
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

// extend takes a second row of heads: below a merged "来电人信息" stand 姓名 and
// 电话. Only columns without a field are named by it.
func (h *head) extend(rec record) {
	if !headRow(rec.cells) || len(rec.cells) > MaxColumns {
		return
	}
	key := rowKey(rec.cells)
	if key == h.rows[0] {
		return
	}
	for len(h.cells) < len(rec.cells) {
		h.cells = append(h.cells, "")
	}
	for c, s := range rec.cells {
		w, known := headWords[normalHead(s)]
		if !known || h.field(c) != "" {
			continue
		}
		h.cells[c] = headCell(s)
		if _, has := h.fields[w.field]; !has {
			h.fields[w.field] = c
		}
	}
	h.rows = append(h.rows, key)
	h.settle()
}

// repeats tells a row that was seen above: the head again on the next page,
// or the title over it.
func (h *head) repeats(cells []string) bool {
	// Nearly every row is none, and its first cell shows it.
	first := normalHead(firstFilled(cells))
	if _, known := headWords[first]; !known && !h.begins(first) {
		return false
	}
	key := rowKey(cells)
	return slices.Contains(h.rows, key) || slices.Contains(h.titles, key) || headRow(cells)
}

// begins reports whether a row above starts with that cell.
func (h *head) begins(first string) bool {
	starts := func(key string) bool {
		rest, ok := strings.CutPrefix(strings.TrimLeft(key, "\x1f"), first)
		return ok && (rest == "" || rest[0] == '\x1f')
	}
	return slices.ContainsFunc(h.rows, starts) || slices.ContainsFunc(h.titles, starts)
}

func firstFilled(cells []string) string {
	for _, c := range cells {
		if !intake.Blank(c) {
			return c
		}
	}
	return ""
}

// headRow tells a row of which every filled cell is a head, at least two.
func headRow(cells []string) bool {
	n := 0
	for _, c := range cells {
		if intake.Blank(c) {
			continue
		}
		if _, known := headWords[normalHead(c)]; !known {
			return false
		}
		n++
	}
	return n >= 2
}

// rowKey is a row in normalised form, for telling a repeated one.
func rowKey(cells []string) string {
	var b strings.Builder
	gap := 0
	for _, c := range cells {
		if c = normalHead(c); c == "" {
			gap++
			continue
		}
		b.WriteString(strings.Repeat("\x1f", gap+1))
		b.WriteString(c)
		gap = 0
	}
	return b.String()
}

// headCell is a head as people are shown it: on one line.
func headCell(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || padding(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s))
}

// hints are what stands in brackets behind a head without changing it. Other
// brackets do change it: 姓名（被反映人） is not the caller.
var hints = []string{"必填", "选填", "可选", "24小时", "格式", "例", "年月日", "精确", "时分", "yyyy", "hh", "北京时间"}

// normalHead brings a head to the form in which heads are compared: narrow
// forms, lower case, no white space (来 电 时 间), no trailing colon, no hint.
func normalHead(s string) string {
	if s == "" {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		if padding(r) || unicode.IsControl(r) || r == '*' || r == '★' || r == '※' {
			return -1
		}
		return unicode.ToLower(r)
	}, fold(s))
	s = strings.TrimRight(s, ":")
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		inside := s[open+1 : len(s)-1]
		if slices.ContainsFunc(hints, func(h string) bool { return strings.Contains(inside, h) }) {
			s = s[:open]
		}
	}
	return s
}
