package message

import (
	"bytes"
	"fmt"
	"io"

	"dengwen/intake"
	"dengwen/intake/photo"
)

// inside are the uuencoded files that stand in the text of a part.
type inside struct {
	*reader
	of     *part
	asIs   bool // the text is the part's body, byte for byte
	opened int  // as the reader counts, once the files are kept
	files  []kept
}

// take keeps a file and returns what the text says in its place, or nothing
// when there is no room for it. A file of a text that stands as it is in the
// raw mail is read from there; any other lies in memory, for its letters are
// nowhere else.
//
// What a photo is called may tell when it was taken: the text calls it as the
// team will see it, and one that the team will not see by its kind. Of a file
// that is private the text says what it says of any such part.
func (in *inside) take(e encoded) string {
	place := len(in.kept) + len(in.files) + 1
	secrecy, err := secrecyOf(e)
	if in.check(err); err != nil {
		return ""
	}
	f, kind, err := photo.Prepare(intake.File{Body: newUU(e.lines)}, place)
	if in.check(err); err != nil {
		return ""
	}
	said := e.name
	switch {
	case f.ShownName != "":
		said = f.ShownName
	case kind != "":
		said = fmt.Sprintf("photo-%d.%s", place, kind)
	}
	body := in.of.body
	open := func() io.Reader { return newUU(body) }
	if in.asIs {
		body = body.cut(body.off+e.lines.off, body.off+e.lines.end)
	} else {
		b, err := decodeAll(newUU(e.lines), int(e.lines.size()/4*3))
		if in.check(err); err != nil || in.opened+len(b) > intake.MaxDecoded {
			return ""
		}
		in.opened += len(b)
		open = func() io.Reader { return bytes.NewReader(b) }
	}
	in.files = append(in.files, kept{name: intake.CutName(called(e.name, anyType, place)), kind: anyType, private: secrecy != shared, open: open})
	if secrecy != shared {
		return noteSealed + "\n"
	}
	return fmt.Sprintf(noteFile+"\n", said)
}
