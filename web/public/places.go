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
	filePlaces  = 256
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

func newPlaces() places {
	return places{make(chan struct{}, fieldPlaces), make(chan struct{}, filePlaces)}
}

// A turn is one form's place.
type turn struct {
	of     places
	client *client
	files  bool
}

// wait waits for the turn of a client's form. Errors: errCrowded, and ctx's.
func (p places) wait(ctx context.Context, client *client) (*turn, error) {
	timer := time.NewTimer(waitTime)
	defer timer.Stop()
	select {
	case p.fields <- struct{}{}:
		return &turn{of: p, client: client}, nil
	case <-timer.C:
		return nil, errCrowded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// turn waits for the turn of a request's form. One that has to go is thrown
// away, so that the browser shows the page that says so.
func (s *site) turn(c echo.Context) (*turn, error) {
	r := c.Request()
	t, err := s.places.wait(r.Context(), s.clients.of(r))
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
	if err := t.client.upload(); err != nil {
		return err
	}
	select {
	case t.of.files <- struct{}{}:
		<-t.of.fields
		t.files = true
		return nil
	default:
		t.client.uploaded()
		return errUploads
	}
}

// end gives the place back.
func (t *turn) end() {
	if t.files {
		<-t.of.files
		t.client.uploaded()
	} else {
		<-t.of.fields
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
