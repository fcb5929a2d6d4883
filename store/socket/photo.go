package socket

import (
	"io"

	"dengwen/intake"
	"dengwen/intake/photo"
)

// A fileHead describes the file whose bytes follow it. Of a photo the untouched
// bytes follow: File.Shown is code and cannot cross, so what it would make of
// them is made anew by the server, which never shows bytes that somebody else
// says are clean.
type fileHead struct {
	Name      string `json:"name,omitempty"`
	Type      string `json:"type,omitempty"`
	Private   bool   `json:"private,omitempty"`
	Photo     bool   `json:"photo,omitempty"` // to be shown cleaned
	ShownName string `json:"shown_name,omitempty"`
}

func wireFile(f intake.File) fileHead {
	return fileHead{Name: f.Name, Type: f.Type, Private: f.Private, Photo: f.Shown != nil, ShownName: f.ShownName}
}

// file is the file with these bytes as the box takes it. What is called a photo
// and does not begin as one that can be cleaned is private; one that turns out
// later to be broken the box keeps as an original alone.
func (h fileHead) file(body io.Reader) (intake.File, error) {
	f := intake.File{Name: h.Name, Type: h.Type, Private: h.Private, ShownName: h.ShownName, Body: body}
	if !h.Photo {
		return f, nil
	}
	prepared, kind, err := photo.Prepare(intake.File{Body: body}, 0) // its number is in ShownName
	if err != nil {
		return intake.File{}, err
	}
	f.Body, f.Shown = prepared.Body, prepared.Shown
	f.Private = f.Private || !kind.Cleanable()
	return f, nil
}
