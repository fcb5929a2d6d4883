package desk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A refusal is an answer that is no page of its own: a status, and the sentences
// that say what is wrong and what to do. The heading is the sentence of the id,
// what is below it that of the id and "-text".
type refusal struct {
	status int
	id     string
	wait   int // seconds until trying again makes sense; 0 is not said
}

func (r refusal) Error() string { return r.id }

// What the site itself refuses.
var (
	errElsewhere = refusal{status: http.StatusMisdirectedRequest, id: "desk.elsewhere"}
	errForeign   = refusal{status: http.StatusForbidden, id: "desk.foreign"}
	errStale     = refusal{status: http.StatusForbidden, id: "desk.stale"}
	errEnded     = refusal{status: http.StatusForbidden, id: "desk.ended"}
	errBusy      = refusal{http.StatusTooManyRequests, "desk.busy", 10}
	errCrowded   = refusal{http.StatusServiceUnavailable, "desk.crowded", 60}
	errMissing   = refusal{status: http.StatusNotFound, id: "desk.missing"}
	errMethod    = refusal{status: http.StatusMethodNotAllowed, id: "desk.method"}
	errForm      = refusal{status: http.StatusBadRequest, id: "desk.form"}
	errLarge     = refusal{status: http.StatusRequestEntityTooLarge, id: "desk.large"}
	errTaking    = refusal{status: http.StatusConflict, id: "hotline.taking"}
	errReplaced  = refusal{status: http.StatusConflict, id: "hotline.replaced"}
	errGone      = refusal{status: http.StatusConflict, id: "hotline.gone"}
	errLeft      = refusal{status: http.StatusForbidden, id: "hotline.left"}
	errUnknown   = refusal{status: http.StatusInternalServerError, id: "desk.unknown"}
)

// slowDown refuses a guess that comes too early.
func slowDown(left time.Duration) error {
	return refusal{http.StatusTooManyRequests, "desk.guessed", int(math.Ceil(left.Seconds()))}
}

// refusals is the one place where errors become answers. The first that fits is
// given: an error may wrap several.
var refusals = []struct {
	err error
	refusal
}{
	{intake.ErrFull, refusal{status: http.StatusInsufficientStorage, id: "desk.full"}},
	{intake.ErrStopped, refusal{http.StatusServiceUnavailable, "desk.stopped", 10}},
	{intake.ErrNoBox, refusal{http.StatusServiceUnavailable, "desk.stopped", 10}},
	{intake.ErrInUse, refusal{http.StatusServiceUnavailable, "desk.stopped", 10}},
	{intake.ErrClock, refusal{http.StatusServiceUnavailable, "desk.clock", 10}},
	{intake.ErrSchedule, refusal{http.StatusServiceUnavailable, "desk.clock", 10}}, // it changed, or the keys did, while a file went in
	{intake.ErrClosed, refusal{status: http.StatusConflict, id: "desk.closed"}},
	{intake.ErrForbidden, refusal{status: http.StatusForbidden, id: "desk.forbidden"}},
	{intake.ErrDamaged, refusal{status: http.StatusInternalServerError, id: "desk.damaged"}},
	{intake.ErrKey, refusal{status: http.StatusInternalServerError, id: "desk.damaged"}},
	{intake.ErrVersion, refusal{status: http.StatusInternalServerError, id: "desk.damaged"}},
	{intake.ErrInvalid, refusal{status: http.StatusConflict, id: "desk.conflict"}},
	{intake.ErrNotFound, errMissing},
	{ui.ErrFormTooLarge, errLarge},
	{ui.ErrFormMedia, errForm},
	{ui.ErrFormCut, errForm},
	{ui.ErrFormSlow, errForm},
	{ui.ErrFormBroken, errForm},
	{ui.ErrFormEncoding, errForm},
	{ui.ErrFormOrder, errForm},
	{echo.ErrNotFound, errMissing},
	{echo.ErrMethodNotAllowed, errMethod},
}

// refusalOf is the answer to an error, and the sentinel that it goes by.
func refusalOf(err error) (refusal, error) {
	if r, is := errors.AsType[refusal](err); is {
		return r, r
	}
	for _, known := range refusals {
		if errors.Is(err, known.err) {
			return known.refusal, known.err
		}
	}
	return errUnknown, nil
}

// answerError answers a request that no page answered.
func (s *Site) answerError(err error, c echo.Context) {
	if c.Response().Committed || errors.Is(err, context.Canceled) {
		return // nobody is there any more
	}
	x, _ := c.Get(keySession).(*session)
	r, class := refusalOf(err)
	if x != nil && x.over() {
		r, class = errEnded, errEnded // whatever else went wrong by it
	}
	if r == errEnded && strings.Contains(c.Path(), "/import") {
		r = errLeft // a file may have been going in
	}
	if r.status == http.StatusInternalServerError {
		// Of the error only what kind it is: its text may name a file, or more.
		s.options.Log.Error("a page failed", "page", c.Path(), "kind", fmt.Sprint(class))
	}
	if r.wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(r.wait))
	}
	typed, _ := c.Get(keyTyped).(string)
	body := errorPage{ID: r.id, Wait: r.wait, Typed: typed, Home: r != errElsewhere}
	if x != nil && !x.over() && r != errMissing && idShape.MatchString(c.Param("id")) {
		body.Report = c.Param("id")
	}
	if err := s.show(c, r.status, "error", body, nil); err != nil {
		s.options.Log.Error("an error's page failed", "kind", r.id)
	}
}

// panicked answers when a page panicked; Secure logs it. The page knows of no
// session: what panicked may have had to do with it.
func (s *Site) panicked(w http.ResponseWriter, r *http.Request) {
	c := echo.New().NewContext(r, w)
	if err := s.show(c, errUnknown.status, "error", errorPage{ID: errUnknown.id, Home: true}, nil); err != nil {
		s.options.Log.Error("an error's page failed", "kind", errUnknown.id)
	}
}

// An errorPage says what is wrong.
type errorPage struct {
	ID     string
	Wait   int
	Typed  string // what somebody typed that went nowhere
	Report string // that it was about, if it can be opened
	Home   bool   // there is a way on
}
