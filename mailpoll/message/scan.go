package message

import (
	"strings"

	"dengwen/intake"
)

// A scanner finds the parts of one mail and counts them.
type scanner struct{ parts int }

// message scans a mail that stands inside depth others.
func (s *scanner) message(raw span, depth int) (*part, error) {
	head, body := splitMail(raw)
	return s.entity(head, body, plainText, depth)
}

func (s *scanner) entity(head, body span, byDefault string, depth int) (p *part, err error) {
	if depth > maxDepth {
		return nil, errDepth()
	}
	if s.parts++; s.parts > maxParts {
		return nil, errParts()
	}
	if head.size() > intake.MaxHeaders {
		return nil, errHeader(head.size())
	}
	p = &part{head: head, body: body, kind: byDefault}
	boundary := p.readHeader(head.bytes())
	switch {
	case strings.HasPrefix(p.kind, "multipart/"):
		err = s.multipart(p, boundary, depth)
	case p.forwards() && p.coding == asItIs:
		p.inner, err = s.message(body, depth+1)
	}
	if p.coding == inBase64 && p.parts == nil {
		p.lies = !looksBase64(body.from(body.off, base64Look))
	}
	return p, err
}

// multipart scans the parts of p. One in which no boundary is found is the
// text that it holds.
func (s *scanner) multipart(p *part, boundary string, depth int) error {
	pieces, err := split(p.body, boundary, maxParts-s.parts)
	if err != nil {
		return err
	}
	if len(pieces) == 0 {
		p.kind = plainText
		return nil
	}
	byDefault := plainText
	if p.kind == "multipart/digest" {
		byDefault = mailType
	}
	for _, piece := range pieces {
		head, body, kind := piece.cut(piece.off, piece.off), piece.span, plainText
		if !piece.epilogue {
			head, body = splitPart(piece.span)
			kind = byDefault
		}
		one, err := s.entity(head, body, kind, depth+1)
		if err != nil {
			return err
		}
		one.attached = one.attached || piece.epilogue
		p.parts = append(p.parts, one)
	}
	return nil
}
