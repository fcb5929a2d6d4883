package public

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/web/ui"
)

// Forms hold what was typed in memory until they are answered, so there is a
// bound on how many are under way. One without files is soon over: it waits for
// its turn before any of it is read. One with files may take a quarter of an
// hour and has a place of another kind, so that many slow uploads keep nobody
// from sending words.
const (
	fieldPlaces = 256
	filePlaces  = 320
	// waitTime is how long a form waits for its turn.
	waitTime = 30 * time.Second
	// hurryTime is how long is read on, and thrown away, of a form that got no
	// place, or none for its files.
	hurryTime = 30 * time.Second
)

var (
	// errCrowded says that a form was not read: its words cannot be given back.
	errCrowded = errors.New("too many forms are under way")
	// errUploads says that its files were not taken.
	errUploads = errors.New("too many forms with files are under way")
)

type places struct{ fields, files chan struct{} }

func newPlaces(fields, files int) places {
	return places{make(chan struct{}, fields), make(chan struct{}, files)}
}

// A turn is one form's place, among all and among its client's.
type turn struct {
	all, own places
	files    bool
}

// wait waits for a place: first for one of the client's, so that who has them
// all keeps waiting only for itself. Errors: errCrowded, and ctx's.
func (p places) wait(ctx context.Context, client *client) (*turn, error) {
	timer := time.NewTimer(waitTime)
	defer timer.Stop()
	hold := func(place chan struct{}) error {
		select {
		case place <- struct{}{}:
			return nil
		case <-timer.C:
			return errCrowded
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := hold(client.fields); err != nil {
		return nil, err
	}
	if err := hold(p.fields); err != nil {
		<-client.fields
		return nil, err
	}
	return &turn{all: p, own: client.places}, nil
}

// turn waits for the turn of a request's form. One that has to go is thrown
// away, so that the browser shows the page that says so.
func (s *site) turn(c echo.Context, client *client) (*turn, error) {
	r := c.Request()
	t, err := s.places.wait(r.Context(), client)
	if err == errCrowded {
		_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(hurryTime))
		_, _ = io.CopyN(io.Discard, r.Body, s.limits().Body)
	}
	return t, err
}

// upload changes the place for one of those for files, if the form has any.
// Errors: errUploads, errSome.
func (t *turn) upload(f *ui.Form) error {
	if !f.HasFiles() {
		return nil
	}
	if !free(t.own.files) {
		return errSome
	}
	if !free(t.all.files) {
		<-t.own.files
		return errUploads
	}
	<-t.all.fields
	<-t.own.fields
	t.files = true
	return nil
}

// free takes a place if one is free.
func free(place chan struct{}) bool {
	select {
	case place <- struct{}{}:
		return true
	default:
		return false
	}
}

// end gives the place back.
func (t *turn) end() {
	for _, of := range []places{t.all, t.own} {
		if t.files {
			<-of.files
		} else {
			<-of.fields
		}
	}
}

// drain reads what is left of a form that has the place, as long as that may
// take there.
func (t *turn) drain(f *ui.Form) {
	if t.files {
		f.Drain()
	} else {
		f.DrainFor(hurryTime)
	}
}
