package hotline

import (
	"crypto/sha256"
	"encoding/binary"
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

// oneCall is how far the legs of one call may be apart. Exchanges begin to
// count anew when they are started again: a key that comes back days later is
// of another call.
const oneCall = 12 * time.Hour

// find returns the call that a leg belongs to. The index has a call under the
// stretch of time in which its leg began, so that it is found from the stretches
// beside it too.
func (m *merger) find(id legID, g leg) (int, bool) {
	for _, beside := range [...]int64{0, -1, 1} {
		if n, has := m.index[id.within(g, beside)]; has {
			i := m.root(int(n))
			if apart := g.at.UnixNano() - m.call(i).at; apart <= int64(oneCall) && apart >= -int64(oneCall) {
				return i, true
			}
		}
	}
	return 0, false
}

// root is the call that a call was found to be.
func (m *merger) root(i int) int {
	for m.call(i).into > 0 {
		i = int(m.call(i).into) - 1
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

// A legID is the same for legs that are one call. Keys and telephone numbers
// come from outside: the hash is one for which nobody makes two of them equal.
type legID [16]byte

// within is the place in the index of a leg's stretch of time, or of one beside
// it. What tells two keys apart is left whole by it.
func (id legID) within(g leg, beside int64) legID {
	stretch := g.at.Unix()/int64(oneCall/time.Second) + beside
	binary.BigEndian.PutUint64(id[8:], binary.BigEndian.Uint64(id[8:])^uint64(stretch))
	return id
}

// ids appends those of a leg, the surest first; a leg that is a call of its own
// has none.
func (g leg) ids(list []legID) []legID {
	add := func(b []byte) {
		sum := sha256.Sum256(b)
		list = append(list, legID(sum[:16]))
	}
	if g.key != "" {
		add(append([]byte{'k'}, g.key...))
	}
	if g.caller != "" && (g.key == "" || g.channel) {
		add(append(binary.BigEndian.AppendUint64([]byte{'t'}, uint64(g.at.Unix())), g.caller...))
	}
	return list
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

// A numberStore keeps short strings in large pieces. Place 0 is the empty one.
type numberStore struct {
	pieces [][]byte
	// long has the places of the strings that are no telephone numbers. A
	// workbook can name one such string a million times; it is kept once.
	long map[string]uint32
}

const (
	numberPiece = 1 << 20
	longNumber  = 32 // bytes
)

// put stores a string of less than 64 KiB.
func (s *numberStore) put(text string) uint32 {
	if text == "" {
		return 0
	}
	if place, has := s.long[text]; has {
		return place
	}
	last := len(s.pieces) - 1
	if last < 0 || len(s.pieces[last])+2+len(text) > numberPiece {
		s.pieces = append(s.pieces, make([]byte, 0, numberPiece))
		last++
		if last == 0 {
			s.pieces[0] = append(s.pieces[0], 0)
		}
	}
	place := last*numberPiece + len(s.pieces[last])
	s.pieces[last] = append(binary.BigEndian.AppendUint16(s.pieces[last], uint16(len(text))), text...)
	if len(text) > longNumber {
		if s.long == nil {
			s.long = make(map[string]uint32)
		}
		s.long[text] = uint32(place)
	}
	return uint32(place)
}

func (s *numberStore) get(place uint32) string {
	if place == 0 {
		return ""
	}
	b := s.pieces[place/numberPiece][place%numberPiece:]
	return string(b[2 : 2+binary.BigEndian.Uint16(b)])
}
