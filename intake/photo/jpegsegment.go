package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// check refuses a segment of the picture whose content does not fill its length
// exactly, or that stands where it cannot.
func (j *jpegFile) check(mark byte, body []byte) error {
	ok := false
	switch mark {
	case markDHT:
		ok = huffmanTables(body)
	case markDQT:
		ok = quantTables(body)
	case markDAC: // T.81 B.2.4.3: 4 tables of each class, 2 bytes each
		ok = len(body) > 0 && len(body)%2 == 0 && len(body) <= 16
	case markDRI:
		ok = len(body) == 2
	case markDNL:
		ok = len(body) == 2 && j.scanned
	case markEXP:
		ok = len(body) == 1 && j.hierarchical
	case markDHP:
		ok = frameHeader(body) && !j.frame && !j.hierarchical
		j.hierarchical = true
	case markSOS:
		ok = scanHeader(body) && j.frame
		j.scanned, j.scanning = true, true
	default: // SOFn: all else below APP0 has been dealt with
		ok = frameHeader(body) && (!j.frame || j.hierarchical)
		j.frame = true
	}
	if !ok {
		return broken("segment %#x does not fit its length or its place", mark)
	}
	return nil
}

// frameHeader checks a SOFn or DHP (B.2.2): precision, height, width, and three
// bytes for each component.
func frameHeader(body []byte) bool {
	return len(body) >= 9 && len(body) == 6+3*int(body[5])
}

// scanHeader checks a SOS (B.2.3): one to four components of two bytes, and
// three bytes more.
func scanHeader(body []byte) bool {
	return len(body) >= 6 && body[0] <= 4 && len(body) == 4+2*int(body[0])
}

// quantTables checks a DQT (B.2.4.1): up to four tables of 64 values, of one
// byte or two.
func quantTables(body []byte) bool {
	for n := 0; len(body) > 0; n++ {
		precision, id := body[0]>>4, body[0]&15
		size := 1 + 64*(1+int(precision))
		if n == 4 || precision > 1 || id > 3 || len(body) < size {
			return false
		}
		body = body[size:]
	}
	return true
}

// huffmanTables checks a DHT (B.2.4.2): up to eight tables, each the number of
// codes of each length, 1 to 16, and then as many values.
func huffmanTables(body []byte) bool {
	for n := 0; len(body) > 0; n++ {
		if n == 8 || len(body) < 17 || body[0]>>4 > 1 || body[0]&15 > 3 {
			return false
		}
		size := 17
		for _, codes := range body[1:17] {
			size += int(codes)
		}
		if size > 17+256 || len(body) < size {
			return false
		}
		body = body[size:]
	}
	return true
}

// freshJFIF keeps the first JFIF header (JFIF 1.02, page 5) without its
// thumbnail: it fixes the colour space, and the density the shape of a pixel.
// Other APP0, such as the thumbnail of JFXX, are nil.
func (j *jpegFile) freshJFIF(body []byte) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte("JFIF\x00")) {
		return nil, nil
	}
	if len(body) < 14 {
		// Decoders do not agree on whether this is JFIF, and so on the colours.
		return nil, broken("a JFIF header of %d bytes", len(body))
	}
	if j.jfif {
		return nil, nil
	}
	j.jfif = true
	density := body[7:12]
	if density[0] > 2 {
		density = []byte{0, 0, 1, 0, 1}
	}
	return slices.Concat([]byte{0xFF, markAPP0, 0, 16}, []byte("JFIF\x00\x01\x02"), density, []byte{0, 0}), nil
}

// freshExif writes the orientation of the first Exif that has one, where it is
// not upright. Exif behind the first scan is nobody's.
func (j *jpegFile) freshExif(body []byte) []byte {
	if j.turned || j.scanned || len(body) < len(exifPrefix) || !bytes.HasPrefix(body, []byte(exifPrefix[:5])) {
		return nil
	}
	o := orientation(body[len(exifPrefix):])
	if o == 0 {
		return nil
	}
	j.turned = true
	if o == upright {
		return nil
	}
	tiff := freshTIFF(o)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, markAPP1}, uint16(2+len(exifPrefix)+len(tiff)))
	return slices.Concat(head, []byte(exifPrefix), tiff)
}

// freshAdobe keeps of Adobe's segment (T.872, 6.5.3) the colour transform, its
// last byte, without which CMYK and RGB come out in wrong colours. Decoders heed
// the last such segment, so all stay.
func freshAdobe(body []byte) []byte {
	if len(body) < 12 || !bytes.HasPrefix(body, []byte("Adobe")) {
		return nil
	}
	return append([]byte{0xFF, markAPP14, 0, 14}, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, body[11])
}
