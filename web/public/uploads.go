package public

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"

	"dengwen/intake"
	"dengwen/intake/photo"
	"dengwen/web/ui"
)

// uploads hands a form's files on to the box as they come in, and holds them
// to their limits. What is wrong with one it keeps, for a box that is far away
// could only say so in words.
type uploads struct {
	of    *sending
	size  int64 // bytes of one
	most  int   // how many are taken
	read  bool  // they were, or are being, read
	wrong error

	// What became of them, for the page.
	Taken   int // how many the box was given
	Cleaned int // photos of which the team sees a copy without hidden facts
	Apart   int // photos that only the custodian gets
}

func (g *sending) uploads() *uploads {
	return &uploads{of: g, size: g.site.opts.MaxFile, most: g.site.opts.MaxFiles}
}

// drain throws away what is left of the form.
func (u *uploads) drain() { u.of.turn.drain(u.of.form) }

// A fileError says which file is too large.
type fileError struct{ name string }

func (e *fileError) Error() string { return "a file: " + intake.ErrTooLong.Error() }
func (e *fileError) Unwrap() error { return intake.ErrTooLong }

// errMany says that there are more files than are taken.
var errMany = fmt.Errorf("files: %w", intake.ErrTooLong)

// errRead says that the files have been read and are not there any more. A box
// that asks for them after all, for the channel has just opened, gets nothing
// half.
var errRead = errors.New("the files have been read already")

// files yields what was chosen, or is nil when the form has no file at all.
func (u *uploads) files() iter.Seq2[intake.File, error] {
	if !u.of.form.HasFiles() {
		return nil
	}
	return func(yield func(intake.File, error) bool) {
		if u.read {
			yield(intake.File{}, errRead)
			return
		}
		u.read = true
		for up, err := range u.of.form.Files() {
			if err == nil && u.Taken == u.most {
				err = errMany
			}
			var f intake.File
			if err == nil {
				f, err = u.file(up)
			}
			if err != nil {
				u.wrong = err
				yield(intake.File{}, err)
				return
			}
			u.Taken++
			if !yield(f, nil) {
				return
			}
		}
		if err := u.of.claimed(); err != nil {
			u.wrong = err
			yield(intake.File{}, err)
		}
	}
}

// file is one upload as the box takes it. A photo is what its first bytes say,
// whatever its name. One that cannot be cleaned is for the custodian alone.
func (u *uploads) file(up ui.Upload) (intake.File, error) {
	body := &bounded{in: up.Body, left: u.size, of: u, name: up.Name, sum: sha256.New()}
	f, kind, err := photo.Prepare(intake.File{Name: up.Name, Type: up.Type, Body: body}, u.Taken+1)
	if err != nil {
		return intake.File{}, err
	}
	switch {
	case f.Shown != nil:
		u.Cleaned++
		clean := f.Shown
		f.Shown = func(original io.Reader) io.Reader { return &shown{Reader: clean(original), of: u} }
	case kind == photo.HEIF:
		u.Apart++
	}
	return f, nil
}

// shown is a photo as the team sees it. If it cannot be made the photo goes
// where the others go that cannot be cleaned.
type shown struct {
	io.Reader
	of   *uploads
	gone bool
}

func (s *shown) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if errors.Is(err, photo.ErrUnclean) && !s.gone {
		s.gone = true
		s.of.Cleaned--
		s.of.Apart++
	}
	return n, err
}

// bounded is one file's bytes up to its limit, and then an error.
type bounded struct {
	in   io.Reader
	left int64
	of   *uploads
	name string
	sum  hash.Hash
	err  error // that ended it
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left {
		p = p[:b.left+1] // one byte more tells a file over its limit from one that ends there
	}
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		n, err = n-1, &fileError{b.name}
	}
	if err == nil || err == io.EOF {
		if over := b.of.of.client.store(n); over != nil {
			n, err = 0, over
		}
	}
	b.sum.Write(p[:n])
	switch b.err = err; err {
	case nil:
	case io.EOF:
		b.of.of.say([]string{b.name, fmt.Sprintf("%x", b.sum.Sum(nil))})
	default:
		b.of.wrong = err
	}
	return n, err
}
