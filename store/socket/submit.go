package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"strconv"

	"dengwen/intake"
)

// The parts of a submit request, in this order; file and body repeat.
const (
	partReport  = "report"  // a report, JSON, without its meaning
	partMeaning = "meaning" // the bytes of Source.Meaning, left out when there are none
	partFile    = "file"    // a fileHead, JSON
	partBody    = "body"    // the file's bytes
	partEnd     = "end"     // empty; mime/multipart takes a form without its closing boundary for whole
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
// they arrive, and only through MultipartReader: the other ways to read a form
// write files to disk.
func readReport(req *http.Request) (*intake.Report, error) {
	in, err := req.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("submit: %w: %w", intake.ErrInvalid, err)
	}
	var head report
	p, err := nextPart(in, partReport)
	if err != nil {
		return nil, err
	}
	if err := readJSON(p, maxRecord, &head); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	parts := &parts{in: in, body: req.Body}
	if err := parts.next(); err != nil {
		return nil, err
	}
	if parts.is(partMeaning) {
		if head.Meaning, err = readAll(parts.part, maxMeaning); err != nil {
			return nil, fmt.Errorf("meaning: %w", err)
		}
		if err := parts.next(); err != nil {
			return nil, err
		}
	}
	if !head.Files && parts.part != nil {
		return nil, fmt.Errorf("submit: part %q is not expected: %w", parts.part.FormName(), intake.ErrInvalid)
	}
	return head.report(parts.files), nil
}

// parts reads the parts of a request one ahead.
type parts struct {
	in   *multipart.Reader
	body io.Reader
	part *multipart.Part // nil after the last
}

func (p *parts) is(name string) bool { return p.part != nil && p.part.FormName() == name }

// next goes on to the next part, or past the last to the end of the request.
func (p *parts) next() error {
	var err error
	p.part, err = p.in.NextRawPart()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return broken(err)
	case err != nil:
		return fmt.Errorf("submit: %w: %w", intake.ErrInvalid, err)
	case p.is(partEnd):
		if _, err := p.in.NextRawPart(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("submit: something follows the end: %w", intake.ErrInvalid)
		}
		p.part = nil
		return atEnd(p.body)
	}
	return nil
}

// files yields the files that follow.
func (p *parts) files(yield func(intake.File, error) bool) {
	for p.part != nil {
		f, err := p.file()
		if !yield(f, err) || err != nil {
			return
		}
		if err := p.next(); err != nil {
			yield(intake.File{}, err)
			return
		}
	}
}

func (p *parts) file() (intake.File, error) {
	var head fileHead
	if !p.is(partFile) {
		return intake.File{}, fmt.Errorf("submit: part %q is not a file: %w", p.part.FormName(), intake.ErrInvalid)
	}
	if err := readJSON(p.part, maxFileHead, &head); err != nil {
		return intake.File{}, fmt.Errorf("file: %w", err)
	}
	body, err := nextPart(p.in, partBody)
	if err != nil {
		return intake.File{}, err
	}
	return intake.File{Name: head.Name, Type: head.Type, Private: head.Private, Body: body}, nil
}

// nextPart is the part that must come next.
func nextPart(in *multipart.Reader, name string) (*multipart.Part, error) {
	p, err := in.NextRawPart()
	if err != nil {
		return nil, fmt.Errorf("submit: the %s is missing: %w: %w", name, intake.ErrInvalid, err)
	}
	if p.FormName() != name {
		return nil, fmt.Errorf("submit: the %s is missing: %w", name, intake.ErrInvalid)
	}
	return p, nil
}

// submitAll takes a file of reports, and tells outcomes while it goes on
// reading. Neither side can hold the other up: this one writes what it has
// before it waits for more, and the client always reads.
func (s *server) submitAll(w http.ResponseWriter, r *http.Request) {
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
	err = s.box.SubmitAll(ctx, dryRun, reports(in), func(_ int, o intake.Outcome) {
		if out.item(o) != nil {
			cancel() // nobody hears the outcomes any more
		}
	})
	_ = out.end(err)
}

// reports reads the lines of a file of reports. A stream that breaks off
// yields an error, and so nothing of it goes in.
func reports(in io.Reader) iter.Seq2[*intake.Report, error] {
	return func(yield func(*intake.Report, error) bool) {
		for w, err := range items[report](in) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(w.report(noFiles), nil) {
				return
			}
		}
	}
}
