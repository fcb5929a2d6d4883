package mailpoll

import (
	"context"
	"errors"

	"github.com/emersion/go-imap/v2"

	"dengwen/intake"
)

type failure struct {
	trouble intake.Trouble
	error
}

func (f *failure) Unwrap() error { return f.error }

func trouble(err error) intake.Trouble {
	f, is := errors.AsType[*failure](err)
	switch {
	case is:
		return f.trouble
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.Is(err, intake.ErrClosed):
		return intake.PeriodOver
	case errors.Is(err, intake.ErrFull):
		return intake.DiskFull
	}
	return intake.BoxTrouble
}

func lasting(err error) bool {
	switch trouble(err) {
	case intake.FolderTrouble, intake.TwoPollers, intake.PeriodOver, intake.BoxTrouble, intake.DiskFull, intake.TooMuchStuck, intake.QuotaFull:
		return true
	}
	return false
}

func (s *session) unmoved(no *imap.Error, folder string) error {
	return &failure{intake.FolderTrouble, intake.Explain(nil, "mail.unmoved", "messages cannot be moved to the folder %q: does it exist, and is there room?", folder)}
}

// Trouble is the class of what ended a pass, or "" for the end of the context.
func Trouble(err error) intake.Trouble { return trouble(err) }
