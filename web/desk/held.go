package desk

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// formLimits bound what the desk's forms send. A text may be over the reader's
// limit and still comes back to be shortened.
var formLimits = ui.FormLimits{Fields: 16, FieldBytes: 1 << 20, Body: 4 << 20}

// drainTime is how long a file is read on that nobody may send.
const drainTime = time.Minute

// A call is one request within a session.
type call struct {
	echo.Context
	*session
	form *ui.Form // of a POST
}

// held is for what needs a session, and no more. A POST's form is read and its
// token checked. Without a session the words that somebody typed come back to
// them.
func (s *Site) held(next func(call) error) echo.HandlerFunc { return s.heldTo(formLimits, next) }

// heldTo is held with a form of other limits. Fields alone are read of it: its
// files are for next, and are thrown away if next is not reached.
func (s *Site) heldTo(limits ui.FormLimits, next func(call) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		k := call{Context: c, session: s.sessionOf(c.Param("key"), r)}
		if k.session != nil {
			c.Set(keySession, k.session)
		}
		if r.Method == http.MethodPost {
			var err error
			k.form, err = ui.ReadForm(c.Response(), r, limits)
			switch {
			case k.session == nil:
				k.form.DrainFor(drainTime)
			case err != nil:
				k.form.Drain()
			}
			c.Set(keyTyped, cmp.Or(k.form.Get("text"), k.form.Get("columns")))
			if err != nil && k.session != nil {
				s.know(c, k.session)
				return err
			}
		}
		if k.session == nil {
			return errEnded
		}
		if k.form != nil && !s.validToken(k.form.Get("token"), k.key) {
			k.form.DrainFor(drainTime)
			s.know(c, k.session)
			return errStale
		}
		return next(k)
	}
}

// signed is held, and asks what the account may do now.
func (s *Site) signed(next func(call) error) echo.HandlerFunc { return s.signedTo(formLimits, next) }

// signedTo is signed with a form of other limits.
func (s *Site) signedTo(limits ui.FormLimits, next func(call) error) echo.HandlerFunc {
	return s.heldTo(limits, func(k call) error {
		if err := s.know(k, k.session); err != nil {
			if k.form != nil {
				k.form.DrainFor(drainTime)
			}
			return err
		}
		return next(k)
	})
}

// know notes for the page's frame whose session it is, and what the account may
// do now.
func (s *Site) know(c echo.Context, x *session) error {
	c.Set(keySession, x)
	account, err := x.account.Account(c.Request().Context())
	if errors.Is(err, intake.ErrForbidden) {
		// Somebody removed the account, or gave it new keys.
		s.end(x)
		return errEnded
	}
	if err != nil {
		return err
	}
	c.Set(keyAccount, account)
	return nil
}

// lost keeps the menu of a session around what is not a page below its path.
func (s *Site) lost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if c.Get(keySession) != nil || !errors.Is(err, echo.ErrNotFound) && !errors.Is(err, echo.ErrMethodNotAllowed) {
			return err
		}
		if rest, below := strings.CutPrefix(c.Request().URL.Path, "/s/"); below {
			key, _, _ := strings.Cut(rest, "/")
			if x := s.sessionOf(key, c.Request()); x != nil {
				s.know(c, x)
			}
		}
		return err
	}
}
