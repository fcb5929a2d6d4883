package reader

import (
	"cmp"
	"slices"

	"dengwen/intake/triage"
)

// likenesses says which reports have a key in common. Of each key the oldest
// are kept that a row can name besides itself, so that any number of reports
// alike cost no more. Nearly all keys have one report only.
type likenesses struct {
	one  map[triage.AlikeKey]int64   // index of its only report
	many map[triage.AlikeKey][]int64 // indices, ascending
}

// put takes in a row, in any order and again.
func (l *likenesses) put(r triage.Row) {
	if l.one == nil {
		l.one, l.many = map[triage.AlikeKey]int64{}, map[triage.AlikeKey][]int64{}
	}
	for _, key := range triage.AlikeKeys(r) {
		if list, ok := l.many[key]; ok {
			l.many[key] = withIndex(list, r.Index)
		} else if first, ok := l.one[key]; ok && first != r.Index {
			l.many[key] = withIndex([]int64{first}, r.Index)
			delete(l.one, key)
		} else {
			l.one[key] = r.Index
		}
	}
}

func withIndex(list []int64, index int64) []int64 {
	at, there := slices.BinarySearch(list, index)
	if there || at > triage.MaxAlike {
		return list
	}
	list = slices.Insert(list, at, index)
	return list[:min(len(list), triage.MaxAlike+1)]
}

// of returns the indices of the reports that are like a row, oldest first. The
// row itself need not have been put.
func (l *likenesses) of(r triage.Row) (list []int64) {
	for _, key := range triage.AlikeKeys(r) {
		list = append(list, l.many[key]...)
		if only, ok := l.one[key]; ok {
			list = append(list, only)
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	list = slices.DeleteFunc(list, func(index int64) bool { return index == r.Index })
	return list[:min(len(list), triage.MaxAlike)]
}

// alike names the reports that seem to tell of the same call as a row, as far as
// the last Sync knows them.
func (q *queue) alike(r triage.Row) []triage.Alike {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return q.named(r)
}

// named is alike under the lock.
func (q *queue) named(r triage.Row) (list []triage.Alike) {
	for _, index := range q.likely.of(r) {
		at, ok := q.find(index)
		if ok && !q.rows[at].Unreadable {
			list = append(list, triage.Alike{Index: index, ID: q.rows[at].ID})
		}
	}
	return list
}

// find is the place of the row of an entry, or where it belongs.
func (q *queue) find(index int64) (int, bool) {
	return slices.BinarySearchFunc(q.rows, index, func(r triage.Row, index int64) int { return cmp.Compare(r.Index, index) })
}
