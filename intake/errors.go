package intake

import "errors"

// The errors that any part of Dengwen can meet. Packages wrap them with what
// and where; the commands and the sites map each, once, to words and a status.
var (
	// What someone sent.
	ErrEmpty    = errors.New("nothing is reported")
	ErrTooLong  = errors.New("over the limit")
	ErrInvalid  = errors.New("not valid")
	ErrMistyped = errors.New("the receipt code is mistyped")
	ErrNotFound = errors.New("not found")
	ErrEarly    = errors.New("not yet")

	// The schedule.
	ErrSchedule = errors.New("the schedule cannot be used")
	ErrWidened  = errors.New("the schedule may not be widened backwards in time")

	// The box.
	ErrExists  = errors.New("a box exists here already")
	ErrNoBox   = errors.New("there is no box here")
	ErrInUse   = errors.New("the box is in use by another process")
	ErrMoved   = errors.New("moved on by another reader of the same source")
	ErrVersion = errors.New("another format version")
	ErrDamaged = errors.New("damaged")
	ErrClock   = errors.New("the clock runs behind the log")
	ErrFull    = errors.New("no space left")
	ErrBehind  = errors.New("the log is behind a checkpoint")
	ErrClosed  = errors.New("the inspection is over")
	ErrStopped = errors.New("the box is not open")

	// Keys and people.
	ErrKey        = errors.New("wrong key")
	ErrKeysDiffer = errors.New("the keys in the configuration are not those in the log")
	ErrPassphrase = errors.New("wrong name or passphrase")
	ErrForbidden  = errors.New("not allowed")

	// Proof.
	ErrUnanchored = errors.New("unanchored: no verifier key was given")
	ErrProof      = errors.New("does not verify")
)
