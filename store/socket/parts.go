package socket

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"dengwen/intake"
)

// The parts of a request that brings reports with files. Submit has one report
// and group any number; a meaning and files follow each. File and body repeat.
const (
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
	body io.Reader
	part *multipart.Part // nil after the last
	left int64           // bytes that may still be read of all parts but bodies
}

// openForm goes to the first part, which must be one of that name.
func openForm(req *http.Request, first string, left int64) (*parts, error) {
	in, err := req.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("submit: %w: %w", intake.ErrInvalid, err)
	}
	p := &parts{in: in, body: req.Body, left: left}
	p.part, err = nextPart(in, first)
	return p, err
}

func (p *parts) is(name string) bool { return p.part != nil && p.part.FormName() == name }

// next goes on to the next part, or past the last to the end of the request.
func (p *parts) next() error {
	var err error
	p.part, err = p.in.NextRawPart()
	switch {
	case err != nil:
		return unread(err)
	case p.is(partEnd):
		if _, err := p.in.NextRawPart(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("submit: something follows the end: %w", intake.ErrInvalid)
		}
		p.part = nil
		return atEnd(p.body)
	}
	return nil
}

// nextPart is the part that must come next.
func nextPart(in *multipart.Reader, name string) (*multipart.Part, error) {
	p, err := in.NextRawPart()
	switch {
	case err == io.EOF, err == nil && p.FormName() != name: // as it is, io.EOF is the form's own end
		return nil, fmt.Errorf("submit: the %s is missing: %w", name, intake.ErrInvalid)
	case err != nil:
		return nil, unread(err)
	}
	return p, nil
}

// unread says why a part could not be read. What broke off is nothing that the
// sender got wrong.
func unread(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errSilent) {
		return broken(err)
	}
	return fmt.Errorf("submit: %w: %w", intake.ErrInvalid, err)
}

// content reads the part, which may have up to max bytes.
func (p *parts) content(max int64) ([]byte, error) {
	if p.left >= max {
		b, err := readAll(p.part, max)
		p.left -= int64(len(b))
		return b, err
	}
	b, err := readAll(p.part, p.left)
	p.left -= int64(len(b))
	if errors.Is(err, intake.ErrTooLong) {
		err = fmt.Errorf("all reports together, without their files: %w", intake.ErrTooLong)
	}
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
		return head, fmt.Errorf("submit: part %q is not a file: %w", p.part.FormName(), intake.ErrInvalid)
	}
	if err := p.json(maxFileHead, &head); err != nil {
		return head, fmt.Errorf("file: %w", err)
	}
	p.part, err = nextPart(p.in, partBody)
	return head, err
}

// unexpected refuses a part that cannot stand where it does.
func (p *parts) unexpected() error {
	return fmt.Errorf("submit: part %q is not expected: %w", p.part.FormName(), intake.ErrInvalid)
}
