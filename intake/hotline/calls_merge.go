package hotline

import (
	"time"

	"dengwen/intake"
)

// A merger joins the legs of one call: those with the exchange's key that began
// within oneCall of each other; where it gives none, or one for each channel, also
// those that began in the same second from the same number. A leg with neither is a call of its own.
//
// A file has up to MaxRows calls, all of which are held until its end is read,
// for the next leg may be the last line. So a call is a few numbers here, and
// the telephone numbers lie in one piece (numberStore). What comes of a call
// does not depend on the order in which its legs stand.
type merger struct {
	index  map[legID]uint32
	chunks [][]mergedCall
	count  int
	last   int // the call of the last leg
	text   numberStore
}

// mergedCall is what is known of a call so far. It has no pointers, which
// spares the garbage collector a million looks.
type mergedCall struct {
	at int64 // the earliest start, in nanoseconds of Unix time
	// callerAt and calleeAt are the starts of the legs that these are from.
	callerAt, calleeAt int64
	caller, callee     uint32 // in the store
	seconds            int32
	first              uint32 // leg.number of the first leg
	answered           bool
	into               uint32 // the call that this one was found to be, from 1; 0 is itself
}

const mergeChunk = 4096

func (m *merger) call(i int) *mergedCall { return &m.chunks[i/mergeChunk][i%mergeChunk] }

// add takes the next leg of the file.
func (m *merger) add(g leg) {
	if g.bad != nil {
		return
	}
	var ids [2]legID
	known := g.ids(ids[:0])
	i, old := m.last, g.follows && g.key == "" && m.count > 0
	for _, id := range known {
		switch n, has := m.find(id, g); {
		case has && old:
			i = m.unite(i, n)
		case has:
			i, old = n, true
		}
	}
	if old {
		i = m.root(i)
		m.join(m.call(i), legOf(g, &m.text))
	} else {
		i = m.open(g)
	}
	if m.index == nil {
		m.index = make(map[legID]uint32)
	}
	for _, id := range known {
		m.index[id.within(g, 0)] = uint32(i)
	}
	m.last = i
}

// root is the call that a call was found to be.
func (m *merger) root(i int) int {
	for m.call(i).into > 0 {
		// Half the way is cut off each time, or a file made for it would go a
		// long way for every leg.
		next := int(m.call(i).into) - 1
		if m.call(next).into > 0 {
			m.call(i).into = m.call(next).into
		}
		i = next
	}
	return i
}

// unite makes one of two calls that a leg belongs to, by its channel to the one
// and by its start to the other. It stands where the first of the two does.
func (m *merger) unite(i, j int) int {
	i, j = m.root(i), m.root(j)
	if i == j {
		return i
	}
	i, j = min(i, j), max(i, j)
	m.join(m.call(i), *m.call(j))
	m.call(j).into = uint32(i) + 1
	return i
}

// open begins a call with its first leg.
func (m *merger) open(g leg) int {
	i := m.count
	if i%mergeChunk == 0 {
		m.chunks = append(m.chunks, make([]mergedCall, mergeChunk))
	}
	m.count++
	*m.call(i) = legOf(g, &m.text)
	return i
}

// legOf is a call of one leg.
func legOf(g leg, text *numberStore) mergedCall {
	at := g.at.UnixNano()
	return mergedCall{
		at: at, callerAt: at, calleeAt: at, caller: text.put(g.caller), callee: text.put(g.callee),
		seconds: int32(g.seconds), first: g.number, answered: g.answered,
	}
}

// join adds a further leg, or several: the call began with the earliest, was answered if
// one was, and talked as long as the longest. It went to whoever talked the
// longest, else to the first that rang; it came from whom the first leg names.
func (m *merger) join(c *mergedCall, g mergedCall) {
	c.at = min(c.at, g.at)
	if sooner(m.text.get(g.caller), g.callerAt, m.text.get(c.caller), c.callerAt) {
		c.caller, c.callerAt = g.caller, g.callerAt
	}
	better := g.answered && !c.answered || g.answered && g.seconds > c.seconds
	if better || g.answered == c.answered && g.seconds == c.seconds && sooner(m.text.get(g.callee), g.calleeAt, m.text.get(c.callee), c.calleeAt) {
		c.callee, c.calleeAt = g.callee, g.calleeAt
	}
	if g.answered {
		c.answered, c.seconds = true, max(c.seconds, g.seconds)
	}
}

// sooner reports whether a number goes before another one: a number before
// none, then that of the leg which began first. Of legs that began together
// the longest, for an outside number is longer than an extension, and then the
// least goes first, so that the order of lines does not matter.
func sooner(a string, aAt int64, b string, bAt int64) bool {
	switch {
	case a == "" || b == "":
		return a != "" && b == ""
	case aAt != bAt:
		return aAt < bAt
	case len(a) != len(b):
		return len(a) > len(b)
	}
	return a < b
}

// take returns a call of which all legs were added.
func (m *merger) take(i int, zone *time.Location) *intake.Call {
	c := m.call(i)
	return &intake.Call{
		At: time.Unix(0, c.at).In(zone), Caller: m.text.get(c.caller), Callee: m.text.get(c.callee),
		Seconds: int(c.seconds), Answered: c.answered,
	}
}
