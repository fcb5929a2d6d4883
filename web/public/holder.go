package public

import (
	"context"

	"github.com/labstack/echo/v4"

	"dengwen/web/ui"
)

// codeLimits bound the forms that hold nothing but a code and what to do.
var codeLimits = ui.FormLimits{Fields: 20, FieldBytes: 16 << 10, Body: 1 << 20, Known: []string{"receipt", "reply", "file"}, Files: []string{}}

// A holder is somebody who came with a receipt code.
type holder struct {
	echo.Context
	v    ui.View
	site *site
	form *ui.Form
	Code string // as it was typed
}

// holder reads a form that holds a code, and does with it what the code is for.
// Error: those of the form and of do.
func (s *site) holder(c echo.Context, do func(ctx context.Context, h *holder) error) (*holder, error) {
	h := &holder{Context: c, v: ui.NewView(c.Request()), site: s}
	form, err := ui.ReadForm(c.Response(), c.Request(), codeLimits)
	h.form, h.Code = form, form.Get("receipt")
	if err == nil {
		err = sameSite(c.Request())
	}
	client, ctx := s.clients.of(c.Request()), c.Request().Context()
	if err == nil {
		err = client.wait(ctx)
	}
	if err == nil {
		err = do(ctx, h)
		client.found(err)
	}
	form.Drain()
	return h, err
}

// ask shows the page that asks for the code, with what is wrong.
func (h *holder) ask(err error) error {
	status, wrong := h.site.explain(h.v, nil, err)
	if wrong.Field != "receipt" {
		wrong.Field = "" // this page has no other
	}
	h.v.Errors = []ui.FieldError{wrong}
	return h.site.write(h, status, "lookup", h.v.With(lookupPage{frame: h.site.frame(h.v), Code: h.Code}))
}
