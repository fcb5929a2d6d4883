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
// run of text; entities make it longer than the cell that it stands for.
const (
	maxToken = 2 * MaxRecord
	maxDepth = 64
)

// An xmlPart reads one part of a workbook, token by token, straight out of
// the archive.
type xmlPart struct {
	name    string
	packed  io.ReadCloser
	gauge   *gauge
	decoder *xml.Decoder
	open    []xml.Name // the tags around
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
		return nil, damagedPart(part.Name, err)
	}
	x := &xmlPart{name: part.Name, packed: packed, gauge: &gauge{r: packed, left: maxToken}}
	x.decoder = xml.NewDecoder(x.gauge)
	return x, nil
}

func (x *xmlPart) close() { x.packed.Close() }

// next returns the next token, or io.EOF after the last of a part that is
// whole and well formed. It matches the tags itself: the decoder would do so
// without a bound on their depth, and slower.
func (x *xmlPart) next() (xmlToken, error) {
	for {
		x.gauge.left = maxToken
		token, err := x.decoder.RawToken()
		switch {
		case errors.Is(err, io.EOF) && len(x.open) == 0:
			return xmlToken{}, io.EOF
		case errors.Is(err, intake.ErrTooLong):
			return xmlToken{}, inPart(x.name, err)
		case err != nil:
			return xmlToken{}, x.damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(x.open) == maxDepth {
				return xmlToken{}, intake.Explain(intake.ErrTooLong, "ledger.nested", "the workbook's %q is nested more than %d deep", x.name, maxDepth)
			}
			x.open, x.attrs = append(x.open, t.Name), t.Attr
			return xmlToken{kind: begins, name: t.Name.Local}, nil
		case xml.EndElement:
			last := len(x.open) - 1
			if last < 0 || x.open[last] != t.Name {
				return xmlToken{}, x.damaged(fmt.Errorf("unexpected </%s>", t.Name.Local))
			}
			x.open = x.open[:last]
			return xmlToken{kind: ends, name: t.Name.Local}, nil
		case xml.CharData:
			return xmlToken{kind: says, text: t}, nil
		}
	}
}

func (x *xmlPart) damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return damagedPart(x.name, err)
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
		return 0, intake.Explain(intake.ErrTooLong, "ledger.piece", "a piece of more than %d bytes", maxToken)
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}
