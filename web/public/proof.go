package public

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// proofName is what the file is called: its kind is the C2SP's.
const proofName = "dengwen.tlog-proof"

// A proofPage shows the proof that a report is in the log, with what it proves
// and why it is dangerous to keep.
type proofPage struct {
	frame
	Code  string
	Proof string
	Key   string // by which it is checked; empty where that is not today's
}

// proof shows the proof of a receipt's report, or sends it as a file: some
// browsers of phones can do only one of them.
func (s *site) proof(c echo.Context) error {
	var proof []byte
	h, err := s.holder(c, func(ctx context.Context, h *holder) (err error) {
		proof, err = s.box.Proof(ctx, h.Code)
		return err
	})
	if err != nil {
		return h.ask(err)
	}
	if h.form.Get("file") != "" {
		c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": proofName}))
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", proof)
	}
	return s.write(c, http.StatusOK, "proof", h.v.With(proofPage{s.frame(h.v), h.Code, string(proof), keyOf(proof, s.opts.Notice.Key)}))
}

// keyOf is the log's verifier key where it is the proof's own: after a box was
// restored, and until a day is closed, the newest checkpoint has an older one.
func keyOf(proof []byte, key string) string {
	_, checkpoint, _ := bytes.Cut(proof, []byte("\n\n"))
	origin, _, _ := bytes.Cut(checkpoint, []byte("\n"))
	if !strings.HasPrefix(key, string(origin)+"+") {
		return ""
	}
	return key
}
