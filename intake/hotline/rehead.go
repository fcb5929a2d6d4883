package hotline

import "slices"

// rehead tells a record that is a head row of other columns than those above,
// and takes it for the head of the rows below: pages were pasted together, or
// a sheet of rows that need work has those of several sheets. Read by the
// columns above, a caller's name could stand where the text did. Strange says
// that the record looks like a head, whatever its first cell is.
func (w *walker) rehead(rec record, strange bool) bool {
	second := w.second
	if w.second = false; second && w.head.joins(rec) {
		w.turned = w.page.head.places(w.head)
		return true
	}
	if w.head.ofErrors {
		if !ofErrors(rec.cells) {
			return false
		}
	} else if _, known := headWords[normalHead(firstFilled(rec.cells))]; !known && !strange {
		return false
	}
	if slices.Contains(w.head.rows, rowKey(w.head.strip(rec).cells)) {
		return false
	}
	h := readHead(rec, w.head.by)
	if h == nil {
		return false
	}
	h.titles = w.page.head.titles
	h.settleKeys()
	w.head, w.turned = h, w.page.head.places(h)
	w.second, w.unread = true, false
	return true
}

// joins takes a record for the second row of the head, if it is one.
func (h *head) joins(rec record) bool {
	rows := len(h.rows)
	h.extend(h.strip(rec))
	if len(h.rows) == rows {
		return false
	}
	h.settleKeys()
	return true
}

// places tells where the columns of another head stand in this one: by their
// names, or behind all others.
func (h *head) places(other *head) []int {
	at := make([]int, len(other.named))
	taken := make(map[int]bool)
	behind := len(h.cells)
	for c, name := range other.named {
		at[c] = -1
		for d, own := range h.named {
			if name != "" && own == name && !taken[d] {
				at[c], taken[d] = d, true
				break
			}
		}
		if at[c] < 0 {
			at[c] = behind
			behind++
		}
	}
	return at
}

// shown returns the cells of a row in the order of the first head, which is
// the one that people are told of.
func (w *walker) shown(cells []string) []string {
	if w.turned == nil {
		return cells
	}
	var turned []string
	put := func(c int, s string) {
		for len(turned) <= c {
			turned = append(turned, "")
		}
		turned[c] = s
	}
	behind := len(w.page.head.cells)
	for _, d := range w.turned {
		behind = max(behind, d+1)
	}
	for c, s := range cells {
		switch {
		case s == "":
		case c < len(w.turned):
			put(w.turned[c], s)
		default:
			put(behind+c-len(w.turned), s)
		}
	}
	return turned
}
