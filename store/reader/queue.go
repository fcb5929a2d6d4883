package reader

import (
	"slices"
	"sync"
	"unique"

	"dengwen/intake"
	"dengwen/intake/triage"
)

// A queue is the rows in memory, by index. It is safe for several goroutines.
type queue struct {
	mu     sync.RWMutex
	shut   bool
	rows   []triage.Row // oldest first
	place  map[string]int
	stand  map[string]stand
	likely likenesses
}

// A stand is where a report stands by the newest decision about it.
type stand struct {
	triage.Standing
	index int64 // of the decision
}

// take puts views into the queue. Those of one entry replace each other.
func (q *queue) take(views []view) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, v := range views {
		switch {
		case q.shut:
			return
		case v.Row != nil:
			q.put(*v.Row)
		case v.Decision != nil && v.Decision.State != "":
			q.decide(v.Index, v.Decision.Ref, v.Decision.Standing)
		}
	}
}

func (q *queue) put(row triage.Row) {
	// Thousands of rows name the same few units and days.
	row.Unit, row.Day = shared(row.Unit), shared(row.Day)
	row.Channel, row.Category = intake.Channel(shared(string(row.Channel))), intake.Category(shared(string(row.Category)))
	row.Standing = triage.Standing{State: triage.New}
	if s, ok := q.stand[row.ID]; ok {
		row.Standing = s.Standing
	}
	q.likely.put(row)
	if i, ok := q.place[row.ID]; ok {
		q.rows[i] = row
		return
	}
	if q.place == nil {
		q.place = map[string]int{}
	}
	at := len(q.rows)
	if at > 0 && q.rows[at-1].Index > row.Index {
		// A view that was lost comes back late, once in a box's life.
		at, _ = q.find(row.Index)
		for _, r := range q.rows[at:] {
			q.place[r.ID]++
		}
	}
	q.rows = slices.Insert(q.rows, at, row)
	q.place[row.ID] = at
}

func shared(s string) string { return unique.Make(s).Value() }

// decide notes a decision, unless a newer one about the report is known.
func (q *queue) decide(index int64, id string, to triage.Standing) {
	if q.stand == nil {
		q.stand = map[string]stand{}
	}
	if q.stand[id].index > index {
		return
	}
	q.stand[id] = stand{to, index}
	if i, ok := q.place[id]; ok {
		q.rows[i].Standing = to
	}
}

// decided notes a decision that was just written.
func (q *queue) decided(index int64, id string, to triage.Standing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.shut {
		q.decide(index, id, to)
	}
}

// page returns the rows of one state and channel, either of which may be empty
// for all, newest first, from the offset-th on; and how many there are.
func (q *queue) page(state triage.State, channel intake.Channel, offset, limit int) (page []triage.Row, total int) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	for i := len(q.rows) - 1; i >= 0; i-- {
		r := &q.rows[i]
		if state != "" && r.State != state || channel != "" && r.Channel != channel {
			continue
		}
		if total >= offset && len(page) < limit {
			page = append(page, *r)
			page[len(page)-1].Alike = q.named(*r)
		}
		total++
	}
	return page, total
}

// close forgets everything and takes nothing any more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.shut, q.rows, q.place, q.stand, q.likely = true, nil, nil, nil, likenesses{}
}
