package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake/photo"
)

// jpegMetadata is what cameras and programs put into a JPEG, and what nobody does.
func jpegMetadata() [][]byte {
	return [][]byte{
		segment(0xE1, "Exif\x00\x00", cameraExif(binary.LittleEndian, 0)),
		segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>", canary),
		segment(0xE1, "http://ns.adobe.com/xmp/extension/\x00", canary),
		segment(0xE2, "ICC_PROFILE\x00\x01\x01", canary),
		segment(0xE2, "MPF\x00MM\x00*", canary),
		segment(0xED, "Photoshop 3.0\x008BIM\x04\x04", canary),
		segment(0xFE, canary),
		segment(0xE0, "JFXX\x00\x10", canary),
		segment(0xE0, canary),
		segment(0xEE, canary),
		segment(0xE7, "\xFF\xDA", canary),
		segment(0xEB, "\xFF\xD9", canary),
		segment(0xF0, canary),
		segment(0xFD, canary),
		segment(0xC8, canary),
		segment(0xE3),
	}
}

// jpegPlaces are the offsets in a clean JPEG where a segment may be put in: in
// front of every marker that is not within a scan, but for SOI.
func jpegPlaces(b []byte) []int {
	var at []int
	for i := 2; i+1 < len(b); {
		if b[i] != 0xFF || b[i+1] == 0 || b[i+1] >= 0xD0 && b[i+1] <= 0xD7 {
			i++
			continue
		}
		if at = append(at, i); b[i+1] == 0xD9 {
			break
		}
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
	}
	return at
}

func dirtyJPEG(b []byte) []byte {
	for i, at := range slices.Backward(jpegPlaces(b)) {
		b = insert(b, at, jpegMetadata()[i%len(jpegMetadata())])
	}
	return insert(b, 2, slices.Concat(jpegMetadata()...), segment(0xE1, "Exif\x00\x00", cameraExif(binary.BigEndian, 6)))
}

func TestJPEGLosesOnlyMetadata(t *testing.T) {
	fresh := segment(0xE1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	longest := segment(0xE2, "ICC_PROFILE\x00\x01\x01", strings.Repeat(canary, 2700)[:65535-2-14])
	base := jpegOf(t, colourful(rand.New(rand.NewPCG(2, 2)), 40, 30))
	for name, b := range map[string][]byte{"plain": base,
		"progressive": testdata(t, "progressive.jpg"), "arithmetic": testdata(t, "arithmetic.jpg"), "restart": testdata(t, "restart.jpg")} {
		want := insert(b, 2, fresh)
		if bytes.Contains(b, []byte("JFIF")) {
			want[2+len(fresh)+10] = 2 // its version
		}
		if diff := cmp.Diff(want, clean(t, photo.JPEG, insert(dirtyJPEG(b), 2, longest))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestJPEGPixels(t *testing.T) {
	for _, b := range [][]byte{jpegOf(t, colourful(rand.New(rand.NewPCG(2, 3)), 70, 50)), testdata(t, "progressive.jpg"), testdata(t, "restart.jpg")} {
		want, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		samePixels(t, want, clean(t, photo.JPEG, dirtyJPEG(b)))
	}
}

// samePixels decodes b and compares.
func samePixels(t *testing.T, want image.Image, b []byte) {
	t.Helper()
	got, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("other pixels:", diff)
	}
}

// Without JFIF, Adobe's segment turns the colours into RGB.
func TestJPEGColours(t *testing.T) {
	base := jpegOf(t, colourful(rand.New(rand.NewPCG(2, 4)), 20, 20))
	adobe := segment(0xEE, "Adobe\x00\x65secr\x00tail", canary)
	jfif := segment(0xE0, "JFIF\x00\x01\x01\x01\x00\x48\x00\x49\x01\x01\xAA\xBB\xCC")
	for _, segments := range [][]byte{adobe, slices.Concat(jfif, adobe), jfif} {
		b := insert(base, 2, segments)
		want, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		samePixels(t, want, clean(t, photo.JPEG, b))
	}
	got := clean(t, photo.JPEG, insert(base, 2, jfif, adobe, jfif))
	want := insert(base, 2, segment(0xE0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x49\x00\x00"), segment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x00"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// stream is a JPEG of segments and scans that no decoder is asked about.
func stream(parts ...[]byte) []byte {
	return slices.Concat([]byte{0xFF, 0xD8}, slices.Concat(parts...), []byte{0xFF, 0xD9})
}

func TestJPEGStructure(t *testing.T) {
	var (
		sof  = segment(0xC2, "\x08\x00\x08\x00\x08\x01\x01\x11\x00")
		dqt  = segment(0xDB, "\x00", strings.Repeat("q", 64), "\x11", strings.Repeat("q", 128))
		dht  = segment(0xC4, "\x00\x00\x02", strings.Repeat("\x00", 14), "ab")
		scan = append(segment(0xDA, "\x01\x01\x00\x00\x3F\x00"), "data\xFF\x00\xFF\xD0more\xFF\xFF\xD1\x00"...)
		fill = []byte{0xFF, 0xFF, 0xFF}
	)
	for name, b := range map[string][]byte{
		"scans": stream(dqt, sof, dht, scan, dht, scan, segment(0xDC, "\x00\x08"), scan),
		"arithmetic": stream(segment(0xCC, "\x00\x10\x11\x05"), segment(0xDD, "\x00\x01"),
			segment(0xC9, "\x08\x00\x08\x00\x08\x01\x01\x11\x00"), scan),
		"hierarchical":    stream(segment(0xDE, "\x08\x00\x08\x00\x08\x01\x01\x11\x00"), sof, scan, segment(0xDF, "\x11"), sof, scan),
		"fill before EOI": stream(sof, scan, fill[:1]),
		"fill in scan":    stream(sof, scan, fill, segment(0xDC, "\x00\x08")),
	} {
		if got := clean(t, photo.JPEG, b); !bytes.Equal(got, b) {
			t.Errorf("%s: became %q", name, got)
		}
	}
	if got := clean(t, photo.JPEG, stream(fill, dqt, fill, sof, fill, scan)); !bytes.Equal(got, stream(dqt, sof, scan)) {
		t.Errorf("fill bytes: became %q", got)
	}
	for name, b := range map[string][]byte{
		"nothing":               stream(),
		"no scan":               stream(dqt, sof),
		"no frame":              stream(dqt, scan),
		"two frames":            stream(sof, sof, scan),
		"two SOI":               stream(stream(sof, scan)),
		"long DQT":              stream(segment(0xDB, "\x00", strings.Repeat("q", 65)), sof, scan),
		"DQT of tables on end":  stream(segment(0xDB, strings.Repeat("\x00"+strings.Repeat("q", 64), 5)), sof, scan),
		"DQT of odd precision":  stream(segment(0xDB, "\x20", strings.Repeat("q", 192)), sof, scan),
		"long DHT":              stream(segment(0xC4, "\x00\x00\x02", strings.Repeat("\x00", 14), "abc"), sof, scan),
		"short DHT":             stream(segment(0xC4, "\x00\x00\x02", strings.Repeat("\x00", 14), "a"), sof, scan),
		"DHT of many codes":     stream(segment(0xC4, "\x00", "\xFF\x02", strings.Repeat("\x00", 14), strings.Repeat("a", 257)), sof, scan),
		"DHT of tables on end":  stream(segment(0xC4, strings.Repeat(strings.Repeat("\x00", 17), 9)), sof, scan),
		"DHT of a fifth table":  stream(segment(0xC4, "\x04", strings.Repeat("\x00", 16)), sof, scan),
		"long DRI":              stream(segment(0xDD, "\x00\x01\x02"), sof, scan),
		"odd DAC":               stream(segment(0xCC, "\x00\x01\x02"), sof, scan),
		"long SOF":              stream(segment(0xC0, "\x08\x00\x08\x00\x08\x01\x01\x11\x00\x00"), scan),
		"long SOS":              stream(sof, segment(0xDA, "\x01\x01\x00\x00\x3F\x00\x00")),
		"DNL before a scan":     stream(sof, segment(0xDC, "\x00\x08"), scan),
		"EXP without a DHP":     stream(sof, segment(0xDF, "\x11"), scan),
		"DHP behind a frame":    stream(sof, segment(0xDE, "\x08\x00\x08\x00\x08\x01\x01\x11\x00"), scan),
		"bytes between":         stream(sof, []byte("x"), scan),
		"escape between":        stream(sof, []byte{0xFF, 0}, scan),
		"restart between":       stream(sof, []byte{0xFF, 0xD0}, scan),
		"reserved marker":       stream(sof, segment(0x02, "x"), scan),
		"TEM":                   stream(sof, []byte{0xFF, 0x01}, scan),
		"segment of one byte":   stream(sof, []byte{0xFF, 0xE1, 0, 1}, scan),
		"short JFIF":            stream(segment(0xE0, "JFIF\x00"), sof, scan),
		"a million of segments": stream(bytes.Repeat([]byte{0xFF, 0xE5, 0, 2}, 1_000_000), sof, scan),
	} {
		if _, err := io.ReadAll(photo.Clean(photo.JPEG, bytes.NewReader(b))); !errors.Is(err, photo.ErrUnclean) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The first Exif with an orientation counts, and none behind the first scan.
func TestJPEGWhichExif(t *testing.T) {
	base := jpegOf(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	places := jpegPlaces(base)
	exif := func(o uint16) []byte { return segment(0xE1, "Exif\x00\x00", cameraExif(binary.BigEndian, o)) }
	for _, c := range []struct {
		b    []byte
		want uint16
	}{
		{insert(base, 2, exif(0), exif(3), exif(6)), 3},
		{insert(base, 2, exif(1), exif(6)), 0},
		{insert(base, places[len(places)-2], exif(8)), 8},
		{insert(base, places[len(places)-1], exif(8)), 0},
		{insert(base, 2, segment(0xE1, "Exif\x00"), segment(0xE1, "Exif\x00\x00MM\x00*\xFF\xFF\xFF\xFF"), exif(5)), 5},
	} {
		if got := foundOrientation(t, photo.JPEG, clean(t, photo.JPEG, c.b)); got != c.want {
			t.Errorf("became %d, want %d", got, c.want)
		}
	}
}
