package public_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

// place stands in every piece of hidden data that the photos of the tests hold.
const place = "CaNaRy 30.57N 104.06E"

// someHEIC begins as the photos of some phones do.
const someHEIC = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + place + "meta and pixels"

// picture is one with some structure.
func picture() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 9), uint8(y * 13), uint8(x * y), 255})
		}
	}
	return m
}

// somePhoto is a JPEG as a phone makes it: with the place and the device, and
// turned as the orientation says.
func somePhoto(t testing.TB, orientation uint16) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00" + tiff(orientation)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(exif)+2))
	comment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xFE}, uint16(len(place)+2))
	return string(slices.Concat(b.Bytes()[:2], head, []byte(exif), comment, []byte(place), b.Bytes()[2:], []byte(place)))
}

// somePNG is a picture with the place in a text chunk and in Exif.
func somePNG(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	const behindIHDR = 8 + 25
	return string(slices.Concat(b.Bytes()[:behindIHDR], pngChunk("tEXt", "Comment\x00"+place), pngChunk("eXIf", tiff(3)), b.Bytes()[behindIHDR:]))
}

func pngChunk(name, data string) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name+data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// webpPixel is a lossless picture of one pixel.
const webpPixel = "\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

// someWebP is that pixel with the place in Exif and in XMP.
func someWebP() string {
	body := "WEBP" + riffChunk("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00") + riffChunk("VP8L", webpPixel[:13]) + riffChunk("EXIF", tiff(8)) + riffChunk("XMP ", place)
	return "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
}

func riffChunk(name, data string) string {
	s := name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data
	if len(data)%2 != 0 {
		s += "\x00"
	}
	return s
}

// tiff is what Exif holds: maker, orientation, and a GPS directory.
func tiff(orientation uint16) string {
	order := binary.BigEndian
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		return order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count), value)
	}
	const first, gps, text = 8, 60, 100
	b := append([]byte("MM\x00*"), 0, 0, 0, first)
	b = order.AppendUint16(b, 3)
	b = entry(b, 0x010F, 2, uint32(len(place)+1), text)
	b = entry(b, 0x0112, 3, 1, uint32(orientation)<<16)
	b = entry(b, 0x8825, 4, 1, gps)
	b = append(b, make([]byte, gps-len(b))...)
	b = order.AppendUint16(b, 1)
	b = entry(b, 0x0002, 2, uint32(len(place)+1), text)
	b = append(b, make([]byte, text-len(b))...)
	return string(b) + place + "\x00"
}

// turned is the orientation that a JPEG, a PNG or a WebP says, or 0.
func turned(photo string) uint16 {
	for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
		tag := make([]byte, 8)
		order.PutUint16(tag, 0x0112)
		order.PutUint16(tag[2:], 3)
		order.PutUint32(tag[4:], 1)
		if i := bytes.Index([]byte(photo), tag); i >= 0 && len(photo) >= i+10 {
			return order.Uint16([]byte(photo[i+8:]))
		}
	}
	return 0
}
