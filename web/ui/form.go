package ui

import (
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Why a form cannot be read. None of them carries a cause: what the network
// and the parsers say would name the client's address or repeat what it sent.
var (
	ErrFormMedia    = errors.New("the body is no form")
	ErrFormTooLarge = errors.New("the form is over its limits")
	ErrFormCut      = errors.New("the form breaks off")
	ErrFormSlow     = errors.New("the form took too long to arrive")
	ErrFormBroken   = errors.New("the form cannot be understood")
	ErrFormEncoding = errors.New("a field of the form is not in UTF-8")
	ErrFormOrder    = errors.New("a field of the form comes after a file")
)

// FormLimits bound what is read of a form.
type FormLimits struct {
	Fields     int   // how many, files aside
	FieldBytes int64 // values of all fields together, decoded
	Body       int64 // the whole body, in bytes, files and all
}

const (
	// headRoom is what the head of a part may take, in bytes, with what is read
	// ahead of it: net/http and mime/multipart would let one have 10 MiB.
	headRoom = 16 << 10
	// fieldRoom is what the head and the boundary of each field may take.
	fieldRoom = 512
)

// A Form is a request's body as it comes in: urlencoded, or multipart, whose
// files stream. Nothing of it is ever spooled to the disk, as
// http.Request.ParseMultipartForm would do with plaintext.
type Form struct {
	values map[string][]string
	w      http.ResponseWriter
	body   *limited
	parts  *multipart.Reader // nil for an urlencoded form
	large  bool              // the body's length was announced, and is over the limit
	first  *Upload           // the file that ended the fields
	names  []string
	whole  bool // the closing boundary was read
}

// ReadForm reads the fields of a form, up to its first file; see [Form.Files].
// Whatever the error, the form holds the fields that came before it, so that a
// page can give people their words back. Bytes that are no UTF-8 are replaced
// by U+FFFD there, and the form is refused with ErrFormEncoding: to take it so
// would change what was written.
func ReadForm(w http.ResponseWriter, r *http.Request, l FormLimits) (*Form, error) {
	f := &Form{values: map[string][]string{}, w: w, body: &limited{in: r.Body, left: l.Body}, large: r.ContentLength > l.Body}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "multipart/form-data" && params["boundary"] != "":
		f.parts = multipart.NewReader(&closing{in: f.body}, params["boundary"])
		err = f.readParts(l)
	case err == nil && media == "application/x-www-form-urlencoded":
		err = f.readQuery(l)
	default:
		err = ErrFormMedia
	}
	for name, values := range f.values {
		for i, v := range values {
			clean := strings.ToValidUTF8(v, "\uFFFD")
			if f.values[name][i] = clean; clean != v && err == nil {
				err = ErrFormEncoding
			}
		}
	}
	return f, err
}

// readQuery reads an urlencoded form. A byte may take three there.
func (f *Form) readQuery(l FormLimits) error {
	f.body.allow = 3*l.FieldBytes + fieldRoom*int64(l.Fields)
	text, err := io.ReadAll(f.body)
	if err != nil {
		return err
	}
	if strings.Count(string(text), "&") >= l.Fields {
		return ErrFormTooLarge
	}
	values, err := url.ParseQuery(string(text))
	maps.Copy(f.values, values) // those that were understood
	if err != nil {
		return ErrFormBroken
	}
	var size int64
	for v := range maps.Values(values) {
		for _, s := range v {
			size += int64(len(s))
		}
	}
	if size > l.FieldBytes {
		return ErrFormTooLarge
	}
	return nil
}

// readParts reads the fields of a multipart form.
func (f *Form) readParts(l FormLimits) error {
	f.body.allow = l.FieldBytes + fieldRoom*int64(l.Fields) + headRoom
	left := l.FieldBytes
	for n := 0; ; {
		p, name, isFile, err := f.nextPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case isFile:
			if f.first, err = f.upload(p, name); f.first != nil || err != nil {
				return err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(p, left+1))
		if err != nil {
			return readError(err)
		}
		left -= int64(len(value))
		if n++; n > l.Fields || left < 0 {
			return ErrFormTooLarge
		}
		f.values[name] = append(f.values[name], string(value))
	}
}

// nextPart is the next part with the name of its field. The end of the form is
// io.EOF, unwrapped.
func (f *Form) nextPart() (p *multipart.Part, name string, isFile bool, err error) {
	if f.whole {
		return nil, "", false, io.EOF
	}
	p, err = f.parts.NextRawPart()
	if err == io.EOF {
		f.whole = true
		return nil, "", false, io.EOF
	}
	if err != nil {
		return nil, "", false, readError(err)
	}
	kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil || kind != "form-data" {
		return nil, "", false, ErrFormBroken
	}
	_, isFile = params["filename"]
	return p, params["name"], isFile, nil
}

// Get is the first value of a field, or "".
func (f *Form) Get(name string) string {
	if values := f.values[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// All lists the values of a field in the order of the form.
func (f *Form) All(name string) []string { return slices.Clone(f.values[name]) }
