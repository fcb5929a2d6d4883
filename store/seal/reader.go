package seal

import (
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"dengwen/intake"
)

// NewReader opens a sealed file whose true length is known from the report. The
// reader yields exactly length bytes, and the last of them only after the
// padding and the end of the ciphertext were found right: who has read length
// bytes has read the whole file as it was sealed.
//
// An error of src is passed on as it is; everything else that is wrong with
// the file is intake.ErrKey or intake.ErrDamaged.
func NewReader(src io.Reader, length int64, with ...Identity) (io.Reader, error) {
	if length < 0 || length > maxPad {
		return nil, fmt.Errorf("open file: length %d: %w", length, intake.ErrInvalid)
	}
	keys, err := identities(with)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	in := &source{src: src}
	plain, err := age.Decrypt(in, keys...)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", in.explain(err))
	}
	return &reader{in: in, plain: plain, left: length, padding: Padme(length) - length}, nil
}

type reader struct {
	in      *source
	plain   io.Reader
	left    int64 // bytes still to yield
	padding int64 // zeros that must follow
	ended   bool
	err     error // sticks
}

func (r *reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n := 0
	if r.left > 0 {
		var err error
		n, err = r.plain.Read(p[:min(int64(len(p)), r.left)])
		r.left -= int64(n)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return 0, r.fail(err)
			}
			r.ended = true
			if r.left > 0 {
				return 0, r.fail(errors.New("it is shorter than its length"))
			}
		}
	}
	if r.left == 0 {
		if err := r.finish(); err != nil {
			return 0, r.fail(err)
		}
		r.err = io.EOF
		if n == 0 {
			return 0, io.EOF
		}
	}
	return n, nil
}

// finish reads the padding and the end.
func (r *reader) finish() error {
	buf := make([]byte, min(r.padding+1, int64(len(zeros))))
	for !r.ended {
		n, err := r.plain.Read(buf)
		for _, b := range buf[:n] {
			if b != 0 {
				return errors.New("its padding is not zeros")
			}
		}
		r.padding -= int64(n)
		switch {
		case errors.Is(err, io.EOF):
			r.ended = true
		case err != nil:
			return err
		case r.padding < 0:
			return errors.New("it is longer than its length")
		}
	}
	if r.padding != 0 {
		return errors.New("its padding is not of the right size")
	}
	return nil
}

func (r *reader) fail(err error) error {
	r.err = fmt.Errorf("open file: %w", r.in.explain(err))
	return r.err
}

// A source remembers why src failed, so that a broken disk is not taken for a
// broken file.
type source struct {
	src io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (s *source) explain(err error) error {
	if s.err != nil {
		return s.err
	}
	return mapError(err)
}
