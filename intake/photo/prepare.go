package photo

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"dengwen/intake"
)

// Prepare makes of a file that somebody sent what the box takes: a photo that
// can be cleaned is to be shown to the team without what it hides, under the
// name photo-NUMBER, and a photo that cannot be cleaned is private. What is no
// photo stays as it is. A photo is what its first bytes say, whatever its name;
// they are read from f.Body, whose error is returned. Kind is empty for what is
// no photo.
func Prepare(f intake.File, number int) (intake.File, Kind, error) {
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f.Body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return intake.File{}, "", err
	}
	f.Body = io.MultiReader(bytes.NewReader(head[:n]), f.Body)
	kind := Sniff(head[:n])
	switch {
	case f.Private:
	case kind.Cleanable():
		f.ShownName = fmt.Sprintf("photo-%d.%s", number, kind) // its own name may hold a time or a device
		f.Shown = func(original io.Reader) io.Reader { return Clean(kind, original) }
	case kind == HEIF:
		f.Private = true
	}
	return f, kind, nil
}
