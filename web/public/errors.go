package public

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// faults is what each error means to whoever sent the form: the status, the
// field that it is about, and the sentence. The first that fits counts. Those
// that are the server's own are logged. A form that took too long is answered
// with 400, for browsers send it again, unasked, after 408.
var faults = []struct {
	err    error
	status int
	field  string
	id     string
	ours   bool
}{
	{context.Canceled, http.StatusServiceUnavailable, "", "busy", false}, // nobody is there any more
	{errUploads, http.StatusServiceUnavailable, "files", "uploads", false},
	{errSome, http.StatusTooManyRequests, "files", "some", false},
	{errRate, http.StatusTooManyRequests, "", "rate", false},
	{errForeign, http.StatusForbidden, "", "foreign", false},
	{errStale, http.StatusConflict, "", "stale", false},
	{errTaken, http.StatusConflict, "", "taken", false},
	{errRobot, http.StatusUnprocessableEntity, "", "robot", false},
	{errMany, http.StatusRequestEntityTooLarge, "files", "many", false},
	{ui.ErrFormFields, http.StatusRequestEntityTooLarge, "text", "fields", false},
	{ui.ErrFormTooLarge, http.StatusRequestEntityTooLarge, "files", "large", false},
	{ui.ErrFormMedia, http.StatusUnsupportedMediaType, "", "media", false},
	{ui.ErrFormSlowFields, http.StatusBadRequest, "text", "stuck", false},
	{ui.ErrFormSlow, http.StatusBadRequest, "files", "slow", false},
	{ui.ErrFormCut, http.StatusBadRequest, "", "cut", false},
	{ui.ErrFormEncoding, http.StatusBadRequest, "text", "encoding", false},
	{ui.ErrFormBroken, http.StatusBadRequest, "files", "broken", false},
	{ui.ErrFormOrder, http.StatusBadRequest, "files", "broken", false},
	{intake.ErrMistyped, http.StatusUnprocessableEntity, "receipt", "mistyped", false},
	{intake.ErrNotFound, http.StatusNotFound, "receipt", "unknown", false},
	{intake.ErrEmpty, http.StatusUnprocessableEntity, "text", "refused", false},
	{intake.ErrTooLong, http.StatusUnprocessableEntity, "text", "refused", false},
	{intake.ErrInvalid, http.StatusUnprocessableEntity, "text", "refused", false},
	{intake.ErrEarly, http.StatusConflict, "", "early", false},
	{intake.ErrForbidden, http.StatusForbidden, "", "kept", false},
	{intake.ErrFull, http.StatusServiceUnavailable, "", "full", true},
	{intake.ErrStopped, http.StatusServiceUnavailable, "", "busy", true},
	{intake.ErrClock, http.StatusServiceUnavailable, "", "busy", true},
	{intake.ErrSchedule, http.StatusServiceUnavailable, "", "busy", true},
}

// retryAfter is after how many seconds one who was told to wait may try again.
const retryAfter = "60"

// explain is the status of an error and what it says at its field. Where a
// file is at fault, its upload knows best.
func (s *site) explain(v ui.View, up *uploads, err error) (int, ui.FieldError) {
	if up != nil && up.wrong != nil {
		err = up.wrong
	}
	if up != nil && up.Taken > 0 && errors.Is(err, intake.ErrFull) {
		s.log(err)
		return http.StatusServiceUnavailable, ui.FieldError{Field: "files", Text: v.Text("public.fault-room")}
	}
	if tooLarge := new(fileError); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, ui.FieldError{Field: "files", Text: v.Text("public.error-file", "Name", tooLarge.name, "Most", ui.Size(s.opts.MaxFile))}
	}
	for _, f := range faults {
		if errors.Is(err, f.err) {
			if f.ours {
				s.log(err)
			}
			return f.status, ui.FieldError{Field: f.field, Text: v.Text("public.fault-"+f.id, "What", detail(v, err), "Most", s.opts.MaxFiles, "Characters", number(intake.MaxText))}
		}
	}
	s.log(err)
	return http.StatusInternalServerError, ui.FieldError{Text: v.Text("public.fault-internal")}
}

// detail is what a refusal says of the case at hand.
func detail(v ui.View, err error) string {
	if d := new(intake.Detail); errors.As(err, &d) {
		return v.Detail(d.ID, d.Text, d.Args...)
	}
	return v.Text("error.invalid")
}

// A problemPage says what is wrong where there is no form to say it at.
type problemPage struct {
	frame
	Title, What string
}

// fail answers a request that has no page, or whose page failed. Where there is
// no page, the other languages lead to the notice.
func (s *site) fail(err error, c echo.Context) {
	if c.Response().Committed || errors.Is(err, context.Canceled) {
		return // the reader went away
	}
	v := ui.NewView(c.Request())
	status, id := http.StatusInternalServerError, "internal"
	var he *echo.HTTPError
	switch errors.As(err, &he); {
	case he != nil && he.Code == http.StatusNotFound:
		v.Path = "/"
		status, id = he.Code, "missing"
	case he != nil && he.Code == http.StatusMethodNotAllowed:
		v.Path = "/"
		status, id = he.Code, "method"
	case errors.Is(err, errCrowded):
		status, id = http.StatusServiceUnavailable, "crowded"
		c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
	default:
		s.log(err)
	}
	p := problemPage{s.frame(v), v.Text("public.problem-" + id), v.Text("public.fault-" + id)}
	if err := s.write(c, status, "problem", v.With(p)); err != nil && !c.Response().Committed {
		http.Error(c.Response(), http.StatusText(status), status)
	}
}

// panicked answers when a page panicked. It is Secure that logs it.
func (s *site) panicked(w http.ResponseWriter, r *http.Request) {
	v := ui.NewView(r)
	p := problemPage{s.frame(v), v.Text("public.problem-internal"), v.Text("public.fault-internal")}
	if err := s.pages.Write(w, http.StatusInternalServerError, "problem", v.With(p)); err != nil {
		s.log(err)
	}
}

// sentinels are the classes that errors are logged by.
var sentinels = []error{
	intake.ErrFull, intake.ErrStopped, intake.ErrClock, intake.ErrSchedule, intake.ErrDamaged, intake.ErrBehind, intake.ErrKey, intake.ErrKeysDiffer,
	intake.ErrInUse, intake.ErrNoBox, intake.ErrVersion, intake.ErrForbidden, intake.ErrClosed, intake.ErrNotFound, intake.ErrInvalid, intake.ErrTooLong,
}

// log says of an error only what class it is of, and what kind of value: its
// text may repeat what somebody wrote, or name a file.
func (s *site) log(err error) {
	class := "unknown"
	for _, k := range sentinels {
		if errors.Is(err, k) {
			class = k.Error()
			break
		}
	}
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	s.opts.Log.Error("the public site failed", "class", class, "type", fmt.Sprintf("%T", err))
}
