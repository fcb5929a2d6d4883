package socket

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"dengwen/intake"
)

// The parts of a request that brings files. Submit has one report and group any
// number; a meaning and files follow each. File and body repeat. Import has an
// order and one body.
const (
	partOrder   = "order"   // of an import: an intake.ImportOrder, JSON
	partCursor  = "cursor"  // of a group: a cursor, JSON, or null
	partReport  = "report"  // a report, JSON, without its meaning
	partMeaning = "meaning" // the bytes of Source.Meaning, left out when there are none
	partFile    = "file"    // a fileHead, JSON
	partBody    = "body"    // the file's bytes
	partEnd     = "end"     // empty; mime/multipart takes a form without its closing boundary for whole
)

// unbounded is more bytes than ever come.
const unbounded = 1 << 62

// parts reads the parts of a request one ahead, and only through
// MultipartReader: the other ways to read a form write files to disk.
type parts struct {
	in   *multipart.Reader
	body *heard
	part *multipart.Part // nil after the last
	left int64           // bytes that may still be read of all parts but bodies
}

// heard keeps the error that ended a request: mime/multipart takes half a line
// in a part's head for a malformed one, and forgets why there was no more.
type heard struct {
	io.Reader
	err error // not io.EOF
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Reader.Read(b)
	if err != nil && err != io.EOF {
		h.err = err
	}
	return n, err
}

// openForm goes to the first part of req, which is read from body and must be
// one of that name.
func openForm(req *http.Request, body io.Reader, first string, left int64) (*parts, error) {
	p := &parts{body: &heard{Reader: body}, left: left}
	form := http.Request{Header: req.Header, Body: io.NopCloser(p.body)}
	var err error
	if p.in, err = form.MultipartReader(); err != nil {
		return nil, fmt.Errorf("form: %w: %w", intake.ErrInvalid, err)
	}
	return p, p.must(first)
}

func (p *parts) is(name string) bool { return p.part != nil && p.part.FormName() == name }

// next goes on to the next part, or past the last to the end of the request.
func (p *parts) next() error {
	var err error
	p.part, err = p.in.NextRawPart()
	switch {
	case err != nil:
		return p.unread(err)
	case p.is(partEnd):
		_, err := p.in.NextRawPart()
		switch {
		case err == nil:
			return fmt.Errorf("form: something follows the end: %w", intake.ErrInvalid)
		case !errors.Is(err, io.EOF):
			return p.unread(err)
		}
		p.part = nil
		return atEnd(p.body)
	}
	return nil
}

// must goes on to the next part, which must be one of that name.
func (p *parts) must(name string) (err error) {
	p.part, err = p.in.NextRawPart()
	switch {
	case err == io.EOF, err == nil && !p.is(name): // as it is, io.EOF is the form's own end
		return fmt.Errorf("form: the %s is missing: %w", name, intake.ErrInvalid)
	case err != nil:
		return p.unread(err)
	}
	return nil
}

// unread says why a part could not be read. What broke off is nothing that the
// sender got wrong.
func (p *parts) unread(err error) error {
	switch {
	case p.body.err != nil:
		return broken(p.body.err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return broken(err)
	}
	return fmt.Errorf("form: %w: %w", intake.ErrInvalid, err)
}

// content reads the part, which may have up to max bytes.
func (p *parts) content(max int64) ([]byte, error) {
	b, err := readAll(p.part, min(max, p.left))
	if p.left < max && errors.Is(err, intake.ErrTooLong) {
		err = fmt.Errorf("reports without their files: %w", errGroup)
	}
	p.left -= int64(len(b))
	return b, err
}

func (p *parts) json(max int64, v any) error {
	b, err := p.content(max)
	if err != nil {
		return err
	}
	return decodeJSON(b, v)
}

// report reads a report and its meaning, and goes on to what follows them.
func (p *parts) report() (head report, err error) {
	if err := p.json(maxRecord, &head); err != nil {
		return head, fmt.Errorf("report: %w", err)
	}
	if err := p.next(); err != nil {
		return head, err
	}
	if p.is(partMeaning) {
		if head.Meaning, err = p.content(maxMeaning); err != nil {
			return head, fmt.Errorf("meaning: %w", err)
		}
		if err := p.next(); err != nil {
			return head, err
		}
	}
	return head, nil
}

// file reads what describes a file, and goes on to its bytes.
func (p *parts) file() (head fileHead, err error) {
	if !p.is(partFile) {
		return head, fmt.Errorf("form: part %q is not a file: %w", p.part.FormName(), intake.ErrInvalid)
	}
	if err := p.json(maxFileHead, &head); err != nil {
		return head, fmt.Errorf("file: %w", err)
	}
	return head, p.must(partBody)
}

// unexpected refuses a part that cannot stand where it does.
func (p *parts) unexpected() error {
	return fmt.Errorf("form: part %q is not expected: %w", p.part.FormName(), intake.ErrInvalid)
}
