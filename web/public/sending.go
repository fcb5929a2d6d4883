package public

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/intake/photo"
	"dengwen/web/ui"
)

// A sending is one form that brings something in, a report or an addition, on
// its way to the box.
type sending struct {
	echo.Context
	v       ui.View
	site    *site
	arrived time.Time // when the request's headers were read
	began   time.Time // the same in real time, from which limits of time count
	client  *client
	turn    *turn
	form    *ui.Form
	up      *uploads
	sum     hash.Hash // of all that the form says
	claim   *claim
	before  string // the receipt that the same form got before
	counted bool   // by the box, among what it refused
	partial bool   // not all of its fields came, or not as they were typed
	// err is why it is not taken, whatever stands in it.
	err error
}

// sending is for the beginning of a handler, whatever it waits for then: the
// instant of arrival is now.
func (s *site) sending(c echo.Context) *sending {
	return &sending{Context: c, v: ui.NewView(c.Request()), site: s, arrived: s.opts.Now(), began: time.Now(), client: s.clients.of(c.Request()), sum: sha256.New()}
}

// receive reads the fields of the form, with whatever is wrong about the form
// itself. After it the caller ends the sending. Error: errCrowded, and then
// nothing was read and there is nothing to end.
func (g *sending) receive(names ...string) (err error) {
	if g.turn, err = g.site.turn(g, g.client); err != nil {
		return err
	}
	read := false
	defer func() {
		if !read { // a panic: the caller has nothing yet to end
			g.turn.end()
		}
	}()
	limits := g.site.limits(append(names, stampField, trapField)...)
	limits.Began = g.began
	g.form, g.err = ui.ReadForm(g.Response(), g.Request(), limits)
	g.partial = g.err != nil
	g.up = g.uploads()
	if busy := g.turn.upload(g.form); g.err == nil {
		g.err = busy
	}
	if g.err == nil {
		g.err = g.client.allow()
	}
	if g.err == nil {
		g.err = g.genuine()
	}
	read = true
	return nil
}

// end gives back what the form held.
func (g *sending) end() {
	g.claim.dropped()
	g.turn.end()
}

// wrong reports whether anything keeps the form from being brought in.
func (g *sending) wrong() bool { return g.err != nil || len(g.v.Errors) > 0 }

// admit asks the schedule that the pages go by.
func (g *sending) admit() intake.Admission {
	return g.site.opts.Schedule.Admit(intake.Web, g.arrived, g.arrived)
}

// outside tells whether the form came outside the hours though the box cannot be
// asked, because something else is wrong with it.
func (g *sending) outside() (intake.Outcome, bool) {
	if !g.wrong() {
		return intake.Outcome{}, false // the box judges
	}
	a := g.admit()
	return intake.Outcome{Verdict: intake.Refused, Reason: a.Reason, Next: a.Next}, !a.Open()
}

// say adds to the sum what was typed.
func (g *sending) say(typed any) {
	// Strings and lists of them: it cannot fail.
	_ = json.NewEncoder(g.sum).Encode(typed)
}

// content is the sum of all that was typed and of the files that have come.
func (g *sending) content() (sum [sha256.Size]byte) {
	g.sum.Sum(sum[:0])
	return sum
}

// bring brings the form into the box by do: without files it is claimed here,
// with files once the last has come (uploads.files). One that was taken a moment
// ago is not brought in again: it has the outcome that it had then.
func (g *sending) bring(do func(context.Context) (intake.Outcome, error)) (out intake.Outcome, err error) {
	switch {
	case !g.form.HasFiles():
		err = g.claimed()
	case g.form.Get(stampField) != "" && !g.admit().Open():
		err = g.late()
	}
	if err == nil {
		// It has come in whole, or its files say that it has not: from here on it
		// is no matter whether the sender is still there to hear.
		out, err = do(context.WithoutCancel(g.Request().Context()))
	}
	switch {
	case errors.Is(err, errTwice):
		return intake.Outcome{Verdict: intake.Accepted, Receipt: g.before}, nil
	case errors.Is(err, intake.ErrClosed):
		return intake.Outcome{Verdict: intake.Refused, Reason: intake.AfterPeriod}, nil
	case err == nil && out.Verdict == intake.Accepted:
		g.claim.taken(out.Receipt)
	}
	g.counted = err == nil && out.Verdict == intake.Refused
	return out, err
}

// late reads the files of a form that came while the channel is closed, which
// the box would not: it may be one that was taken before the closing, and whose
// answer was lost. Errors: errTwice, errTaken. Whatever else is wrong with it, it
// is late.
func (g *sending) late() error {
	g.form.Pace()
	for f, err := range g.up.files() {
		if err == nil && f.Shown != nil {
			// What the page says of a photo is found out by cleaning it.
			if _, err = io.Copy(io.Discard, f.Shown(f.Body)); errors.Is(err, photo.ErrUnclean) {
				err = nil
			}
		}
		if err == nil {
			_, err = io.Copy(io.Discard, f.Body)
		}
		switch {
		case errors.Is(err, errTwice), errors.Is(err, errTaken):
			return err
		case err != nil:
			return nil
		}
	}
	return nil
}

// claimed claims the form once all of it is known. Errors: see once.claim.
func (g *sending) claimed() (err error) {
	stamp := g.form.Get(stampField)
	g.claim, g.before, err = g.site.once.claim(g.Request().Context(), stamp, g.content())
	return err
}
