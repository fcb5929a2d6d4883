package desk

// The file that a session has on its way. It has one at a time.

// pending is the session's file, or nil.
func (x *session) pending() *importing {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.importing
}

// replace makes i the session's file, and leaves the one before. One that is
// going in is not replaced.
func (x *session) replace(i *importing) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended {
		return errEnded
	}
	if old := x.importing; old != nil {
		if old.busy() {
			return errTaking
		}
		old.leave()
	}
	x.importing = i
	return nil
}

// discard leaves the session's file if it has this id, and reports whether it
// had; one that is going in stays.
func (x *session) discard(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := x.importing
	if i == nil || i.id != id || i.busy() {
		return false
	}
	i.leave()
	x.importing = nil
	return true
}
