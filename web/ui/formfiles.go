package ui

import (
	"bytes"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// A browser shows no answer before it has sent everything: if the server hangs
// up earlier, it shows a broken connection instead. So what is refused is read
// on, at the cost of a form that is taken: within the limit of its body and its
// time. Whoever drips is left sooner.
const (
	drainPiece = 480 << 10   // bytes that must come
	drainPace  = time.Minute // within each such time: 8 KB a second
	// maxNames is how many names of files are kept for the page that says which
	// ones to choose again.
	maxNames = 100
)

// An Upload is one file of a form.
type Upload struct {
	Field string    // the form's field
	Name  string    // as the sender called it, without directories; valid UTF-8, and nothing else is sure
	Type  string    // media type as declared
	Body  io.Reader // to be read before the next file is asked for
}

// Files yields the files one after another while they come in; a file whose
// Body is not read to its end is passed over. The inputs in which nobody chose a
// file, which have no name and no bytes, are left out. An error, here or of a
// Body, ends the form: it is cut off, over its limit, or has a field behind a
// file.
func (f *Form) Files() iter.Seq2[Upload, error] {
	return func(yield func(Upload, error) bool) {
		for {
			u, err := f.nextFile()
			if err == io.EOF {
				return
			}
			if !yield(u, err) || err != nil {
				return
			}
		}
	}
}

// HasFiles reports whether a file follows the fields.
func (f *Form) HasFiles() bool { return f.first != nil }

// Names lists the files that have come in so far, the first hundred.
func (f *Form) Names() []string { return slices.Clone(f.names) }

func (f *Form) nextFile() (Upload, error) {
	if f.parts == nil {
		return Upload{}, io.EOF
	}
	u := f.first
	for f.first = nil; u == nil; {
		p, err := f.nextPart()
		switch {
		case err != nil:
		case p.isFile:
			u, err = f.upload(p)
		case f.knows(p.field):
			err = ErrFormOrder
		}
		if err != nil {
			return Upload{}, err
		}
	}
	if f.large {
		return Upload{}, ErrFormTooLarge
	}
	return *u, nil
}

// upload is a part as a file, or nil for an input in which none was chosen or
// that the form does not have.
func (f *Form) upload(p part) (*Upload, error) {
	if p.name == "" {
		// Without a name and without bytes it is none.
		var begin [1]byte
		n, err := io.ReadFull(p, begin[:])
		if err != nil && err != io.EOF {
			return nil, readError(err)
		}
		if n == 0 {
			return nil, nil
		}
		return f.begin(p, io.MultiReader(bytes.NewReader(begin[:]), p)), nil
	}
	return f.begin(p, p), nil
}

// begin gives a form its time when its first file begins.
func (f *Form) begin(p part, body io.Reader) *Upload {
	if !f.began {
		f.began = true
		f.allowUntil(f.start.Add(fileTime))
	}
	if f.limits.Files != nil && !slices.Contains(f.limits.Files, p.field) {
		return nil
	}
	if p.name != "" && len(f.names) < maxNames {
		f.names = append(f.names, p.name)
	}
	return &Upload{p.field, p.name, strings.ToValidUTF8(p.Header.Get("Content-Type"), "\uFFFD"), body}
}

// Drain reads what is left of the body and throws it away, as far as the limit
// of the body and the time of the form go, and while at least 8 KB a second
// come, averaged over a minute. The names of the files in it join Names.
func (f *Form) Drain() { f.drainUntil(f.end) }

// DrainFor is Drain, for at most the given time.
func (f *Form) DrainFor(most time.Duration) { f.drainUntil(time.Now().Add(most)) }

// Pace has the files that are still to come keep the pace of a form that is
// drained. It is for those that are read although the form is not taken.
func (f *Form) Pace() { f.body.in = &paced{in: f.body.in, end: f.end, control: f.control} }

// drainUntil is Drain, until the given instant at the latest.
func (f *Form) drainUntil(end time.Time) {
	err := f.body.err
	if f.whole || err != nil && err != ErrFormTooLarge && err != io.EOF {
		return // nothing more comes
	}
	if end.After(f.end) {
		end = f.end
	}
	f.body.in = &paced{in: f.body.in, end: end, control: f.control}
	f.large, f.began = false, true // nothing gives it more time now
	if err != ErrFormTooLarge {
		for { // all may have come already, and not been read
			if _, err := f.nextFile(); err != nil && err != ErrFormOrder {
				break
			}
		}
	}
	_, _ = io.CopyN(io.Discard, f.body.in, f.limits.Body)
}
