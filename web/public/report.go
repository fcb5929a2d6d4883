package public

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A formPage shows the report form.
type formPage struct {
	frame
	fields
	most
	Stamp string
	// Categories are what the form offers.
	Categories []intake.Category
}

// most is what a form says of its limits.
type most struct {
	MinText, MaxText string // characters
	MaxFiles         int
	MaxFile          string // size of one
}

func (s *site) most() most {
	return most{number(intake.MinText), number(intake.MaxText), s.opts.MaxFiles, ui.Size(s.opts.MaxFile)}
}

// A refusedPage says that nothing was taken, and gives it back.
type refusedPage struct {
	frame
	fields
	Files   []string
	Counted bool // by the box, among what it refused
}

// A receiptPage shows a code, once.
type receiptPage struct {
	frame
	Code      string
	AboutTeam bool
	Became    *uploads // the files
}

func (s *site) formPage(v ui.View, stamp string) formPage {
	return formPage{frame: s.frame(v), most: s.most(), Stamp: stamp, Categories: intake.Categories()}
}

// form shows the form, or while it is closed a page that says so. A link may
// choose the unit, but only one of the list: nothing else that stands in an
// address gets into a report, for it could name whoever was given the link.
func (s *site) form(c echo.Context) error {
	v := ui.NewView(c.Request())
	p := s.formPage(v, s.stamps.mint())
	if unit := c.QueryParam("unit"); slices.Contains(s.opts.Notice.Units, unit) {
		p.Unit = unit
		v.Query = []string{"unit", unit}
	}
	if !p.Open {
		return s.write(c, http.StatusOK, "closed", v.With(p.frame))
	}
	return s.write(c, http.StatusOK, "report", v.With(p))
}

// report takes a report and answers with its receipt.
func (s *site) report(c echo.Context) error {
	g := s.sending(c)
	if err := g.receive(fieldNames...); err != nil {
		return err
	}
	defer g.end()
	in := readFields(g.form)
	g.say(in)
	if !g.partial {
		g.v.Errors = in.check(g.v)
	}
	if out, late := g.outside(); late {
		return g.refuse(in, out)
	}
	if g.wrong() {
		return g.again(in)
	}
	r := &intake.Report{Channel: intake.Web, Arrived: g.arrived, AboutTeam: in.AboutTeam, Unit: in.unit(), Persons: in.Persons, Category: in.category(),
		Subject: in.Subject, Text: in.Text, Identity: in.identity(), Files: g.up.files()}
	out, err := g.bring(func(ctx context.Context) (intake.Outcome, error) { return s.box.Submit(ctx, r) })
	switch {
	case err != nil:
		g.err = err
		return g.again(in)
	case out.Verdict == intake.Refused:
		return g.refuse(in, out)
	}
	return s.write(c, http.StatusOK, "receipt", g.v.With(receiptPage{s.frame(g.v), intake.Receipt(out.Receipt).Grouped(), in.AboutTeam, g.up}))
}

// refuse answers what came while the channel was closed. What is left of its
// files is thrown away, so that the browser shows the page.
func (g *sending) refuse(in fields, out intake.Outcome) error {
	g.up.drain()
	p := refusedPage{frame: g.site.frame(g.v), fields: in, Files: g.form.Names(), Counted: g.counted}
	p.Open = false
	p.State, p.Until = closed(g.v, out.Reason, out.Next)
	return g.site.write(g, http.StatusForbidden, "refused", g.v.With(p))
}

// again shows the form once more with everything that was typed, and with what
// is wrong.
func (g *sending) again(in fields) error {
	status := g.settle()
	p := g.site.formPage(g.v, g.stamp())
	p.fields = in
	if errors.Is(g.err, errForeign) {
		p.fields = fields{Text: in.Text} // what else it says may be a mark that the other site set
	}
	return g.site.write(g, status, "report", g.v.With(p))
}

// settle ends a form that is not taken: it adds to the errors of the fields what
// is wrong with the form, and which files must be chosen once more, for browsers
// do not keep them, and throws away what is left of it.
func (g *sending) settle() (status int) {
	status = http.StatusUnprocessableEntity
	if g.err != nil {
		var wrong ui.FieldError
		status, wrong = g.site.explain(g.v, g.up, g.err)
		g.v.Errors = append(g.v.Errors, wrong)
	}
	if errors.Is(g.err, errRate) {
		g.form.DrainFor(hurryTime)
	} else {
		g.up.drain()
	}
	if names := g.form.Names(); len(names) > 0 {
		g.v.Errors = append(g.v.Errors, ui.FieldError{Field: "files", Text: g.v.Text("public.again", "Names", strings.Join(names, dot))})
	}
	if status == http.StatusTooManyRequests {
		g.Response().Header().Set(echo.HeaderRetryAfter, retryAfter)
	}
	return status
}
