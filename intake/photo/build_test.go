package photo_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

// canary stands in every piece of metadata that the tests plant.
const canary = "CaNaRy-30.5728N,104.0668E"

// colourful is a picture with some structure and some noise.
func colourful(rng *rand.Rand, w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 5), uint8(y * 9), uint8(rng.IntN(256)), 255})
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is a JPEG segment.
func segment(mark byte, body ...string) []byte {
	b := slices.Concat([]byte{0xFF, mark, 0, 0}, []byte(join(body)))
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-2))
	return b
}

// chunk is a PNG chunk.
func chunk(name string, data ...string) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(join(data)))), name+join(data)...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// riffChunk is a chunk of a WebP.
func riffChunk(name string, data ...string) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(join(data)))), join(data)...)
	if len(b)%2 != 0 {
		b = append(b, 0)
	}
	return b
}

// riff is a WebP of these chunks.
func riff(chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(body))), "WEBP"+string(body)...)
}

// vp8x is the chunk for a canvas of one pixel.
func vp8x(flags byte) []byte {
	return riffChunk("VP8X", string([]byte{flags}), "\x00\x00\x00\x00\x00\x00\x00\x00\x00")
}

// vp8l is a lossless picture of one pixel.
func vp8l() []byte {
	return riffChunk("VP8L", "\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07")
}

func join(parts []string) string {
	var s string
	for _, p := range parts {
		s += p
	}
	return s
}

// insert puts pieces into b at an offset.
func insert(b []byte, at int, pieces ...[]byte) []byte {
	return slices.Concat(b[:at], slices.Concat(pieces...), b[at:])
}

// A field is one entry of a TIFF directory.
type field struct {
	tag, kind uint16
	count     uint32
	data      []byte
}

func text(tag uint16, s string) field { return field{tag, 2, uint32(len(s) + 1), []byte(s + "\x00")} }

func short(order binary.AppendByteOrder, tag, v uint16) field {
	return field{tag, 3, 1, order.AppendUint16(nil, v)}
}

func long(order binary.AppendByteOrder, tag uint16, v int) field {
	return field{tag, 4, 1, order.AppendUint32(nil, uint32(v))}
}

// directory lays a TIFF directory out for the offset at, with its data behind it.
func directory(order binary.AppendByteOrder, at, next int, fields ...field) []byte {
	head := order.AppendUint16(nil, uint16(len(fields)))
	var data []byte
	for _, f := range fields {
		head = order.AppendUint32(order.AppendUint16(order.AppendUint16(head, f.tag), f.kind), f.count)
		value := f.data
		if len(value) > 4 {
			value = order.AppendUint32(nil, uint32(at+2+12*len(fields)+4+len(data)))
			data = append(data, f.data...)
		}
		head = append(head, append(value, 0, 0, 0, 0)[:4]...)
	}
	return append(order.AppendUint32(head, uint32(next)), data...)
}

// cameraExif is what a phone writes: maker, model, orientation (0 is none),
// date, serial number, place, and a thumbnail in a second directory.
func cameraExif(order binary.AppendByteOrder, orientation uint16) string {
	const exifAt, gpsAt, thumbAt, firstAt = 8, 300, 500, 1000
	b := make([]byte, firstAt)
	copy(b, "MM\x00*")
	if order.String() == "LittleEndian" {
		copy(b, "II*\x00")
	}
	copy(b[4:], order.AppendUint32(nil, firstAt))
	copy(b[exifAt:], directory(order, exifAt, 0, text(0x9003, "2031:05:04 09:08:07"+canary), text(0xA431, "serial "+canary), text(0x927C, "note "+canary)))
	copy(b[gpsAt:], directory(order, gpsAt, 0, text(1, "N"), text(2, canary), text(3, "E"), text(4, canary)))
	thumb := "\xFF\xD8" + canary + "\xFF\xD9"
	copy(b[thumbAt:], directory(order, thumbAt, 0, long(order, 0x0201, thumbAt+100), long(order, 0x0202, len(thumb))))
	copy(b[thumbAt+100:], thumb)
	fields := []field{text(0x010F, "maker "+canary), text(0x0110, "model "+canary)}
	if orientation != 0 {
		fields = append(fields, short(order, 0x0112, orientation))
	}
	fields = append(fields, text(0x0131, "software "+canary), long(order, 0x8769, exifAt), long(order, 0x8825, gpsAt))
	return string(append(b, directory(order, firstAt, thumbAt, fields...)...))
}
