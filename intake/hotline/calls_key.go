package hotline

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

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
