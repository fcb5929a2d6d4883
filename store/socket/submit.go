package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"

	"dengwen/intake"
)

// submit takes one report.
func (s *server) submit(c *call) (intake.Outcome, error) {
	r, err := readReport(c.Request)
	if err != nil {
		return intake.Outcome{}, err
	}
	return s.box.Submit(c.Context(), r)
}

// readReport reads a submit request up to the files, which reach the box as
// they arrive.
func readReport(req *http.Request) (*intake.Report, error) {
	p, err := openForm(req, req.Body, partReport, unbounded)
	if err != nil {
		return nil, err
	}
	head, err := p.report()
	if err != nil {
		return nil, err
	}
	if !head.Files && p.part != nil {
		return nil, p.unexpected()
	}
	return head.report(p.files), nil
}

// files yields the files that follow.
func (p *parts) files(yield func(intake.File, error) bool) {
	for p.part != nil {
		head, err := p.file()
		var f intake.File
		if err == nil {
			f, err = head.file(p.part)
		}
		if !yield(f, err) || err != nil {
			return
		}
		if err := p.next(); err != nil {
			yield(intake.File{}, err)
			return
		}
	}
}

// submitAll takes a file of reports.
func (s *server) submitAll(w http.ResponseWriter, r *http.Request) {
	takeFile(s, w, r, func(wire report) *intake.Report { return wire.report(noFiles) }, s.box.SubmitAll)
}

// submitCalls takes a call record.
func (s *server) submitCalls(w http.ResponseWriter, r *http.Request) {
	takeFile(s, w, r, phoneCall.call, s.box.SubmitCalls)
}

// takeFile takes a file of items, and tells outcomes while it goes on reading.
// Neither side can hold the other up: this one writes what it has before it
// waits for more, and the client always reads.
func takeFile[W, T any](s *server, w http.ResponseWriter, r *http.Request, item func(W) T,
	submit func(ctx context.Context, dryRun bool, list iter.Seq2[T, error], each func(i int, o intake.Outcome)) error) {
	dryRun, err := strconv.ParseBool(r.URL.Query().Get("dry-run"))
	if err != nil {
		refuse(w, fmt.Errorf("dry-run: %w", intake.ErrInvalid))
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	w.Header().Set("Content-Type", typeLines)
	out, control := newLines[intake.Outcome](w), http.NewResponseController(w)
	in := source{r.Body, control, s.wait.file, func() error {
		if out.w.Buffered() == 0 {
			return nil
		}
		return errors.Join(out.w.Flush(), control.Flush())
	}}
	err = submit(ctx, dryRun, fileOf(in, item), func(_ int, o intake.Outcome) {
		if out.item(o) != nil {
			cancel() // nobody hears the outcomes any more
		}
	})
	_ = out.end(err)
}

// fileOf reads the lines of a file. A stream that breaks off yields an error,
// and so nothing of it goes in.
func fileOf[W, T any](in io.Reader, item func(W) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for w, err := range items[W](in) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if !yield(item(w), nil) {
				return
			}
		}
	}
}
