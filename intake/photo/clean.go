package photo

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// ErrUnclean means that the bytes could not be understood as a photo of the
// given kind up to the end of its picture: they are cut off, broken, or of a
// kind that is not Cleanable. What was read before it must be thrown away.
var ErrUnclean = errors.New("not a photo that can be cleaned")

const (
	// heldSize bounds what is looked at in one piece, and so the memory that a
	// photo costs. It covers the longest JPEG segment, which is 65,537 bytes
	// with its marker, and the longest look at Exif.
	heldSize = 72 << 10
	// partsMax bounds the segments or chunks of one file. An animation of an
	// hour has some 200,000.
	partsMax = 1_000_000
)

// Clean returns a reader of the photo without its metadata. Reading it reads
// original, ahead by some 72 KB at most, and ends with io.EOF at the end of the
// picture and not before: a photo that ends too early, or is broken, ends with
// an error wrapping [ErrUnclean]. An error of original other than io.EOF is
// handed on as it is, io.ErrUnexpectedEOF included, so that a broken line can be
// told from a broken photo.
//
// Bytes are given out before the whole photo is known to be sound: the caller
// keeps them only when it has come to io.EOF. What follows the picture is not
// given out, and mostly not read: whoever needs original whole reads its rest.
func Clean(k Kind, original io.Reader) io.Reader {
	c := &cleaner{}
	switch k {
	case JPEG:
		c.format = &jpegFile{cleaner: c}
	case PNG:
		c.format = &pngFile{cleaner: c}
	case WebP:
		c.format = &webpFile{cleaner: c}
	default:
		c.err = broken("kind %q has no cleaner", k)
		return c
	}
	c.in = bufio.NewReaderSize(source{original}, heldSize)
	return c
}

// A cleaner is what the formats share: the original, and what to give out next.
type cleaner struct {
	format format
	in     *bufio.Reader
	out    []byte // often a part of in's buffer: valid until in is read again
	err    error  // comes after out
	parts  int
}

// A format takes one step through its file: it reads a bounded piece from in
// and sets out. It returns io.EOF at the end of the picture.
type format interface{ step() error }

func (c *cleaner) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(c.out) == 0 {
		if c.err != nil {
			return 0, c.err
		}
		c.err = c.format.step()
	}
	n := copy(p, c.out)
	c.out = c.out[n:]
	return n, nil
}

// look returns the next n bytes, at most heldSize, without moving on.
func (c *cleaner) look(n int) ([]byte, error) { return c.in.Peek(n) }

// skip moves on by n bytes, however many.
func (c *cleaner) skip(n int64) error {
	for n > 0 {
		done, err := c.in.Discard(int(min(n, 1<<30)))
		if err != nil {
			return err
		}
		n -= int64(done)
	}
	return nil
}

// some moves on by at least one byte and at most limit, and returns them.
func (c *cleaner) some(limit int64) ([]byte, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	b, err := c.in.Peek(int(min(limit, int64(c.in.Buffered()))))
	if err != nil {
		return nil, err
	}
	return b, c.skip(int64(len(b)))
}

// give sets out to the next n bytes, which look has returned, and moves on.
func (c *cleaner) give(n int) error {
	b, err := c.in.Peek(n)
	if err != nil {
		return err
	}
	c.out = b
	return c.skip(int64(n))
}

// count bounds the parts of a file.
func (c *cleaner) count() error {
	if c.parts++; c.parts > partsMax {
		return broken("more than %d parts", partsMax)
	}
	return nil
}

// source turns the end of the original into an error of ours: no picture has
// come to its own end there. bufio hands errors on as they are.
type source struct{ io.Reader }

func (s source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == io.EOF {
		err = broken("it is cut off")
	}
	return n, err
}

// broken says what is wrong by rule and number, never with bytes of the file.
func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnclean, fmt.Sprintf(format, args...))
}
