package desk

import (
	"sync"
	"time"
)

const (
	// maxUploads is how many files of an account are read in an hour to say what
	// would happen: whether a row is in the box already is told with it, and
	// whoever uploaded without end could try out callers' numbers.
	maxUploads  = 60
	uploadsTime = time.Hour
	// maxReceiving is how many files of an account come in at once: each may take
	// intake.MaxUpload of what all sessions may hold together.
	maxReceiving = 2
)

// Uploads count by the account's name, over all its sessions and in memory only.
// What goes in after a preview counts for nothing. The zero value is ready.
type uploads struct {
	mu sync.Mutex
	of map[string]*uploader
}

// An uploader is what an account has sent in within the hour.
type uploader struct {
	receiving int
	at        []time.Time // when each began, in order
}

// A tooOften refuses one upload more, for as long as it says.
type tooOften time.Duration

func (tooOften) Error() string { return "the account has sent in as much as it may within an hour" }

// begin counts a file that is about to come in, or to be read once more. Without
// an error it is to be ended. It returns errCrammed when as many come in already
// as may, and a tooOften when as many came within the hour.
func (u *uploads) begin(account string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for name, o := range u.of {
		for len(o.at) > 0 && time.Since(o.at[0]) >= uploadsTime {
			o.at = o.at[1:]
		}
		if len(o.at) == 0 && o.receiving == 0 {
			delete(u.of, name)
		}
	}
	if u.of == nil {
		u.of = map[string]*uploader{}
	}
	o := u.of[account]
	if o == nil {
		o = &uploader{}
		u.of[account] = o
	}
	switch {
	case len(o.at) >= maxUploads:
		return tooOften(uploadsTime - time.Since(o.at[0]))
	case o.receiving >= maxReceiving:
		return errCrammed
	}
	o.receiving++
	o.at = append(o.at, time.Now())
	return nil
}

// end notes that a file came in, or did not: what never came whole was not read,
// and does not count.
func (u *uploads) end(account string, came bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	o := u.of[account]
	o.receiving--
	if n := len(o.at); !came && n > 0 {
		o.at = o.at[:n-1]
	}
}
