package storetest

import (
	"errors"
	"sync"

	"dengwen/store"
)

// ErrFault is what an injected failure returns.
var ErrFault = errors.New("injected fault")

// A Fault fails one step of a box, once: before it takes effect, as a full
// disk does, or after, as a disk that loses power once it has written.
type Fault struct {
	Step  store.Step
	After bool
	Nth   int // which time the step is reached, from 1

	mu    sync.Mutex
	times int
	fired bool
}

// Around is the hook to open a box with.
func (f *Fault) Around(s store.Step, do func() error) error {
	if !f.hit(s) {
		return do()
	}
	if f.After {
		if err := do(); err != nil {
			return err
		}
	}
	return ErrFault
}

func (f *Fault) hit(s store.Step) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s != f.Step {
		return false
	}
	f.times++
	if f.times != f.Nth {
		return false
	}
	f.fired = true
	return true
}

// Fired reports whether the step was reached and failed.
func (f *Fault) Fired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}
