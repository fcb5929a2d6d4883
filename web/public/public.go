package public

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

//go:embed templates/*.html
var templates embed.FS

// Box is what the site needs of the box.
type Box interface {
	Submit(ctx context.Context, r *intake.Report) (intake.Outcome, error)
	Add(ctx context.Context, code string, a *intake.Addition) (intake.Outcome, error)
	Thread(ctx context.Context, code string) (intake.Thread, error)
	EraseReply(ctx context.Context, code, reply string) error
	Proof(ctx context.Context, code string) ([]byte, error)
	PublicCheckpoint(ctx context.Context) ([]byte, error)
}

// A Notice is what the announcement of the inspection says.
type Notice struct {
	Name, Team            string   // of the inspection, of the team
	Units                 []string // the inspected units, which the form offers
	Place, Phone, Mailbox string   // the other ways; an empty one is not shown
	Key                   string   // the log's verifier key (C2SP signed-note)
	Demo                  bool     // every page says that all of it is invented
}

// Options are what a site is made with.
type Options struct {
	Notice   Notice
	Schedule intake.Schedule  // what the pages say of hours; the box judges by its own
	Now      func() time.Time // the clock of arrivals
	MaxFile  int64            // bytes of one attachment; default intake.MaxFileSize
	MaxFiles int              // attachments of one report or addition; default 10
	Rate     float64          // forms a minute of one client; 0 is no limit
	Address  string           // of the site, https://…/, for the printed notice; may be empty
	Onion    string           // http://….onion, which Tor Browser is told of; may be empty
	Log      *slog.Logger     // hears of failures of the server, never of who asked
}

const defaultFiles = 10

type site struct {
	box     Box
	opts    Options
	pages   *ui.Site
	places  places
	clients *clients
	stamps  stamps
	once    *once
}

// New returns the handler of the whole site. Error: options that cannot be
// used.
func New(box Box, o Options) (http.Handler, error) {
	if o.Now == nil || o.Log == nil || o.Schedule.IsZero() {
		return nil, errors.New("the public site needs a clock, a log and a schedule")
	}
	if o.MaxFile == 0 {
		o.MaxFile = intake.MaxFileSize
	}
	if o.MaxFiles == 0 {
		o.MaxFiles = defaultFiles
	}
	dir, err := fs.Sub(templates, "templates")
	if err != nil {
		return nil, err
	}
	pages, err := ui.NewSite(dir)
	if err != nil {
		return nil, err
	}
	s := &site{box: box, opts: o, pages: pages, places: newPlaces(fieldPlaces, filePlaces), clients: newClients(o.Rate), stamps: newStamps(), once: newOnce()}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.Use(noOptions)
	for path, h := range map[string]echo.HandlerFunc{
		"/": s.notice, "/report": s.form, "/receipt": s.lookup, "/checkpoint": s.checkpoint, "/privacy": s.privacy,
	} {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, h)
	}
	e.POST("/report", s.report)
	e.POST("/receipt", s.thread)
	e.POST("/receipt/add", s.add)
	e.POST("/receipt/delete", s.erase)
	e.POST("/receipt/proof", s.proof)
	return pages.Secure(e, http.HandlerFunc(s.panicked), o.Log), nil
}

// noOptions refuses OPTIONS as any other method that a page does not have, and
// leaves it out of what is allowed, where echo puts it. It is for scripts of
// other sites, to which this one has nothing to say.
func noOptions(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		allow, elsewhere := c.Get(echo.ContextKeyHeaderAllow).(string)
		if elsewhere {
			c.Set(echo.ContextKeyHeaderAllow, strings.TrimPrefix(allow, http.MethodOptions+", "))
		}
		switch {
		case c.Request().Method != http.MethodOptions:
			return next(c)
		case elsewhere:
			return echo.MethodNotAllowedHandler(c)
		}
		return echo.ErrNotFound
	}
}

// limits of a form with files. Its fields have room for more than twice the
// longest text, so that most that are too long are given back whole, and of the
// others the beginning.
func (s *site) limits(fields ...string) ui.FormLimits {
	const room = 256 << 10
	return ui.FormLimits{Fields: 100, FieldBytes: room, Body: int64(s.opts.MaxFiles)*s.opts.MaxFile + 2<<20, Known: fields, Files: []string{"files"}}
}

// write answers with a page. A page at an address of its own offers itself in
// the other languages, and to Tor Browser at its onion address; the answer to a
// form does not, for a link would lose it.
func (s *site) write(c echo.Context, status int, page string, v ui.View) error {
	if m := c.Request().Method; (m == http.MethodGet || m == http.MethodHead) && status == http.StatusOK {
		v.Path = c.Path()
		if s.opts.Onion != "" {
			c.Response().Header().Set("Onion-Location", s.opts.Onion+v.Here())
		}
	}
	return s.pages.Write(c.Response(), status, page, v)
}
