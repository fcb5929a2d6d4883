package desk

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

const signInPath = "/sign-in"

// signInLimits bound the one form that anybody may send.
var signInLimits = ui.FormLimits{Fields: 8, FieldBytes: 8 << 10, Body: 32 << 10}

// A signInPage asks for a name and a passphrase.
type signInPage struct {
	Name   string
	Token  string
	Idle   int  // minutes
	Locked bool // the session was just locked
}

func (s *Site) home(c echo.Context) error { return s.goTo(c, signInPath) }

func (s *Site) signInForm(c echo.Context) error {
	return s.askToSignIn(c, http.StatusOK, "", nil)
}

func (s *Site) askToSignIn(c echo.Context, status int, name string, wrong []ui.FieldError) error {
	browser := browserOf(c.Request())
	if browser == "" {
		browser = random(16)
		c.SetCookie(s.cookie(c, cookieBrowser, browser, signInPath))
	}
	return s.show(c, status, "sign-in", signInPage{
		Name: name, Token: s.newSignInToken(browser), Idle: int(s.options.Idle / time.Minute), Locked: c.QueryParam("locked") != "",
	}, wrong)
}

func (s *Site) signIn(c echo.Context) error {
	r := c.Request()
	form, err := ui.ReadForm(c.Response(), r, signInLimits)
	if err != nil {
		form.Drain()
		return err
	}
	w := ui.NewView(r)
	name, browser := strings.TrimSpace(form.Get("name")), browserOf(r)
	// No passphrase begins or ends with white space; pasted ones do.
	passphrase := strings.TrimSpace(form.Get("passphrase"))
	switch {
	case !s.validSignInToken(form.Get("token"), browser):
		return s.askToSignIn(c, http.StatusForbidden, name, []ui.FieldError{{Field: "passphrase", Text: w.Text("desk.sign-in-stale")}})
	case name == "":
		return s.askToSignIn(c, http.StatusBadRequest, name, []ui.FieldError{{Field: "name", Text: w.Text("desk.name-empty")}})
	case passphrase == "":
		return s.askToSignIn(c, http.StatusBadRequest, name, []ui.FieldError{{Field: "passphrase", Text: w.Text("desk.passphrase-empty")}})
	}
	account, err := s.unlock(c, name, passphrase)
	if errors.Is(err, intake.ErrPassphrase) {
		return s.askToSignIn(c, http.StatusForbidden, name, []ui.FieldError{{Field: "name", Text: w.Text("desk.wrong")}})
	}
	if err != nil {
		return err
	}
	if r.Context().Err() != nil {
		account.Lock() // nobody is there to use it
		return r.Context().Err()
	}
	x, token, err := s.open(account, browser)
	if err != nil {
		account.Lock()
		return err
	}
	c.SetCookie(s.cookie(c, cookieBrowser, browser, signInPath))
	c.SetCookie(s.cookie(c, cookieSession, token, pathOf(x)))
	return s.goTo(c, pathOf(x))
}

// unlock opens an account when it is the client's turn.
func (s *Site) unlock(c echo.Context, name, passphrase string) (Account, error) {
	s.mu.Lock()
	err := s.room(1)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	client := clientOf(c.Request().RemoteAddr)
	leave, err := s.door.enter(c.Request().Context(), client)
	if err != nil {
		return nil, err
	}
	defer leave()
	account, err := s.options.Unlock(c.Request().Context(), name, passphrase)
	switch {
	case errors.Is(err, intake.ErrPassphrase):
		s.door.wrong(client)
	case err == nil:
		s.door.right(client)
	}
	if err != nil {
		return nil, err // account may be a nil of another type
	}
	return account, nil
}

// lock ends the session.
func (s *Site) lock(k call) error {
	s.end(k.session)
	gone := s.cookie(k, cookieSession, "", pathOf(k.session))
	gone.MaxAge = -1
	k.SetCookie(gone)
	return k.Redirect(http.StatusSeeOther, ui.NewView(k.Request()).Link(signInPath, "locked", 1))
}

// cookie is one that no script reads and no other site's page has sent.
func (s *Site) cookie(c echo.Context, name, value, path string) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, Secure: c.Request().TLS != nil, SameSite: http.SameSiteStrictMode}
}

var browserShape = regexp.MustCompile(`^[0-9a-f]{32}$`)

// browserOf is the mark that the sign-in page gave this browser, if any.
func browserOf(r *http.Request) string {
	for _, cookie := range r.CookiesNamed(cookieBrowser) {
		if browserShape.MatchString(cookie.Value) {
			return cookie.Value
		}
	}
	return ""
}
