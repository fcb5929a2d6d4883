package public

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"dengwen/intake"
	"dengwen/web/ui"
)

// A lookupPage asks for a receipt code.
type lookupPage struct {
	frame
	Code string // as it was typed
	// Adding keeps the page the form by which something was to be added: Text
	// is given back in it, and files can be chosen.
	Adding bool
	Text   string
	most
}

// A threadPage is what the holder of a code reads. Its days are in words.
type threadPage struct {
	frame
	Thread intake.Thread
	Code   string // the code that the page was opened with, for its own forms
	Text   string // what was typed to be added
	Done   bool   // something was just added
	most
}

// codeLimits bound the form that holds nothing but a code.
var codeLimits = ui.FormLimits{Fields: 20, FieldBytes: 16 << 10, Body: 1 << 20, Known: []string{"receipt"}, Files: []string{}}

func (s *site) lookup(c echo.Context) error {
	v := ui.NewView(c.Request())
	return s.write(c, http.StatusOK, "lookup", v.With(lookupPage{frame: s.frame(v)}))
}

// thread shows what became of a report. The box tells a mistyped code before
// it looks anything up.
func (s *site) thread(c echo.Context) error {
	v := ui.NewView(c.Request())
	form, err := ui.ReadForm(c.Response(), c.Request(), codeLimits)
	p := threadPage{Code: form.Get("receipt")}
	if err == nil {
		p.Thread, err = s.box.Thread(c.Request().Context(), p.Code)
	}
	form.Drain()
	if err != nil {
		status, wrong := s.explain(v, nil, err)
		if wrong.Field != "receipt" {
			wrong.Field = "" // this page has no other
		}
		v.Errors = []ui.FieldError{wrong}
		return s.write(c, status, "lookup", v.With(lookupPage{frame: s.frame(v), Code: p.Code}))
	}
	return s.showThread(c, http.StatusOK, v, p)
}

// add takes what the holder of a code adds, and shows the thread with it.
func (s *site) add(c echo.Context) error {
	arrived := s.opts.Now()
	turn, err := s.turn(c)
	if err != nil {
		return err
	}
	defer turn.end()
	v := ui.NewView(c.Request())
	form, err := ui.ReadForm(c.Response(), c.Request(), s.limits("receipt", "text"))
	p, up := threadPage{Code: form.Get("receipt"), Text: form.Get("text")}, s.uploads(form, turn)
	if busy := turn.upload(form); err == nil {
		err = busy
	}
	if v.Errors = checkText(v, p.Text); intake.Blank(p.Text) && !form.HasFiles() {
		v.Errors = append(v.Errors, ui.FieldError{Field: "text", Text: v.Text("public.error-nothing")})
	}
	out := intake.Outcome{Verdict: intake.Refused}
	if err == nil && len(v.Errors) == 0 {
		out, err = s.box.Add(context.WithoutCancel(c.Request().Context()), p.Code, &intake.Addition{Arrived: arrived, Text: p.Text, Files: up.files()})
	} else if a := s.opts.Schedule.Admit(intake.Web, arrived, arrived); a.Open() {
		return s.addAgain(c, v, p, up, err)
	} else {
		out.Reason, out.Next, err = a.Reason, a.Next, nil // nothing that the box could judge
	}
	switch {
	case errors.Is(err, intake.ErrClosed):
		out = intake.Outcome{Verdict: intake.Refused, Reason: intake.AfterPeriod}
	case err != nil:
		return s.addAgain(c, v, p, up, err)
	}
	if out.Verdict == intake.Refused {
		return s.refuse(c, v, fields{Text: p.Text}, up, out)
	}
	// It is on disk. Should the thread not open now, the page says at least that.
	p.Thread, _ = s.box.Thread(c.Request().Context(), p.Code)
	p.Text, p.Done = "", true
	return s.showThread(c, http.StatusOK, v, p)
}

// addAgain shows the thread once more with everything that was typed, and with
// what is wrong. Err, where there is one, is what kept it from being taken.
func (s *site) addAgain(c echo.Context, v ui.View, p threadPage, up *uploads, err error) error {
	status := s.whatIsWrong(&v, up, err)
	lost := err
	if !errors.Is(err, intake.ErrMistyped) && !errors.Is(err, intake.ErrNotFound) {
		p.Thread, lost = s.box.Thread(c.Request().Context(), p.Code)
	}
	if lost == nil {
		return s.showThread(c, status, v, p)
	}
	// The thread cannot be shown: the code is asked for, and all else is kept.
	other, wrong := s.explain(v, nil, lost)
	if err == nil {
		status = other
	}
	if !slices.Contains(v.Errors, wrong) {
		v.Errors = append([]ui.FieldError{wrong}, v.Errors...)
	}
	return s.write(c, status, "lookup", v.With(lookupPage{frame: s.frame(v), Code: p.Code, Adding: true, Text: p.Text, most: s.most()}))
}

func (s *site) showThread(c echo.Context, status int, v ui.View, p threadPage) error {
	p.frame, p.Thread.Day = s.frame(v), dateOf(v, p.Thread.Day)
	for i, r := range p.Thread.Replies {
		p.Thread.Replies[i].Day = dateOf(v, r.Day)
	}
	p.most = s.most()
	return s.write(c, status, "thread", v.With(p))
}
