package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"reflect"
	"testing"
)

// What a telephone writes into a photo beside the picture.
const (
	photoMaker = "Musterfon 9"
	photoDay   = "2026:09:08"
)

// phonePhoto is a JPEG picture with the maker of the telephone, and the place
// and the day at which it was taken (Exif 2.32).
func phonePhoto(t testing.TB) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			picture.Set(x, y, color.RGBA{uint8(4 * x), uint8(5 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	const (
		ascii, long  = 2, 4
		gps, strings = 8 + 2 + 2*12 + 4, 8 + 2 + 2*12 + 4 + 2 + 2*12 + 4 // where they begin
	)
	end := binary.BigEndian
	field := func(tiff []byte, tag, kind uint16, count, value uint32) []byte {
		return end.AppendUint32(end.AppendUint32(end.AppendUint16(end.AppendUint16(tiff, tag), kind), count), value)
	}
	tiff := append([]byte("MM\x00*"), 0, 0, 0, 8, 0, 2)
	tiff = field(tiff, 0x010f, ascii, uint32(len(photoMaker)+1), strings)
	tiff = append(field(tiff, 0x8825, long, 1, gps), 0, 0, 0, 0, 0, 2)
	tiff = field(tiff, 0x0001, ascii, 2, 'N'<<24)
	tiff = append(field(tiff, 0x001d, ascii, uint32(len(photoDay)+1), strings+uint32(len(photoMaker)+1)), 0, 0, 0, 0)
	tiff = append(tiff, photoMaker+"\x00"+photoDay+"\x00"...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	app1 := append(end.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exif))), exif...)
	return append(append([]byte{0xff, 0xd8}, app1...), b.Bytes()[2:]...)
}

// heicPhoto begins as a photo in HEIF does, which nobody can clean here.
func heicPhoto() []byte {
	return append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), bytes.Repeat([]byte{7}, 2000)...)
}

// photos downloads a photo as the team sees it, without what the telephone wrote
// into it, and as the custodian has it, who has to say that they look.
func photos(b *tab, original []byte) {
	b.Helper()
	w := b.words
	_, shown := b.download(saying("li", "photo-2.jpeg") + "//a") // its own name is the telephone's, too
	before, _, err := image.Decode(bytes.NewReader(original))
	if err != nil {
		b.Fatal(err)
	}
	after, _, err := image.Decode(bytes.NewReader(shown))
	if err != nil {
		b.Fatalf("the photo that the team sees is none: %v", err)
	}
	if !reflect.DeepEqual(before, after) {
		b.Error("the photo that the team sees is another picture")
	}
	for _, hidden := range []string{photoMaker, photoDay} {
		if !bytes.Contains(original, []byte(hidden)) || bytes.Contains(shown, []byte(hidden)) {
			b.Errorf("the photo that the team sees has %q", hidden)
		}
	}
	b.follow(w.Text("desk.identity-link"))
	b.press(http.StatusOK, w.Text("desk.identity-button"))
	b.shows("某乙", "0000-7654321")
	if _, kept := b.download(saying("li", "IMG_0001.jpg") + "//a"); !bytes.Equal(kept, original) {
		b.Errorf("the custodian has %d bytes of the original, want %d", len(kept), len(original))
	}
	b.follow(w.Text("desk.back-report"))
}
