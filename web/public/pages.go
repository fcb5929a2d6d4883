package public

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A noticePage is the announcement.
type noticePage struct {
	frame
	First, Last string // days of the period
	Cutoff      string // or empty
	Hours       []hours
	Zone        string
	Address     string // of this site, or empty
}

func (s *site) notice(c echo.Context) error {
	v := ui.NewView(c.Request())
	r := s.opts.Schedule.Rules()
	p := noticePage{frame: s.frame(v), First: dateOf(v, r.First), Last: dateOf(v, r.Last), Hours: s.hours(v), Zone: s.zone(v), Address: s.opts.Address}
	if at, err := time.Parse(time.RFC3339, r.Cutoff); err == nil {
		at = at.In(s.opts.Schedule.Location())
		p.Cutoff = v.Text("public.cutoff", "Date", date(v, at), "Clock", clock(at))
	}
	return s.write(c, http.StatusOK, "notice", v.With(p))
}

func (s *site) privacy(c echo.Context) error {
	v := ui.NewView(c.Request())
	return s.write(c, http.StatusOK, "privacy", v.With(s.frame(v)))
}

// checkpoint answers with the public checkpoint (C2SP tlog-checkpoint), for
// people and programs that keep it to compare.
func (s *site) checkpoint(c echo.Context) error {
	note, err := s.box.PublicCheckpoint(c.Request().Context())
	if err == nil {
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", note)
	}
	if !errors.Is(err, intake.ErrNotFound) {
		return err
	}
	v := ui.NewView(c.Request())
	v.Path = c.Path()
	p := problemPage{frame: s.frame(v), Title: v.Text("public.checkpoint-none"), What: v.Text("public.never")}
	if at := s.opts.Schedule.NextClosing(s.opts.Now()); !at.IsZero() {
		p.What = v.Text("public.checkpoint-first", "Date", date(v, at), "Clock", clock(at))
	}
	return s.write(c, http.StatusNotFound, "problem", v.With(p))
}
