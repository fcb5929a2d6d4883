package photo

import "encoding/binary"

// Of Exif (CIPA DC-008, which is a TIFF 6.0 file) one field is read and one is
// written: the orientation, in the first directory.
const (
	tagOrientation = 0x0112
	typeShort      = 3
	exifMax        = 1 << 16 // how much of Exif is looked at, in bytes
	exifPrefix     = "Exif\x00\x00"
	upright        = 1 // the orientation that changes nothing
)

// orientation reads the orientation, 1 to 8, from a TIFF structure; 0 is none.
// Broken Exif is common and has no orientation: viewers take it so too.
func orientation(tiff []byte) byte {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > uint64(len(tiff)) {
		return 0
	}
	entries, rest := int(order.Uint16(tiff[at:])), tiff[at+2:]
	for range min(entries, len(rest)/12) {
		if order.Uint16(rest) == tagOrientation {
			v := order.Uint16(rest[8:])
			if order.Uint16(rest[2:]) != typeShort || order.Uint32(rest[4:]) != 1 || v < 1 || v > 8 {
				return 0
			}
			return byte(v)
		}
		rest = rest[12:]
	}
	return 0
}

// freshTIFF is the shortest TIFF structure that holds an orientation.
func freshTIFF(orientation byte) []byte {
	return []byte{
		'M', 'M', 0, 42, 0, 0, 0, 8, // big endian; the first directory is at 8
		0, 1, // it has one entry:
		tagOrientation >> 8, tagOrientation & 0xFF, 0, typeShort, 0, 0, 0, 1, 0, orientation, 0, 0,
		0, 0, 0, 0, // no second directory
	}
}

// freshTIFFMin is how many bytes of freshTIFF are not zeros of its end.
const freshTIFFMin = 22
