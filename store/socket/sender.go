package socket

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"mime/multipart"

	"dengwen/intake"
)

// A sender writes a request that brings files; see parts. What is over its
// bounds fails here as it would on the other side.
type sender struct {
	form         *multipart.Writer
	words, files int64 // bytes that may still be sent: of all parts but bodies, and of bodies
}

// sendParts makes a call whose request s writes, by send, and whose answer hear
// reads.
func (c *Client) sendParts(ctx context.Context, name string, s *sender, send func(*sender) error, hear func(io.Reader) error) error {
	boundary := rand.Text()
	feed := func(w io.Writer) error {
		s.form = multipart.NewWriter(w)
		if err := s.form.SetBoundary(boundary); err != nil {
			return err
		}
		if err := send(s); err != nil {
			return err
		}
		if err := s.part(partEnd, nil); err != nil {
			return err
		}
		return s.form.Close()
	}
	return c.converse(ctx, name, nil, "multipart/form-data; boundary="+boundary, feed, hear)
}

// hearJSON hears an answer of one JSON value.
func hearJSON(v any) func(io.Reader) error {
	return func(in io.Reader) error { return readJSON(in, maxRecord, v) }
}

func (s *sender) part(name string, content []byte) error {
	if s.words -= int64(len(content)); s.words < 0 {
		return fmt.Errorf("reports without their files: %w", errGroup)
	}
	w, err := s.form.CreateFormField(name)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

// report sends what encodeHead has made of r, its meaning and its files.
func (s *sender) report(text []byte, r *intake.Report) error {
	if err := s.part(partReport, text); err != nil {
		return err
	}
	if m := r.Source.Meaning; len(m) > 0 {
		if err := s.part(partMeaning, m); err != nil {
			return err
		}
	}
	if r.Files == nil {
		return nil
	}
	for f, err := range r.Files {
		if err == nil {
			err = s.file(f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sender) file(f intake.File) error {
	head, err := encodeJSON(wireFile(f))
	if err != nil {
		return err
	}
	if len(head) > maxFileHead {
		return fmt.Errorf("file: its names and type have %d bytes, at most %d: %w", len(head), maxFileHead, intake.ErrTooLong)
	}
	if err := s.part(partFile, head); err != nil {
		return err
	}
	w, err := s.form.CreateFormField(partBody)
	if err != nil {
		return err
	}
	n, err := io.CopyN(w, f.Body, s.files)
	s.files -= n
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	}
	return noMore(f.Body)
}

// noMore makes sure that nothing follows of a file that came to the bound.
func noMore(body io.Reader) error {
	n, err := io.ReadFull(body, make([]byte, 1))
	switch {
	case n > 0:
		return fmt.Errorf("files: %w", errGroup)
	case err != io.EOF:
		return err
	}
	return nil
}
