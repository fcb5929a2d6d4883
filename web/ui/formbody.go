package ui

import (
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"time"
)

// readError keeps of an error what kind it is.
func readError(err error) error {
	for _, kind := range []error{ErrFormTooLarge, ErrFormSlow, ErrFormCut} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return ErrFormBroken
}

// limited reads a body within bounds. Its errors are those of a form, and stay.
type limited struct {
	in    io.Reader
	left  int64 // bytes of the whole body that may still come
	allow int64 // and of what is being read now
	err   error
}

func (b *limited) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	most := min(b.left, b.allow)
	if int64(len(p)) > most {
		p = p[:most+1] // one byte more tells a body that is too long from one that ends here
	}
	n, err := b.in.Read(p)
	switch {
	case int64(n) > most:
		n, b.err = int(most), ErrFormTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = ErrFormSlow
	case err != nil && err != io.EOF:
		b.err = ErrFormCut
	case err == io.EOF:
		b.err = io.EOF
	}
	b.left, b.allow = b.left-int64(n), b.allow-int64(n)
	return n, b.err
}

// free lets the rest of the body be read, as far as its own limit goes.
func (b *limited) free() { b.allow = math.MaxInt64 }

// closing is a multipart body that must end by its closing boundary:
// mime/multipart takes some that break off for whole. The line end that it adds
// is the one which clients may leave out after that boundary.
type closing struct {
	in    io.Reader
	ended bool
}

func (c *closing) Read(p []byte) (int, error) {
	if c.ended {
		return 0, ErrFormCut
	}
	n, err := c.in.Read(p)
	if err == io.EOF && n+2 <= len(p) {
		c.ended = true
		return n + copy(p[n:], "\r\n"), nil
	} else if err == io.EOF {
		return n, nil // in has nothing more, and says so again
	}
	return n, err
}

// paced is a body that is only thrown away: each piece of it must come in time,
// and all of it before the end.
type paced struct {
	in      io.Reader
	end     time.Time
	control *http.ResponseController
	left    int // bytes of the piece
}

func (p *paced) Read(b []byte) (int, error) {
	if p.left <= 0 {
		until := time.Now().Add(drainPace)
		if p.end.Before(until) {
			until = p.end
		}
		p.left = drainPiece
		_ = p.control.SetReadDeadline(until) // see allowUntil
	}
	n, err := p.in.Read(b)
	p.left -= n
	return n, err
}
