package socket

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"dengwen/intake"
)

// codes are the names on the wire of the errors that callers ask for with
// errors.Is. A name is never given to another error.
var codes = []struct {
	name string
	err  error
}{
	{"empty", intake.ErrEmpty},
	{"too-long", intake.ErrTooLong},
	{"invalid", intake.ErrInvalid},
	{"mistyped", intake.ErrMistyped},
	{"not-found", intake.ErrNotFound},
	{"early", intake.ErrEarly},
	{"schedule", intake.ErrSchedule},
	{"widened", intake.ErrWidened},
	{"exists", intake.ErrExists},
	{"no-box", intake.ErrNoBox},
	{"in-use", intake.ErrInUse},
	{"moved", intake.ErrMoved},
	{"version", intake.ErrVersion},
	{"damaged", intake.ErrDamaged},
	{"clock", intake.ErrClock},
	{"full", intake.ErrFull},
	{"behind", intake.ErrBehind},
	{"closed", intake.ErrClosed},
	{"stopped", intake.ErrStopped},
	{"key", intake.ErrKey},
	{"keys-differ", intake.ErrKeysDiffer},
	{"passphrase", intake.ErrPassphrase},
	{"forbidden", intake.ErrForbidden},
	{"unanchored", intake.ErrUnanchored},
	{"proof", intake.ErrProof},

	{"canceled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
	{"not-exist", fs.ErrNotExist},
}

// maxMessage bounds an error's text on the wire, in bytes, so that it fits
// into a trailer.
const maxMessage = 4 << 10

// A failure is an error on the wire.
type failure struct {
	Codes   []string `json:"codes,omitempty"`
	Message string   `json:"message"`
	Report  *int     `json:"report,omitempty"` // of a group, where it is about one; from 0
}

// aboutReport is an error about one report of a group, as the box gives it.
type aboutReport interface {
	error
	Report() int // its place in the group, from 0
}

// failed returns the wire form of err; nil stays nil.
func failed(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Message: err.Error()}
	if len(f.Message) > maxMessage {
		f.Message = f.Message[:maxMessage] + "…"
	}
	f.Message = strings.ToValidUTF8(f.Message, "")
	for _, c := range codes {
		if errors.Is(err, c.err) {
			f.Codes = append(f.Codes, c.name)
		}
	}
	if one, ok := errors.AsType[aboutReport](err); ok {
		at := one.Report()
		f.Report = &at
	}
	return f
}

// error returns the error that f carries; a nil failure is a nil error. A code
// that this program does not know is left out, the text remains.
func (f *failure) error() error {
	if f == nil {
		return nil
	}
	e := &remoteError{message: f.Message}
	for _, name := range f.Codes {
		for _, c := range codes {
			if c.name == name {
				e.is = append(e.is, c.err)
			}
		}
	}
	if f.Report != nil {
		return &reportError{*f.Report, e}
	}
	return e
}

// A remoteError reads as it did on the far side and wraps the same sentinels.
type remoteError struct {
	message string
	is      []error
}

func (e *remoteError) Error() string   { return e.message }
func (e *remoteError) Unwrap() []error { return e.is }

// A reportError is an aboutReport. Its text says which report itself.
type reportError struct {
	at int
	error
}

func (e *reportError) Report() int   { return e.at }
func (e *reportError) Unwrap() error { return e.error }
