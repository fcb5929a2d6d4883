package mailpoll

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

// A failure is what ended a pass. Its text is ours and the system's: never
// what the mail server said, which may be a reporter's address or the password.
type failure struct {
	trouble intake.Trouble
	error
}

func (f *failure) Unwrap() error { return f.error }

// trouble is the class of an error, "" for none and for the end of the context.
func trouble(err error) intake.Trouble {
	f, is := errors.AsType[*failure](err)
	switch {
	case is: // before the context: a connection that timed out is an error of that kind too
		return f.trouble
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.Is(err, intake.ErrClosed):
		return intake.PeriodOver
	case errors.Is(err, intake.ErrMoved):
		return intake.TwoPollers
	case errors.Is(err, intake.ErrFull):
		return intake.DiskFull
	}
	return intake.BoxTrouble
}

// Trouble is the class of the error of a pass or of a dry run, "" for none and
// for the end of the context.
func Trouble(err error) intake.Trouble { return trouble(err) }

// lasting reports whether the connection is as good after an error as before
// it: the error was not the mail server's, or only that of its folders.
func lasting(err error) bool {
	switch trouble(err) {
	case intake.FolderTrouble, intake.QuotaFull, intake.TooMuchStuck, intake.TwoPollers, intake.PeriodOver, intake.DiskFull, intake.BoxTrouble:
		return true
	}
	return false
}

// broken explains why a connection is of no use any more.
func (w *wire) broken(ctx context.Context, address string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(w.fault, os.ErrDeadlineExceeded):
		return &failure{intake.ServerSilent, intake.Explain(nil, "mail.silent", "%s does not answer in time", address)}
	case errors.Is(w.fault, errFlood):
		return &failure{intake.ServerBroke, intake.Explain(nil, "mail.flood", "%s sends far more than it was asked for", address)}
	}
	return &failure{intake.ServerBroke, intake.Explain(nil, "mail.broken", "%s broke the connection off, or what it answers is not IMAP", address)}
}

// refusal is the server's NO or BAD in err, or nil.
func refusal(err error) *imap.Error {
	e, _ := errors.AsType[*imap.Error](err)
	if e != nil && e.Type != imap.StatusResponseTypeNo && e.Type != imap.StatusResponseTypeBad {
		return nil // BYE
	}
	return e
}

// refused is the failure that a NO or BAD means where nothing better can be
// said of it; other errors stay as they are.
func (s *session) refused(command string, err error) error {
	switch no := refusal(err); {
	case no == nil:
		return err
	case unsafe(no):
		return s.unsafe()
	case busy(no):
		return s.busy()
	}
	return s.refuses(command)
}

func (s *session) refuses(command string) error {
	return &failure{intake.ServerBroke, intake.Explain(nil, "mail.refused", "%s refuses the command %s", s.address, command)}
}

// busy reports whether a server has no room or time at the moment (RFC 5530).
func busy(no *imap.Error) bool {
	return slices.Contains([]imap.ResponseCode{imap.ResponseCodeUnavailable, imap.ResponseCodeLimit, imap.ResponseCodeInUse, imap.ResponseCodeServerBug}, code(no)) ||
		code(no) != imap.ResponseCodeAuthenticationFailed && says(no, "too many")
}

func (s *session) busy() error {
	return &failure{intake.ServerBusy, intake.Explain(nil, "mail.busy", "%s lets nobody in at the moment, or has too many connections of mail.username", s.address)}
}

// turnedAway is the failure of a server whose greeting is BYE.
func turnedAway(address string) error {
	return &failure{intake.ServerBusy, intake.Explain(nil, "mail.bye", "%s takes no connection at the moment", address)}
}

// unsafe reports whether a provider lets only programs in that it knows.
func unsafe(no *imap.Error) bool { return says(no, "unsafe login") }

func (s *session) unsafe() error {
	return &failure{intake.UnsafeLogin, intake.Explain(nil, "mail.unsafe", "%s calls the sign-in of mail.username unsafe (Unsafe Login), although Dengwen has said what it is (IMAP ID)", s.address)}
}

// says looks for words in a refusal; the words are for this and for nobody to
// read. A word that stands alone has spaces around it.
func says(no *imap.Error, words ...string) bool {
	text := strings.FieldsFunc(strings.ToLower(no.Text), func(r rune) bool { return strings.ContainsRune(" \t.,:;!?()[]'\"-", r) })
	all := " " + strings.Join(text, " ") + " "
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(all, w) })
}

func code(no *imap.Error) imap.ResponseCode {
	return imap.ResponseCode(strings.ToUpper(string(no.Code)))
}
