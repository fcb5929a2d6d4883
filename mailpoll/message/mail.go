package message

import (
	"errors"
	"io"
	"time"

	"dengwen/intake"
)

// Limits of one mail. They count before anything is decoded; parts count the
// mail itself, multiparts and forwarded mails along with their parts.
const (
	maxDepth = 20    // multiparts and forwarded mails around a part
	maxParts = 1_000 // with the raw mail, as many files as the box takes
)

// A Mail is a raw mail of which the parts are known.
type Mail struct {
	src   *source
	top   *part
	parts int
}

// Open finds the parts of a mail of size bytes. Header blocks of more than
// intake.MaxHeaders bytes, more than 1,000 parts, or a part inside more than 20
// others are beyond what is parsed: the error wraps intake.ErrTooLong, holds
// nothing of the mail, and [Why] says as what. Any other error is raw's own. The
// work is linear in size for each level of nesting.
//
// Forwarded mails that are transfer-encoded are not looked into here, for that
// takes decoding them. Report does so within what is left of the same limits.
func Open(raw io.ReaderAt, size int64) (*Mail, error) {
	return openMail(&source{raw: raw, size: size, window: windowSize})
}

func openMail(src *source) (*Mail, error) {
	s := new(scanner)
	top, err := s.message(src.all(), 0)
	if src.err != nil {
		return nil, src.err // what was found without these bytes may be wrong
	}
	if err != nil {
		return nil, err
	}
	return &Mail{src, top, s.parts}, nil
}

// Parts is how many parts Open counted, the mail itself and multiparts included.
func (m *Mail) Parts() int { return m.parts }

// Report turns the mail into a report, whatever it looks like. arrived is the
// server's INTERNALDATE. Source is left to the caller. Every field is within
// the limits of [intake.Report.Check]. The error is raw's own.
//
// Files read from raw: it must not change before they were read. They are read
// one at a time. An error of raw comes out of the Body that met it.
func (m *Mail) Report(arrived time.Time) (*intake.Report, error) {
	r := &reader{scanner: scanner{m.parts}, report: &intake.Report{Channel: intake.Mail, Arrived: arrived}}
	r.mail(m.top)
	if m.src.err != nil {
		r.err = m.src.err
	}
	if r.err != nil {
		return nil, r.err
	}
	m.src.rest()
	r.report.Text = r.text.join()
	r.report.Marks = marks(r.report.Text)
	r.report.Files = r.files(m.src)
	return r.report, nil
}

// Why is the reason for quarantine that an error of Open means, or "".
func Why(err error) intake.Quarantine {
	var d *intake.Detail
	if !errors.As(err, &d) || !errors.Is(err, intake.ErrTooLong) {
		return ""
	}
	switch d.ID {
	case "message.header":
		return intake.LongHeader
	case "message.depth":
		return intake.DeepParts
	case "message.parts":
		return intake.ManyParts
	}
	return ""
}

func errHeader(n int64) error {
	return intake.Explain(intake.ErrTooLong, "message.header", "a header of %d bytes, at most %d", n, intake.MaxHeaders)
}

func errDepth() error {
	return intake.Explain(intake.ErrTooLong, "message.depth", "parts inside one another more than %d times", maxDepth)
}

func errParts() error {
	return intake.Explain(intake.ErrTooLong, "message.parts", "more than %d parts", maxParts)
}
