package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A Kind is what the first bytes of a file say it is; empty is anything that
// this package does not know. It is no promise about the rest of the file.
type Kind string

// The kinds of photo that phones and cameras make.
const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	WebP Kind = "webp"
	// HEIF is a family of containers, HEIC and AVIF among them, that cannot be
	// cleaned while streaming: its metadata is found by offsets from an index
	// that may stand anywhere.
	HEIF Kind = "heif"
)

// HeadSize is how many bytes of a file Sniff wants to see. Fewer will do where
// the file is shorter.
const HeadSize = 128

const pngSignature = "\x89PNG\r\n\x1a\n"

// heifBrands are the brands of ISO/IEC 23008-12 (HEIF) and of AVIF.
var heifBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}

// Sniff says what kind of photo begins with head. Names and declared types are
// never asked: they are the sender's.
func Sniff(head []byte) Kind {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, markSOI, 0xFF}):
		return JPEG
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return PNG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case isHEIF(head):
		return HEIF
	}
	return ""
}

// isHEIF looks for a brand in the file type box (ISO/IEC 14496-12, 4.3): size,
// "ftyp", major brand, version, compatible brands. A size of 1 means that the
// true size follows in eight bytes; 0 means that the box fills the file.
func isHEIF(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	size, brands := uint64(binary.BigEndian.Uint32(head)), 8
	switch size {
	case 0:
		size = HeadSize
	case 1:
		if len(head) < 16 {
			return false
		}
		size, brands = binary.BigEndian.Uint64(head[8:]), 16
	}
	end := int(min(size, uint64(len(head)), HeadSize))
	for at := brands; at+4 <= end; at += 4 {
		if at != brands+4 && slices.Contains(heifBrands, string(head[at:at+4])) {
			return true
		}
	}
	return false
}

// Cleanable says whether Clean can take the metadata out of photos of this kind.
func (k Kind) Cleanable() bool { return k == JPEG || k == PNG || k == WebP }
