package desk

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"
	"unicode/utf8"

	"dengwen/intake"
	"dengwen/intake/triage"
	"dengwen/web/ui"
)

// note, reply, decide and handOver write about a report. After each the browser
// is sent on to the report, which says so.

func (s *Site) note(k call) error {
	return s.write(k, writing{form: "note", empty: "desk.note-empty", said: "desk.said-note"}, func(ctx context.Context, id, text string) error {
		return k.account.Note(ctx, id, text)
	})
}

func (s *Site) reply(k call) error {
	return s.write(k, writing{form: "reply", empty: "desk.reply-empty", said: "desk.said-reply"}, func(ctx context.Context, id, text string) error {
		return k.account.Reply(ctx, id, text)
	})
}

func (s *Site) decide(k call) error {
	to := parseMove(k.form.Get("to"))
	w := writing{form: "decide", said: "desk.said-decided"}
	if to.State == "" {
		w.wrong = append(w.wrong, s.wrong(k, "decide-to", "desk.to-empty"))
	}
	return s.write(k, w, func(ctx context.Context, id, text string) error {
		return k.account.Triage(ctx, id, to, text)
	})
}

// handOver is refused when the report is no longer on the route that the form
// showed: the account sees to that.
func (s *Site) handOver(k call) error {
	to := triage.Standing{State: triage.HandedOver, Route: triage.Route(k.form.Get("route"))}
	w := writing{form: "hand", said: "desk.said-handed"}
	if k.form.Get("sure") != "yes" {
		w.wrong = append(w.wrong, s.wrong(k, "hand-sure", "desk.sure-empty"))
	}
	return s.write(k, w, func(ctx context.Context, id, text string) error {
		return k.account.Triage(ctx, id, to, text)
	})
}

// writing is what the forms differ in.
type writing struct {
	form  string // its fields' ids begin so
	empty string // id of what a missing text is told; empty where none is needed
	said  string // id of the confirmation
	wrong []ui.FieldError
}

// write checks a form's text, writes it once however often the form is sent, and
// sends the browser on. What is wrong with the form is shown in the report's
// page with everything that was typed.
func (s *Site) write(k call, w writing, do func(ctx context.Context, id, text string) error) error {
	id := k.Param("id")
	if !idShape.MatchString(id) {
		return errMissing
	}
	// Browsers end the lines of a form with both characters.
	text := strings.ReplaceAll(k.form.Get("text"), "\r\n", "\n")
	switch {
	case w.empty != "" && intake.Blank(text):
		w.wrong = append(w.wrong, s.wrong(k, w.form+"-text", w.empty))
	case utf8.RuneCountInString(text) > intake.MaxText:
		w.wrong = append(w.wrong, s.wrong(k, w.form+"-text", "desk.text-long", "Count", utf8.RuneCountInString(text), "Max", intake.MaxText))
	}
	if len(w.wrong) > 0 {
		return s.showReport(k, http.StatusBadRequest, typed{w.form, text, k.form.Get("to")}, w.wrong)
	}
	nonce, _, _ := strings.Cut(k.form.Get("token"), ".")
	sum := sha256.Sum256([]byte(strings.Join([]string{nonce, w.form, id, k.form.Get("to"), text}, "\x00")))
	if k.once(sum) {
		// What arrived whole is written, whether or not the browser waits for it.
		if err := do(context.WithoutCancel(k.Request().Context()), id, text); err != nil {
			k.forget(sum)
			return err
		}
	}
	k.say(w.said)
	return s.goTo(k, pathOf(k.session)+"report/"+id)
}

// wrong is what is wrong with a field, in the reader's language.
func (s *Site) wrong(k call, field, id string, pairs ...any) ui.FieldError {
	return ui.FieldError{Field: field, Text: ui.NewView(k.Request()).Text(id, pairs...)}
}
