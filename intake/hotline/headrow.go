package hotline

import (
	"slices"
	"strings"

	"dengwen/intake"
)

// extend takes a second row of heads: below a merged "来电人信息" stand 姓名 and
// 电话. Only columns of which the first row says nothing are named by it.
func (h *head) extend(rec record) {
	if !headRow(rec.cells) || len(rec.cells) > MaxColumns {
		return
	}
	key := rowKey(rec.cells)
	if key == h.rows[0] {
		return
	}
	for len(h.cells) < len(rec.cells) {
		h.cells, h.named = append(h.cells, ""), append(h.named, "")
	}
	first, both := slices.Clone(h.named), slices.Clone(h.named)
	for c, s := range rec.cells {
		if _, named := headWords[both[c]]; !named && normalHead(s) != "" {
			both[c] = normalHead(s)
		}
	}
	for c, s := range rec.cells {
		below := normalHead(s)
		w, known := headWords[below]
		if _, named := headWords[h.named[c]]; !known || named {
			continue
		}
		// The meaning goes by what the column is called even where it was
		// mapped by its first name.
		h.named[c] = below
		if h.field(c) != "" {
			continue
		}
		h.cells[c] = headCell(s)
		group := over(first, c)
		field := fieldUnder(group, below, w.field)
		if ofReported, _ := groupOf(group); !ofReported && ofCaller(both, h.by, c) {
			field = ""
		}
		if field == Text {
			h.texts = append(h.texts, c)
		}
		if _, has := h.fields[field]; !has && field != "" {
			h.fields[field] = c
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
