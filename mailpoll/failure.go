package mailpoll

import (
	"context"
	"errors"

	"dengwen/intake"
)

// The classes of what can end a pass, as Status.LastError and the log have
// them.
const (
	classConnect = "connect" // the server cannot be reached
	classTLS     = "tls"     // no TLS, or a certificate that cannot be trusted
	classLogin   = "login"   // the user name or the password
	classUnsafe  = "unsafe"  // the provider lets no program in: "Unsafe Login"
	classMailbox = "mailbox" // no such mailbox
	classServer  = "server"  // it broke off, refused, or answered what is no IMAP
	classSilent  = "silent"  // it did not answer in time
	classFolder  = "folder"  // messages cannot be moved out of the mailbox
	classOther   = "other"   // another poller is at work on the mailbox
	classClosed  = "closed"  // the inspection is over: everything stays
	classBox     = "box"     // the box did not take what it was given
)

// A failure is what ended a pass. Its text is ours and the system's: never
// what the mail server said, which may be a reporter's address or the password.
type failure struct {
	class string
	error
}

func (f *failure) Unwrap() error { return f.error }

// class of an error, "" for the end of the context.
func class(err error) string {
	f, is := errors.AsType[*failure](err)
	switch {
	case is: // before the context: a connection that timed out is an error of that kind too
		return f.class
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.Is(err, intake.ErrClosed):
		return classClosed
	}
	return classBox
}

// lasting reports whether the connection is as good after an error as before
// it: the error was not the mail server's.
func lasting(err error) bool {
	switch class(err) {
	case classFolder, classOther, classClosed, classBox:
		return true
	}
	return false
}
