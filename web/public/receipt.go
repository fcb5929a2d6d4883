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
	Stamp  string
	most
}

// A threadPage is what the holder of a code reads. Its days are in words.
type threadPage struct {
	frame
	Thread  intake.Thread
	Code    string   // the code that the page was opened with, for its own forms
	Text    string   // what was typed to be added
	Stamp   string   // of the form to add
	Done    bool     // something was just added
	Deleted bool     // a reply was just deleted
	Became  *uploads // the files that were just added
	most
}

// AboutTeam is whether the report is about the team itself.
func (p threadPage) AboutTeam() bool { return p.Thread.AboutTeam }

func (s *site) lookup(c echo.Context) error {
	v := ui.NewView(c.Request())
	return s.write(c, http.StatusOK, "lookup", v.With(lookupPage{frame: s.frame(v)}))
}

// thread shows what became of a report. The box tells a mistyped code before
// it looks anything up.
func (s *site) thread(c echo.Context) error {
	h, p, err := s.openThread(c)
	if err != nil {
		return h.ask(err)
	}
	return s.showThread(c, http.StatusOK, h.v, p)
}

// openThread reads the thread of the code that a form holds. Error: that of
// holder.
func (s *site) openThread(c echo.Context) (h *holder, p threadPage, err error) {
	h, err = s.holder(c, func(ctx context.Context, h *holder) (err error) {
		p.Thread, err = s.box.Thread(ctx, h.Code)
		return err
	})
	p.Code = h.Code
	return h, p, err
}

// erase deletes a reply, and shows the thread without it. What is no reply of
// this report is passed over.
func (s *site) erase(c echo.Context) error {
	h, p, err := s.openThread(c)
	if err != nil {
		return h.ask(err)
	}
	reply := h.form.Get("reply")
	switch err := s.box.EraseReply(c.Request().Context(), h.Code, reply); {
	case err == nil:
		p.Thread.Replies = slices.DeleteFunc(p.Thread.Replies, func(r intake.Reply) bool { return r.ID == reply })
		p.Deleted = true
	case !errors.Is(err, intake.ErrNotFound): // for the code is known, and then it is no reply of its
		status, wrong := s.explain(h.v, nil, err)
		wrong.Field = ""
		h.v.Errors = []ui.FieldError{wrong}
		return s.showThread(c, status, h.v, p)
	}
	return s.showThread(c, http.StatusOK, h.v, p)
}

// add takes what the holder of a code adds, and shows the thread with it.
func (s *site) add(c echo.Context) error {
	g := s.sending(c)
	if err := g.client.wait(c.Request().Context()); err != nil {
		return err
	}
	if err := g.receive("receipt", "text"); err != nil {
		return err
	}
	defer g.end()
	p := threadPage{Code: g.form.Get("receipt"), Text: g.form.Get("text")}
	g.say([]string{"add", p.Code, p.Text})
	if !g.partial {
		g.v.Errors = checkText(g.v, p.Text)
		if intake.Blank(p.Text) && !g.form.HasFiles() {
			g.v.Errors = append(g.v.Errors, ui.FieldError{Field: "text", Text: g.v.Text("public.error-nothing")})
		}
	}
	if out, late := g.outside(); late {
		return g.refuse(fields{Text: p.Text}, out)
	}
	if g.wrong() {
		return g.addAgain(p)
	}
	a := &intake.Addition{Arrived: g.arrived, Text: p.Text, Files: g.up.files()}
	out, err := g.bring(func(ctx context.Context) (intake.Outcome, error) { return s.box.Add(ctx, p.Code, a) })
	g.client.found(err)
	switch {
	case err != nil:
		g.err = err
		return g.addAgain(p)
	case out.Verdict == intake.Refused:
		return g.refuse(fields{Text: p.Text}, out)
	}
	// It is on disk. Should the thread not open now, the page says at least that.
	p.Thread, _ = s.box.Thread(c.Request().Context(), p.Code)
	p.Text, p.Done, p.Became = "", true, g.up
	return s.showThread(c, http.StatusOK, g.v, p)
}

// addAgain shows the thread once more with everything that was typed, and with
// what is wrong.
func (g *sending) addAgain(p threadPage) error {
	status, lost := g.settle(), g.err
	if !errors.Is(lost, intake.ErrMistyped) && !errors.Is(lost, intake.ErrNotFound) {
		p.Thread, lost = g.site.box.Thread(g.Request().Context(), p.Code)
		g.client.found(lost)
	}
	p.Stamp = g.stamp()
	if lost == nil {
		return g.site.showThread(g, status, g.v, p)
	}
	// The thread cannot be shown: the code is asked for, and all else is kept.
	other, wrong := g.site.explain(g.v, nil, lost)
	if g.err == nil {
		status = other
	}
	if !slices.Contains(g.v.Errors, wrong) {
		g.v.Errors = append([]ui.FieldError{wrong}, g.v.Errors...)
	}
	return g.site.write(g, status, "lookup", g.v.With(lookupPage{frame: g.site.frame(g.v), Code: p.Code, Adding: true, Text: p.Text, Stamp: p.Stamp, most: g.site.most()}))
}

func (s *site) showThread(c echo.Context, status int, v ui.View, p threadPage) error {
	p.frame, p.Thread.Day = s.frame(v), dateOf(v, p.Thread.Day)
	for i, r := range p.Thread.Replies {
		p.Thread.Replies[i].Day = dateOf(v, r.Day)
	}
	if p.Stamp == "" {
		p.Stamp = s.stamps.mint()
	}
	p.most = s.most()
	return s.write(c, status, "thread", v.With(p))
}
