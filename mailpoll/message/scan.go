package message

import (
	"strings"

	"dengwen/intake"
)

// A scanner finds the parts of one mail and counts them.
type scanner struct{ parts int }

// message scans a mail that stands inside depth others.
func (s *scanner) message(raw []byte, depth int) (*part, error) {
	head, body := splitMail(raw)
	return s.entity(head, body, plainText, depth)
}

func (s *scanner) entity(head, body []byte, byDefault string, depth int) (p *part, err error) {
	if depth > maxDepth {
		return nil, errDepth()
	}
	if s.parts++; s.parts > maxParts {
		return nil, errParts()
	}
	if len(head) > intake.MaxHeaders {
		return nil, errHeader(len(head))
	}
	p = &part{head: head, body: body, kind: byDefault}
	p.readHeader()
	switch {
	case strings.HasPrefix(p.kind, "multipart/"):
		err = s.multipart(p, depth)
	case p.forwards() && isPlainCoding(p.coding):
		p.inner, err = s.message(body, depth+1)
	}
	return p, err
}

// multipart scans the parts of p. One in which no boundary is found is the
// text that it holds.
func (s *scanner) multipart(p *part, depth int) error {
	pieces, err := split(p.body, p.params.get("boundary"), maxParts-s.parts)
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
		var one *part
		if piece.epilogue {
			one, err = s.entity(nil, piece.bytes, plainText, depth+1)
		} else {
			head, body := splitPart(piece.bytes)
			one, err = s.entity(head, body, byDefault, depth+1)
		}
		if err != nil {
			return err
		}
		one.attached = one.attached || piece.epilogue
		p.parts = append(p.parts, one)
	}
	return nil
}
