package message

import (
	"io"
	"time"

	"dengwen/intake"
)

type Mail struct{ raw []byte }

func Open(raw io.ReaderAt, size int64) (*Mail, error) {
	b := make([]byte, size)
	if _, err := raw.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, err
	}
	return &Mail{b}, Guard(b)
}
func (m *Mail) Report(at time.Time) (*intake.Report, error) { return Read(m.raw, at), nil }
func Why(err error) intake.Quarantine {
	if err != nil {
		return intake.ManyParts
	}
	return ""
}
