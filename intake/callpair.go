package intake

import (
	"cmp"
	"slices"
	"time"
)

// How calls and rows are paired. Taking the nearest pair of all, again and
// again, looks at every pair there is. The same comes out of following, from any
// call, the nearest row, from that row its nearest call and so on: each step is
// nearer than the one before, so it ends with two that are each other's
// nearest, and these the slow way would pair too, whatever else it did
// before. Once they are out, the walk goes on from where it had come. Every
// step is a look-up in a tree, and there are at most about two for each call and
// each row.

// A nearness orders all pairs; no two are equal.
type nearness struct {
	gap, start int64 // microseconds: to the call, to its start
	call, row  int32
}

func (n nearness) compare(o nearness) int {
	return cmp.Or(cmp.Compare(n.gap, o.gap), cmp.Compare(n.start, o.start), cmp.Compare(n.call, o.call), cmp.Compare(n.row, o.row))
}

func (m *matching) near(call, row int32) nearness {
	c, t := m.calls[call], m.rows[row].from
	return nearness{max(c.from-t, t-c.to, 0), max(c.from-t, t-c.from), call, row}
}

// A walker is a call or a row on the way.
type walker struct {
	id  int32
	row bool
}

// pair pairs what is in the pools, up to a limit.
func (m *matching) pair(ps pools, limit time.Duration) {
	var way []walker
	for c := range m.calls {
		if m.found[c] >= 0 || len(ps.ofCall[c]) == 0 {
			continue
		}
		way = append(way, walker{id: int32(c)})
		for len(way) > 0 {
			last := len(way) - 1
			n, ok := m.nearest(ps, way[last])
			switch next := n.other(way[last]); {
			case !ok || n.gap > limit.Microseconds():
				way = way[:last] // only the first of a way has nobody
			case last > 0 && way[last-1] == next:
				m.take(ps, n.call, n.row)
				way = way[:last-1]
			default:
				way = append(way, next)
			}
		}
	}
}

// other is who stands across from one of a pair.
func (n nearness) other(w walker) walker {
	if w.row {
		return walker{id: n.call}
	}
	return walker{id: n.row, row: true}
}

// take pairs a call and a row and takes them out of all pools.
func (m *matching) take(ps pools, call, row int32) {
	m.found[call], m.taken[row] = row, true
	for _, p := range ps.ofCall[call] {
		p.ends.remove(place(p.calls, call))
	}
	for _, p := range ps.ofRow[row] {
		p.free.remove(place(p.rows, row))
	}
}

func place(ids []int32, id int32) int {
	i, _ := slices.BinarySearch(ids, id)
	return i
}

// nearest is the nearest pair that a call or a row can be in now.
func (m *matching) nearest(ps pools, w walker) (best nearness, ok bool) {
	list, of := ps.ofCall, m.nearestRows
	if w.row {
		list, of = ps.ofRow, m.nearestCalls
	}
	for _, p := range list[w.id] {
		for _, n := range of(p, w.id) {
			if n.call >= 0 && (!ok || n.compare(best) < 0) {
				best, ok = n, true
			}
		}
	}
	return best, ok
}

var nobody = nearness{call: -1}

// nearestRows are the nearest row of the pool before the call's start and the
// nearest from then on; of rows of one time the first.
func (m *matching) nearestRows(p *pool, call int32) [2]nearness {
	found := [2]nearness{nobody, nobody}
	at := from(m.rows, p.rows, m.calls[call].from)
	if i := p.free.last(at, gone+1); i >= 0 {
		i = p.free.first(from(m.rows, p.rows, m.rows[p.rows[i]].from), gone+1)
		found[0] = m.near(call, p.rows[i])
	}
	if i := p.free.first(at, gone+1); i >= 0 {
		found[1] = m.near(call, p.rows[i])
	}
	return found
}

// nearestCalls are, of the calls of the pool that began before the row's time,
// the last one that still goes on, or else the last that ended; and the first
// to begin after it. Of calls with one start it is the first.
func (m *matching) nearestCalls(p *pool, row int32) [2]nearness {
	found := [2]nearness{nobody, nobody}
	t := m.rows[row].from
	at := from(m.calls, p.calls, t+1)
	least := min(p.ends.most(at), t)
	if i := p.ends.last(at, max(least, gone+1)); i >= 0 {
		i = p.ends.first(from(m.calls, p.calls, m.calls[p.calls[i]].from), least)
		found[0] = m.near(p.calls[i], row)
	}
	if i := p.ends.first(at, gone+1); i >= 0 {
		found[1] = m.near(p.calls[i], row)
	}
	return found
}

// pairDays pairs with rows of which the day alone is known: each call, the
// earliest first, with the first row whose day it touches.
func (m *matching) pairDays(ps pools) {
	for c, call := range m.calls {
		if m.found[c] >= 0 {
			continue
		}
		first := int32(-1)
		for _, p := range ps.ofCall[c] {
			i := p.free.first(0, call.from+1)
			if i >= 0 && m.rows[p.rows[i]].from <= call.to && (first < 0 || p.rows[i] < first) {
				first = p.rows[i]
			}
		}
		if first >= 0 {
			m.take(ps, int32(c), first)
		}
	}
}
