package hotline

import "encoding/binary"

// A numberStore keeps short strings in large pieces. Place 0 is the empty one.
type numberStore struct {
	pieces [][]byte
	// long has the places of the strings that are no telephone numbers. A
	// workbook can name one such string a million times; it is kept once.
	long map[string]uint32
}

const (
	numberPiece = 1 << 20
	longNumber  = 32 // bytes
)

// put stores a string of less than 64 KiB.
func (s *numberStore) put(text string) uint32 {
	if text == "" {
		return 0
	}
	if place, has := s.long[text]; has {
		return place
	}
	last := len(s.pieces) - 1
	if last < 0 || len(s.pieces[last])+2+len(text) > numberPiece {
		s.pieces = append(s.pieces, make([]byte, 0, numberPiece))
		last++
		if last == 0 {
			s.pieces[0] = append(s.pieces[0], 0)
		}
	}
	place := last*numberPiece + len(s.pieces[last])
	s.pieces[last] = append(binary.BigEndian.AppendUint16(s.pieces[last], uint16(len(text))), text...)
	if len(text) > longNumber {
		if s.long == nil {
			s.long = make(map[string]uint32)
		}
		s.long[text] = uint32(place)
	}
	return uint32(place)
}

func (s *numberStore) get(place uint32) string {
	if place == 0 {
		return ""
	}
	b := s.pieces[place/numberPiece][place%numberPiece:]
	return string(b[2 : 2+binary.BigEndian.Uint16(b)])
}
