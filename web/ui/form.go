package ui

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"
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

	// ErrFormFields is of the kind ErrFormTooLarge, and ErrFormSlowFields of
	// ErrFormSlow: it is not the files that are at fault.
	ErrFormFields     = fmt.Errorf("%w: its fields", ErrFormTooLarge)
	ErrFormSlowFields = fmt.Errorf("%w: its fields", ErrFormSlow)
)

// FormLimits bound what is read of a form.
type FormLimits struct {
	Began      time.Time // from when on the form's times count; zero is now
	Fields     int       // how many are kept, files aside
	FieldBytes int64     // values of all fields together, decoded; one value may have three quarters of it
	Body       int64     // the whole body, in bytes, files and all
	// Known are the names of the fields that are kept, and Files of those whose
	// files are; nil is any. What has another name is read and thrown away, and
	// counts for nothing but the body.
	Known, Files []string
}

const (
	// headRoom is what the head of a part may take, in bytes, with what is read
	// ahead of it: net/http and mime/multipart would let one have 10 MiB.
	headRoom = 16 << 10
	// Times that a form may take from the instant at which its reading begins:
	// its fields, which are kept in memory all the while, and the whole of a
	// form that has files; and what answering may take after that.
	fieldTime  = time.Minute
	fileTime   = 15 * time.Minute
	answerTime = 2 * time.Minute
)

// A Form is a request's body as it comes in: urlencoded, or multipart, whose
// files stream. Nothing of it is ever spooled to the disk, as
// http.Request.ParseMultipartForm would do with plaintext.
type Form struct {
	fields
	control *http.ResponseController
	start   time.Time
	end     time.Time // nothing is read after it
	limits  FormLimits
	body    *limited
	parts   *multipart.Reader // nil for an urlencoded form
	part    *multipart.Part   // that is being read
	large   bool              // the body's length was announced, and is over the limit
	began   bool              // a file has begun
	first   *Upload           // the file that ended the fields
	names   []string
	whole   bool // the closing boundary was read
}

// ReadForm reads the fields of a form, up to its first file; see [Form.Files].
// Fields have a minute to come in; once a file begins the whole form has a
// quarter of an hour.
//
// Whatever the error, the form holds the fields that came before it, so that a
// page can give people their words back. After ErrFormFields it also holds
// those behind it, and as much as fits of the one that is too long. Bytes that
// are no UTF-8 are replaced by U+FFFD there, and the form is refused with
// ErrFormEncoding: to take it so would change what was written.
func ReadForm(w http.ResponseWriter, r *http.Request, l FormLimits) (*Form, error) {
	if l.Began.IsZero() {
		l.Began = time.Now()
	}
	f := &Form{fields: newFields(l), control: http.NewResponseController(w), start: l.Began, limits: l,
		body: &limited{in: r.Body, left: l.Body}, large: r.ContentLength > l.Body}
	f.allowUntil(f.start.Add(fieldTime))
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "multipart/form-data" && params["boundary"] != "":
		f.parts = multipart.NewReader(newHeads(&closing{in: f.body}, params["boundary"]), params["boundary"])
		err = f.readParts()
	case err == nil && media == "application/x-www-form-urlencoded":
		f.body.free()
		err = f.readQuery(f.body)
	default:
		err = ErrFormMedia
	}
	if err == ErrFormSlow && !f.began {
		err = ErrFormSlowFields
	}
	foreign := f.clean()
	switch {
	case err != nil:
	case f.over:
		err = ErrFormFields
	case f.broken:
		err = ErrFormBroken
	case foreign:
		err = ErrFormEncoding
	}
	return f, err
}

// allowUntil moves the end of reading, and of answering with it. A connection
// that has no deadlines is not one that can be slow.
func (f *Form) allowUntil(end time.Time) {
	f.end = end
	_ = f.control.SetReadDeadline(end)
	_ = f.control.SetWriteDeadline(end.Add(answerTime))
}

// readParts reads the fields of a multipart form.
func (f *Form) readParts() error {
	for {
		p, err := f.nextPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case p.isFile:
			if f.first, err = f.upload(p); f.first != nil || err != nil {
				return err
			}
		case f.began && f.knows(p.field):
			return ErrFormOrder
		default:
			if err := f.keep(p.field, p); err != nil {
				return readError(err)
			}
		}
	}
}

// A part is one of a multipart form, with what its head says.
type part struct {
	*multipart.Part
	field, name string
	isFile      bool
}

// nextPart is the next part; what was not read of the one before is thrown
// away, within the limit of the body. The end of the form is io.EOF, unwrapped.
func (f *Form) nextPart() (part, error) {
	if f.whole {
		return part{}, io.EOF
	}
	if f.part != nil {
		// NextRawPart would do that, too, but within the room for a head.
		f.body.free()
		if _, err := io.Copy(io.Discard, f.part); err != nil {
			return part{}, readError(err)
		}
	}
	f.body.allow = headRoom
	var err error
	f.part, err = f.parts.NextRawPart()
	if err == io.EOF {
		f.whole = true
		return part{}, io.EOF
	}
	if broke := f.body.err; err != nil && broke != nil && broke != io.EOF {
		// Half a head looks malformed to its parser, which may say so instead.
		return part{}, broke
	}
	if err != nil {
		return part{}, readError(err)
	}
	f.body.free()
	p := part{Part: f.part}
	var known bool
	if p.field, p.name, p.isFile, known = disposition(p.Header.Get("Content-Disposition")); !known {
		return part{}, ErrFormBroken
	}
	return p, nil
}
