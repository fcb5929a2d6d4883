package entry

import (
	"maps"
	"slices"
	"time"

	"dengwen/intake"
)

// A State is what the clear entries of a log say, applied in order. The zero
// State is that of an empty log. Its JSON is the socket's, not the log's.
type State struct {
	Origin     string          `json:"origin"` // in force; see OriginOf
	Key        string          `json:"key"`
	Demo       bool            `json:"demo"`
	Inspection Inspection      `json:"inspection"`
	Schedule   intake.Schedule `json:"schedule,omitzero"`
	Keys       KeysBody        `json:"keys"`
	// Accounts holds all there ever were, by name. A removed one stays, so
	// that its name is not given to someone else.
	Accounts map[string]Account `json:"accounts"`
	LastDay  string             `json:"last_day"` // of the newest closed-day; empty before the first
	Closed   bool               `json:"closed"`
	Last     Last               `json:"last"`
	Origins  []Origin           `json:"origins"` // in order of From; the first is from 0
}

// An Account is the newest that the log says of an account.
type Account struct {
	AccountBody
	Entry int64 `json:"entry"` // where it says so
	// Past is what it said before, oldest first and each without a past: what
	// an account signed verifies by the key that it had then.
	Past []Account `json:"past,omitempty"`
}

// Last is the newest clear entry, and its instant.
type Last struct {
	At    time.Time `json:"at"`
	Entry int64     `json:"entry"`
}

// An Origin is a name of the log, the verifier key that goes with it, and the
// first entry made under it.
type Origin struct {
	From   int64  `json:"from"`
	Origin string `json:"origin"`
	Key    string `json:"key"`
}

// OriginOf returns the origin under which entry index was made: the one that
// its signature and its sealed parts name. It is empty for a negative index
// and in an empty log.
func (s *State) OriginOf(index int64) string {
	for _, o := range slices.Backward(s.Origins) {
		if o.From <= index {
			return o.Origin
		}
	}
	return ""
}

// LogKeys are the verifier keys that the log has had, oldest first: a note about
// it may have been signed under an earlier origin.
func (s *State) LogKeys() []string {
	keys := make([]string, len(s.Origins))
	for i, o := range s.Origins {
		keys[i] = o.Key
	}
	return keys
}

// Clone returns a copy that shares nothing that Apply changes.
func (s *State) Clone() State {
	c := *s
	c.Accounts = maps.Clone(s.Accounts)
	c.Origins = slices.Clone(s.Origins)
	return c
}
