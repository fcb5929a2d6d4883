package public

import (
	"fmt"
	"io"
	"iter"

	"dengwen/intake"
	"dengwen/web/ui"
)

// uploads hands a form's files on to the box as they come in, and holds them
// to their limits. What is wrong with one it keeps, for a box that is far away
// could only say so in words.
type uploads struct {
	form  *ui.Form
	size  int64 // bytes of one
	count int
	turn  *turn
	taken int // how many the box was given
	wrong error
}

func (s *site) uploads(f *ui.Form, t *turn) *uploads {
	return &uploads{form: f, turn: t, size: s.opts.MaxFile, count: s.opts.MaxFiles}
}

// drain throws away what is left of the form.
func (u *uploads) drain() { u.turn.drain(u.form) }

// A fileError says which file is too large.
type fileError struct{ name string }

func (e *fileError) Error() string { return "a file: " + intake.ErrTooLong.Error() }
func (e *fileError) Unwrap() error { return intake.ErrTooLong }

// errMany says that there are more files than are taken.
var errMany = fmt.Errorf("files: %w", intake.ErrTooLong)

// files yields what was chosen, or is nil when the form has no file at all.
func (u *uploads) files() iter.Seq2[intake.File, error] {
	if !u.form.HasFiles() {
		return nil
	}
	return func(yield func(intake.File, error) bool) {
		for up, err := range u.form.Files() {
			if err == nil && u.taken == u.count {
				err = errMany
			}
			if err != nil {
				u.wrong = err
				yield(intake.File{}, err)
				return
			}
			u.taken++
			if !yield(intake.File{Name: up.Name, Type: up.Type, Body: &bounded{up.Body, u.size, u, up.Name}}, nil) {
				return
			}
		}
	}
}

// bounded is one file's bytes up to its limit, and then an error.
type bounded struct {
	in   io.Reader
	left int64
	of   *uploads
	name string
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		p = p[:b.left+1] // one byte more tells a file over its limit from one that ends there
	}
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n-1, &fileError{b.name}
	}
	if err != nil && err != io.EOF {
		b.of.wrong = err
	}
	return n, err
}
