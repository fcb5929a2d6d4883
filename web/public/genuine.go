package public

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Fields of the forms that are not for people: the stamp, and one that people do
// not see, in which only a robot writes.
const (
	stampField = "stamp"
	trapField  = "homepage"
)

// errRobot says that the field was filled in which people do not see.
var errRobot = errors.New("the form was filled in by a robot")

// genuine checks that a page of this site was filled in by a person. A program
// that is no browser needs no stamp, for there is no login that it could abuse;
// a browser that sends a form without ours was told to by another site.
func (g *sending) genuine() error {
	r, stamp := g.Request(), g.form.Get(stampField)
	if err := sameSite(r); err != nil {
		return err
	}
	switch {
	case g.form.Get(trapField) != "":
		return errRobot
	case stamp != "":
		if err := g.site.stamps.check(stamp); err != nil {
			return err
		}
	case r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get(echo.HeaderOrigin) != "":
		return errForeign
	}
	return nil
}

// sameSite refuses what another site makes a browser send here (W3C Fetch
// Metadata). What the reader does by hand, such as sending a form again, is
// none. Older browsers do not say. Error: errForeign.
func sameSite(r *http.Request) error {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return nil
	}
	return errForeign
}

// stamp is the stamp for the page that answers: the form's own while it is good,
// so that it stays the same form however often it is sent. Of a form that
// another site sent, the stamp may be known there.
func (g *sending) stamp() string {
	if errors.Is(g.err, errForeign) {
		return g.site.stamps.mint()
	}
	if own := g.form.Get(stampField); own != "" && g.site.stamps.check(own) == nil {
		return own
	}
	return g.site.stamps.mint()
}
