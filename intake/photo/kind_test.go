package photo_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"dengwen/intake/photo"
)

func TestSniff(t *testing.T) {
	for head, want := range map[string]photo.Kind{
		"":                             "",
		"\xFF\xD8":                     "",
		"\xFF\xD8\xFF\xE1":             photo.JPEG,
		"\xFF\xD8\xFF\xFF\xDB":         photo.JPEG,
		"\x89PNG\r\n\x1a\n":            photo.PNG,
		"\x89PNG\n\x1a\n":              "",
		"RIFF\x00\x00\x00\x00WEBPVP8 ": photo.WebP,
		"RIFF\x00\x00\x00\x00WAVEfmt ": "",
		"RIFF\x00\x00\x00\x00WEB":      "",
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic":                               photo.HEIF,
		"\x00\x00\x00\x18ftypMSNV\x00\x00\x00\x00isomavis":                               photo.HEIF,
		"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomisom":                               "",
		"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomisommif1":                           "", // behind the box
		"\x00\x00\x00\x18ftypisommif1isomisom":                                           "", // a version, no brand
		"\x00\x00\x00\x00ftypisom\x00\x00\x00\x00isommsf1":                               photo.HEIF,
		"\x00\x00\x00\x01ftyp\x00\x00\x00\x00\x00\x00\x00\x18heix\x00\x00\x00\x00":       photo.HEIF,
		"\x00\x00\x00\x01ftyp\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFisom\x00\x00\x00\x00":       "",
		"\x00\x00\x00\x01ftyp\x00\x00\x00":                                               "",
		"\x00\x00\x00\x0Cftypavif":                                                       photo.HEIF,
		"\x00\x00\x00\x0Bftypavif":                                                       "",
		"GIF89a":                                                                         "",
		"%PDF-1.7":                                                                       "",
		"\x00\x00\x00\x90ftypisom\x00\x00\x00\x00" + strings.Repeat("isom", 27) + "hevc": photo.HEIF,
		"\x00\x00\x00\x90ftypisom\x00\x00\x00\x00" + strings.Repeat("isom", 28) + "hevc": "",
	} {
		if got := photo.Sniff([]byte(head)); got != want {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
	for _, brand := range strings.Fields("heic heix heim heis hevc hevx mif1 msf1 avif avis") {
		if photo.Sniff([]byte("\x00\x00\x00\x10ftyp"+brand+"\x00\x00\x00\x00")) != photo.HEIF {
			t.Errorf("%s is not known", brand)
		}
	}
	for k, want := range map[photo.Kind]bool{photo.JPEG: true, photo.PNG: true, photo.WebP: true, photo.HEIF: false, "": false, "gif": false} {
		if k.Cleanable() != want {
			t.Errorf("%q: %v", k, !want)
		}
	}
}

// foundOrientation finds the fresh Exif of a cleaned photo; 0 is none.
func foundOrientation(t *testing.T, k photo.Kind, b []byte) uint16 {
	t.Helper()
	head := map[photo.Kind]string{photo.JPEG: "\xFF\xE1\x00\x22Exif\x00\x00", photo.PNG: "\x00\x00\x00\x1AeXIf", photo.WebP: "EXIF"}[k]
	_, b, found := bytes.Cut(b, []byte(head))
	if !found {
		return 0
	}
	if bytes.Contains(b, []byte(head)) {
		t.Error("two Exif")
	}
	if k == photo.WebP {
		b = b[4:]
	}
	if !bytes.HasPrefix(b, []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")) {
		t.Fatalf("another Exif: %q", b)
	}
	return binary.BigEndian.Uint16(b[18:])
}

// Exif that is broken, or whose orientation is not one, has none.
func TestBrokenExif(t *testing.T) {
	good := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x05\x00\x00\x00"
	for at, with := range map[int]string{
		0:  "IM",                           // byte order
		2:  "+",                            // magic number
		4:  "\x07",                         // a directory within the head
		5:  "\xFF",                         // and one behind the end
		7:  "\xFF",                         // and far behind it
		8:  "\x00",                         // no entries
		10: "\x13",                         // another field
		12: "\x04",                         // of another type
		14: "\x02",                         // two of them
		18: "\x09",                         // no such orientation
		19: "\x01",                         // 261
		20: "\x00\x00",                     // as it was
		6:  "\x00\x00\xFF\xFF",             // more entries than there are
		13: "\x00\x01\x00\x00\x00\x05\x00", // as it was
	} {
		tiff := good[:at] + with + good[at+len(with):]
		want := uint16(1)
		if tiff == good || at == 6 {
			want = 5
		}
		if got := foundOrientation(t, photo.WebP, clean(t, photo.WebP, riff(vp8x(8), vp8l(), riffChunk("EXIF", tiff)))); got != want {
			t.Errorf("%q: %d, want %d", tiff, got, want)
		}
	}
	for n := range good {
		if n >= 20 {
			continue // its last bytes only fill the field
		}
		out := clean(t, photo.PNG, insert(pngOf(t, paletted()), 33, chunk("eXIf", good[:n])))
		if bytes.Contains(out, []byte("eXIf")) {
			t.Errorf("%d bytes have an orientation", n)
		}
	}
}
