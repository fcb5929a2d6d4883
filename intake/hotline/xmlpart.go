package hotline

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"dengwen/intake"
)

// Bounds of the XML in a workbook. A token is a tag with its attributes, or a
// run of text; entities make it longer than the cell it stands for.
const (
	maxToken = 8 * MaxRecord
	maxDepth = 64
)

// An xmlPart reads one part of a workbook, token by token, straight out of
// the archive.
type xmlPart struct {
	name    string
	packed  io.ReadCloser
	gauge   *gauge
	decoder *xml.Decoder
	depth   int
	attrs   []xml.Attr
}

// An xmlKind tells tokens apart; comments and the like are left out.
type xmlKind int

const (
	begins xmlKind = iota
	ends
	says
)

// An xmlToken is a tag's local name, or a run of text that is good until the
// next token.
type xmlToken struct {
	kind xmlKind
	name string
	text []byte
}

func openXML(part *zip.File) (*xmlPart, error) {
	packed, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("the workbook's %q is damaged (%w): %w", part.Name, err, intake.ErrInvalid)
	}
	x := &xmlPart{name: part.Name, packed: packed, gauge: &gauge{r: packed, left: maxToken}}
	x.decoder = xml.NewDecoder(x.gauge)
	return x, nil
}

func (x *xmlPart) close() { x.packed.Close() }

// next returns the next token, or io.EOF after the last of a part that is
// whole and well formed.
func (x *xmlPart) next() (xmlToken, error) {
	for {
		x.gauge.left = maxToken
		token, err := x.decoder.Token()
		switch {
		case errors.Is(err, io.EOF):
			return xmlToken{}, io.EOF
		case errors.Is(err, intake.ErrTooLong):
			return xmlToken{}, fmt.Errorf("the workbook's %q: %w", x.name, err)
		case err != nil:
			return xmlToken{}, fmt.Errorf("the workbook's %q is damaged (%w): %w", x.name, err, intake.ErrInvalid)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if x.depth++; x.depth > maxDepth {
				return xmlToken{}, fmt.Errorf("the workbook's %q is nested more than %d deep: %w", x.name, maxDepth, intake.ErrTooLong)
			}
			x.attrs = t.Attr
			return xmlToken{kind: begins, name: t.Name.Local}, nil
		case xml.EndElement:
			x.depth--
			return xmlToken{kind: ends, name: t.Name.Local}, nil
		case xml.CharData:
			return xmlToken{kind: says, text: t}, nil
		}
	}
}

// attr returns an attribute of the tag that next returned.
func (x *xmlPart) attr(name string) string {
	for _, a := range x.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// A gauge bounds the bytes that are read for one token.
type gauge struct {
	r    io.Reader
	left int
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, fmt.Errorf("a piece of more than %d bytes: %w", maxToken, intake.ErrTooLong)
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}
