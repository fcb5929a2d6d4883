package desk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// ours refuses requests that another site's page makes a browser send. Whether
// the page is ours, browsers say: Sec-Fetch-Site tells ports apart, unlike
// SameSite of cookies. The sign-in page itself may be reached by a link.
func (s *Site) ours(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		open := (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/s/")
		if !open && !sameOrigin(r) {
			return errForeign
		}
		return next(c)
	}
}

func sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return false
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	// Our pages send no referrer, and then browsers send an Origin of null with
	// forms.
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "null" || strings.EqualFold(origin, scheme+r.Host)
}

// A form's token is a random number and its MAC: each page shown has another
// one, so that a form which is sent twice can be told.
func (s *Site) newToken(of string) string {
	nonce := random(16)
	return nonce + "." + s.mac("form", of, nonce)
}

// validToken reports whether the token was made for a form of the same session.
func (s *Site) validToken(token, of string) bool {
	nonce, mac, _ := strings.Cut(token, ".")
	return hmac.Equal([]byte(mac), []byte(s.mac("form", of, nonce)))
}

// signInTime is how long a sign-in page may stay open.
const signInTime = time.Hour

// The sign-in form's token names the browser that was given the form, and until
// when it is good.
func (s *Site) newSignInToken(browser string) string {
	until := strconv.FormatInt(time.Now().Add(signInTime).Unix(), 10)
	return until + "." + s.mac("sign-in", browser, until)
}

func (s *Site) validSignInToken(token, browser string) bool {
	until, mac, _ := strings.Cut(token, ".")
	if browser == "" || !hmac.Equal([]byte(mac), []byte(s.mac("sign-in", browser, until))) {
		return false
	}
	at, err := strconv.ParseInt(until, 10, 64)
	return err == nil && time.Now().Before(time.Unix(at, 0))
}

// mac authenticates a list of words.
func (s *Site) mac(words ...string) string {
	h := hmac.New(sha256.New, s.key)
	for _, w := range words {
		fmt.Fprintf(h, "%d:%s", len(w), w)
	}
	return hex.EncodeToString(h.Sum(nil))
}
