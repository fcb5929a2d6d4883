package hotline

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"dengwen/intake"
)

// meaningVersion begins every meaning. It changes only together with the
// encoding, and then every ledger that is imported again adds its rows again.
const meaningVersion = "dengwen hotline row 2"

// A keyed column takes part in the meaning of every row.
type keyed struct {
	col int
	key string // with its length before it
	// words says that 无 and 不详 are what was reported, and not a way to leave
	// the cell empty.
	words bool
}

// meaning encodes what a row says: the instant of the call, and every filled
// cell with what its column is called. Each is preceded by its length, so that
// no two rows share an encoding.
//
// What --map says takes no part, or a ledger that is imported again with
// another --map would add every row again. It counts in one case: a column
// that is left out below is taken in where it is chosen for what a report
// says. The order of the columns and the kind of the file take no part either,
// and values are in one form (canon.go).
func (h *head) meaning(at time.Time, cells []string) []byte {
	size := 64
	for _, c := range cells {
		size += len(c) + 16
	}
	b := make([]byte, 0, size)
	b = sized(b, meaningVersion)
	b = sized(b, at.UTC().Format(time.RFC3339Nano))
	for _, k := range h.keys {
		if k.col >= len(cells) {
			continue
		}
		if v := canonical(cells[k.col]); !intake.Blank(v) && (k.words || !nobody[v]) {
			b = sized(append(b, k.key...), v)
		}
	}
	for c := len(h.cells); c < len(cells); c++ {
		if v := canonical(cells[c]); !intake.Blank(v) && !nobody[v] {
			b = sized(sized(b, numbered(c)), v)
		}
	}
	return b
}

func sized(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// settleKeys works out what the columns are called in meanings, once a head is
// complete. A column is called by its field where its head is the best synonym
// of that field in the ledger, so that two ledgers may use two words for one
// thing; else by its head; else by its number. Of columns of one name the
// second and further ones are counted, for their cells are not the same.
func (h *head) settleKeys() {
	type called struct {
		keyed
		name    string
		heading bool
	}
	best := make(map[Field]int) // the rank of the best synonym
	for _, s := range h.named {
		if w, known := headWords[s]; known {
			if rank, has := best[w.field]; !has || w.rank < rank {
				best[w.field] = w.rank
			}
		}
	}
	var columns []called
	times := make(map[string]int)
	for c, s := range h.named {
		if h.leavesOut(c) {
			continue
		}
		k := called{keyed: keyed{col: c}, name: "head:" + s, heading: s != "" && s != numbered(c)}
		w, known := headWords[s]
		k.words = known && w.field == Text
		switch {
		case !k.heading:
			k.name = numbered(c)
		case known && w.rank == best[w.field]:
			k.name = string(w.field)
		}
		if times[k.name]++; times[k.name] > 1 {
			k.name += "\x00" + strconv.Itoa(times[k.name])
		}
		columns = append(columns, k)
	}
	// Columns without a head come last and in their order, before those that
	// lie beyond the heads.
	slices.SortStableFunc(columns, func(a, b called) int {
		switch {
		case a.heading && b.heading:
			return strings.Compare(a.name, b.name)
		case a.heading:
			return -1
		case b.heading:
			return 1
		}
		return a.col - b.col
	})
	h.keys, h.says = nil, make(map[string]Field)
	for _, k := range columns {
		if f := h.field(k.col); f == Text || f == Subject {
			h.says[k.name] = f
		}
		k.key = string(sized(nil, k.name))
		h.keys = append(h.keys, k.keyed)
	}
}

// numbered is what a column without a head is called.
func numbered(c int) string { return "#" + strconv.Itoa(c+1) }

// leavesOut reports whether a column takes no part in the meaning: it says the
// time, for which the instant stands, or tells about the ledger, and so
// changes from one copy to the next. A column that makes up the report always
// takes part.
func (h *head) leavesOut(c int) bool {
	switch field := h.field(c); field {
	case Time, Date:
		return true
	case "", ID, Recorder:
	default:
		return false
	}
	if w, known := headWords[h.named[c]]; known {
		switch w.field {
		case ID, Time, Date, Recorder:
			return true
		}
		return false
	}
	return slices.ContainsFunc(paperwork, func(word string) bool { return strings.Contains(h.named[c], word) })
}

// paperwork lists what the heads of columns contain that an office fills in
// after the call, often after the row was imported: what became of it, who
// took it on, who signed. Such a column must be about the office for certain.
// One too many here makes two calls into one where nothing else tells them
// apart; one too few brings in a row again, which the desk points out.
var paperwork = []string{
	"办理", "处理", "处置", "转办", "交办", "承办", "经办", "分办", "拟办", "督办", "查办", "批示", "批阅", "阅示", "审批", "审核", "复核",
	"核实", "核查", "整改", "回复", "答复", "反馈", "回访", "办结", "结案", "销号", "状态", "签字", "签名", "签收", "满意", "进度", "进展", "期限", "时限",
	"归档", "存档", "移交", "是否受理", "status", "handled", "signature",
}
