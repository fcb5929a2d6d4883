package public

import (
	"context"
	"errors"
	"net/http"
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
	// Categories are what the form offers.
	Categories []intake.Category
}

// most is what a form says of its limits.
type most struct {
	MaxText  string // characters
	MaxFiles int
	MaxFile  string // size of one
}

func (s *site) most() most {
	return most{number(intake.MaxText), s.opts.MaxFiles, ui.Size(s.opts.MaxFile)}
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
	Files     int
}

func (s *site) formPage(v ui.View) formPage {
	return formPage{frame: s.frame(v), most: s.most(), Categories: intake.Categories()}
}

// form shows the form, or while it is closed a page that says so.
func (s *site) form(c echo.Context) error {
	v := ui.NewView(c.Request())
	p := s.formPage(v)
	if !p.Open {
		return s.write(c, http.StatusOK, "closed", v.With(p.frame))
	}
	return s.write(c, http.StatusOK, "report", v.With(p))
}

// report takes a report and answers with its receipt.
func (s *site) report(c echo.Context) error {
	arrived := s.opts.Now()
	turn, err := s.turn(c)
	if err != nil {
		return err
	}
	defer turn.end()
	v := ui.NewView(c.Request())
	form, err := ui.ReadForm(c.Response(), c.Request(), s.limits(fieldNames...))
	in, up := readFields(form), s.uploads(form, turn)
	busy := turn.upload(form)
	if a := s.opts.Schedule.Admit(intake.Web, arrived, arrived); a.Open() {
		if err != nil {
			return s.again(c, v, in, up, err)
		}
		if v.Errors = in.check(v); len(v.Errors) > 0 || busy != nil {
			return s.again(c, v, in, up, busy)
		}
	} else if err != nil || busy != nil || len(in.check(v)) > 0 {
		return s.refuse(c, v, in, up, intake.Outcome{Reason: a.Reason, Next: a.Next}) // nothing that the box could judge
	}
	r := &intake.Report{Channel: intake.Web, Arrived: arrived, AboutTeam: in.AboutTeam, Unit: in.unit(), Persons: in.Persons, Category: in.category(),
		Subject: in.Subject, Text: in.Text, Identity: in.identity(), Files: up.files()}
	// It has come in whole, or its files say that it has not: from here on it
	// is no matter whether the sender is still there to hear.
	out, err := s.box.Submit(context.WithoutCancel(c.Request().Context()), r)
	switch {
	case errors.Is(err, intake.ErrClosed):
		return s.refuse(c, v, in, up, intake.Outcome{Reason: intake.AfterPeriod})
	case err != nil:
		return s.again(c, v, in, up, err)
	case out.Verdict == intake.Refused:
		return s.refuse(c, v, in, up, out)
	}
	return s.write(c, http.StatusOK, "receipt", v.With(receiptPage{s.frame(v), intake.Receipt(out.Receipt).Grouped(), in.AboutTeam, up.taken}))
}

// refuse answers what came while the channel was closed. Its files are not
// read, only thrown away so that the browser shows the page.
func (s *site) refuse(c echo.Context, v ui.View, in fields, up *uploads, out intake.Outcome) error {
	up.drain()
	p := refusedPage{frame: s.frame(v), fields: in, Files: up.form.Names(), Counted: out.Verdict == intake.Refused}
	p.Open = false
	p.State, p.Until = closed(v, out.Reason, out.Next)
	return s.write(c, http.StatusForbidden, "refused", v.With(p))
}

// again shows the form once more with everything that was typed, and with what
// is wrong. Err, where there is one, is what kept the report from being taken.
func (s *site) again(c echo.Context, v ui.View, in fields, up *uploads, err error) error {
	status := s.whatIsWrong(&v, up, err)
	p := s.formPage(v)
	p.fields = in
	return s.write(c, status, "report", v.With(p))
}

// whatIsWrong adds to the errors of a form what err says, where there is one,
// and which files must be chosen once more: browsers do not keep them.
func (s *site) whatIsWrong(v *ui.View, up *uploads, err error) (status int) {
	status = http.StatusUnprocessableEntity
	if err != nil {
		var wrong ui.FieldError
		status, wrong = s.explain(*v, up, err)
		v.Errors = append(v.Errors, wrong)
	}
	up.drain()
	if names := up.form.Names(); len(names) > 0 {
		v.Errors = append(v.Errors, ui.FieldError{Field: "files", Text: v.Text("public.again", "Names", strings.Join(names, dot))})
	}
	return status
}
