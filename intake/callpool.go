package intake

import (
	"math"
	"slices"
	"sort"
)

// A pool holds calls and rows of which each call may be paired with each row.
type pool struct {
	calls, rows []int32 // by start
	ends, free  tree    // of the calls, of the rows: the end of each that is not taken
}

// pools are the pools that a call, or a row, is in.
type pools struct{ ofCall, ofRow [][]*pool }

func (m *matching) noPools() pools {
	return pools{make([][]*pool, len(m.calls)), make([][]*pool, len(m.rows))}
}

// add makes a pool, unless one side is empty. It keeps the lists.
func (ps pools) add(m *matching, calls, rows []int32) {
	if len(calls) == 0 || len(rows) == 0 {
		return
	}
	p := &pool{calls: sorted(calls), rows: sorted(rows)}
	p.ends, p.free = treeOf(m.calls, p.calls), treeOf(m.rows, p.rows)
	for _, c := range p.calls {
		ps.ofCall[c] = append(ps.ofCall[c], p)
	}
	for _, r := range p.rows {
		ps.ofRow[r] = append(ps.ofRow[r], p)
	}
}

func sorted(ids []int32) []int32 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// from is the place of the first of ids that starts at t or later.
func from(all []stretch, ids []int32, t int64) int {
	return sort.Search(len(ids), func(i int) bool { return all[ids[i]].from >= t })
}

// A tree holds a number at each place and the greatest of each half above
// them, the root at 1: so the first place with a number of some size is found
// on one way down.
type tree []int64

// gone is at places that hold nothing any more.
const gone = math.MinInt64

func treeOf(all []stretch, ids []int32) tree {
	size := 1
	for size < len(ids) {
		size *= 2
	}
	t := make(tree, 2*size)
	for i := range size {
		if t[size+i] = gone; i < len(ids) {
			t[size+i] = all[ids[i]].to
		}
	}
	for i := size - 1; i > 0; i-- {
		t[i] = max(t[2*i], t[2*i+1])
	}
	return t
}

func (t tree) remove(place int) {
	i := len(t)/2 + place
	t[i] = gone
	for i /= 2; i > 0; i /= 2 {
		t[i] = max(t[2*i], t[2*i+1])
	}
}

// most is the greatest number before a place.
func (t tree) most(before int) int64 {
	if before == len(t)/2 {
		return t[1]
	}
	most := int64(gone)
	for i := len(t)/2 + before; i > 1; i /= 2 {
		if i%2 == 1 {
			most = max(most, t[i-1])
		}
	}
	return most
}

// first is the first place from a place on with at least that number; -1 is
// none.
func (t tree) first(from int, least int64) int {
	size := len(t) / 2
	if from == size {
		return -1
	}
	i := size + from
	for t[i] < least {
		for i%2 == 1 { // up, until there is a half to the right
			if i /= 2; i == 0 {
				return -1
			}
		}
		i++
	}
	for i < size {
		if i *= 2; t[i] < least {
			i++
		}
	}
	return i - size
}

// last is the last place before a place with at least that number.
func (t tree) last(before int, least int64) int {
	size := len(t) / 2
	if before == 0 {
		return -1
	}
	i := size + before - 1
	for t[i] < least {
		for i%2 == 0 { // up, until there is a half to the left
			i /= 2
		}
		if i == 1 {
			return -1
		}
		i--
	}
	for i < size {
		if i = 2*i + 1; t[i] < least {
			i--
		}
	}
	return i - size
}
