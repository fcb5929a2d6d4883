package ui

import (
	"bytes"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Bounds of Drain. A browser shows no answer before it has sent everything: if
// the server hangs up earlier, it shows a broken connection instead.
const (
	drainBytes = 64 << 20
	drainTime  = 30 * time.Second
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
	for {
		u := f.first
		if f.first = nil; u == nil {
			f.body.allow = headRoom
			p, name, isFile, err := f.nextPart()
			if err == nil && !isFile {
				err = ErrFormOrder
			}
			if err == nil {
				u, err = f.upload(p, name)
			}
			if err != nil {
				return Upload{}, err
			}
		}
		if u == nil {
			continue
		}
		if f.body.free(); f.large {
			return Upload{}, ErrFormTooLarge
		}
		return *u, nil
	}
}

// upload is a part as a file, or nil for an input in which none was chosen.
func (f *Form) upload(p *multipart.Part, field string) (*Upload, error) {
	name := baseName(p)
	if name != "" && len(f.names) < maxNames {
		f.names = append(f.names, name)
	}
	var begin [1]byte
	n, err := io.ReadFull(p, begin[:])
	if err != nil && err != io.EOF {
		return nil, readError(err)
	}
	if n == 0 && name == "" {
		return nil, nil
	}
	kind := strings.ToValidUTF8(p.Header.Get("Content-Type"), "\uFFFD")
	return &Upload{field, name, kind, io.MultiReader(bytes.NewReader(begin[:n]), p)}, nil
}

// baseName is a file's name without the directories that some browsers send
// along: they may hold the name of whoever owns the computer.
func baseName(p *multipart.Part) string {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	name := strings.ToValidUTF8(params["filename"], "\uFFFD")
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// Drain reads what is left of the body and throws it away, as far as 64 MiB
// and thirty seconds go. The names of the files in it join Names.
func (f *Form) Drain() {
	if err := f.body.err; f.whole || err != nil && err != ErrFormTooLarge {
		return // nothing more comes
	}
	// A connection that has no deadlines is not one that can be slow.
	_ = http.NewResponseController(f.w).SetReadDeadline(time.Now().Add(drainTime))
	f.large, f.body.left = false, min(f.body.left, drainBytes)
	if f.body.err == nil {
		for range f.Files() {
			continue
		}
	}
	_, _ = io.CopyN(io.Discard, f.body.in, drainBytes)
}
