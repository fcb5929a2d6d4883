package desk

import "crypto/sha256"

// What a session remembers from one page to the next, and forgets when it ends.

// say has the next page say something.
func (x *session) say(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.said = id
}

// hear returns what was to be said, once.
func (x *session) hear() (id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	id, x.said = x.said, ""
	return id
}

// allow lets the next identity page of this report open it; allowed takes that
// back.
func (x *session) allow(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.permit = id
}

func (x *session) allowed(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	is := x.permit == id
	x.permit = ""
	return is
}

// see remembers that a report was read here, seen reports it.
func (x *session) see(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.opened[id] = true
}

func (x *session) seen(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.opened[id]
}

// once reports whether a form's content is sent for the first time from a page.
// forget lets it be sent again, when it came to nothing.
func (x *session) once(sum [sha256.Size]byte) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.sent[sum] {
		return false
	}
	x.sent[sum] = true
	return true
}

func (x *session) forget(sum [sha256.Size]byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.sent, sum)
}
