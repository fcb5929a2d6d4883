package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake/photo"
)

// junk is what is left of a chunk with so many bytes of data.
func junk(n int) []byte { return riffChunk("JUNK", strings.Repeat("\x00", n)) }

// dirtyWebP puts an extended WebP together from the chunks of a plain or an
// extended one, with metadata before and behind each.
func dirtyWebP(t testing.TB, b []byte) []byte {
	t.Helper()
	profile, xmp, odd := riffChunk("ICCP", canary), riffChunk("XMP ", "<x:xmpmeta>", canary), riffChunk("odd ", canary, "\x00")
	exif := riffChunk("EXIF", cameraExif(binary.LittleEndian, 6))
	flags := byte(0x2C | 0x10)
	out := [][]byte{nil, profile}
	for b = b[12:]; len(b) > 0; {
		n := 8 + int(binary.LittleEndian.Uint32(b[4:]))
		n += n % 2
		if string(b[:4]) == "VP8X" {
			flags |= b[8]
		} else {
			out = append(out, odd, b[:n])
		}
		b = b[n:]
	}
	out[0] = riffChunk("VP8X", string([]byte{flags | 0xC1}), "GPS", "\x27\x00\x00\x17\x00\x00")
	return riff(append(out, exif, exif, xmp, odd)...)
}

func TestWebPKeepsPlacesAndLengths(t *testing.T) {
	frame := func(last string, chunks ...[]byte) []byte {
		return riffChunk("ANMF", strings.Repeat("\x01", 15), last, string(slices.Concat(chunks...)))
	}
	var (
		alpha = riffChunk("ALPH", "\x00\x01")
		vp8   = riffChunk("VP8 ", "\x10\x00\x00\x9d\x01\x2a\x01\x00\x01\x00data")
		anim  = riffChunk("ANIM", "\x00\x00\x00\x00\x00\x00")
		tiff  = "Exif\x00\x00" + cameraExif(binary.BigEndian, 8)
		exif  = riffChunk("EXIF", tiff)
		fresh = "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"
		rest  = strings.Repeat("\x00", len(tiff)-len(fresh)-1)
		other = riffChunk("odd ", canary)
	)
	for name, c := range map[string]struct{ dirty, want []byte }{
		"alone":            {riff(vp8l(), exif, vp8), riff(vp8l(), junk(len(tiff)), junk(14))},
		"profile":          {riff(vp8x(0x20), riffChunk("ICCP", canary), vp8), riff(vp8x(0), junk(len(canary)), vp8)},
		"unknown flags":    {riff(vp8x(0xC1), vp8l()), riff(vp8x(0), vp8l())},
		"reserved bytes":   {riff(riffChunk("VP8X", "\x00GPS", "\x00\x00\x00\x00\x00\x00"), vp8l()), riff(vp8x(0), vp8l())},
		"alpha":            {riff(vp8x(0x10), alpha, alpha, vp8), riff(vp8x(0x10), alpha, junk(2), vp8)},
		"alpha behind":     {riff(vp8x(0x10), vp8, alpha), riff(vp8x(0x10), vp8, junk(2))},
		"second picture":   {riff(vp8x(0), vp8, vp8l()), riff(vp8x(0), vp8, junk(13))},
		"second VP8X":      {riff(vp8x(0), vp8x(0x0C), vp8), riff(vp8x(0), junk(10), vp8)},
		"Exif":             {riff(vp8x(0x08), vp8, exif), riff(vp8x(0x08), vp8, riffChunk("EXIF", fresh, "\x08", rest))},
		"Exif unannounced": {riff(vp8x(0), vp8, exif), riff(vp8x(0), vp8, junk(len(tiff)))},
		"Exif twice":       {riff(vp8x(0x08), vp8, riffChunk("EXIF", "x"), exif), riff(vp8x(0x08), vp8, riffChunk("EXIF", "\x00"), junk(len(tiff)))},
		"shortest Exif": {riff(vp8x(0x08), vp8, riffChunk("EXIF", "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x05\x00ab")),
			riff(vp8x(0x08), vp8, riffChunk("EXIF", fresh, "\x05\x00\x00"))},
		"padding": {append(riff(vp8x(0), vp8, riffChunk("odd ", "x"))[:len(riff(vp8x(0), vp8))+9], 'S'), riff(vp8x(0), vp8, junk(1))},
		"frames": {riff(vp8x(0x02), other, anim, other, frame("\xFF", other, alpha, vp8, vp8l(), other), anim, vp8, frame("\x02", vp8l())),
			riff(vp8x(0x02), junk(len(canary)), anim, junk(len(canary)), frame("\x03", junk(len(canary)), alpha, vp8, junk(13), junk(len(canary))),
				junk(6), junk(14), frame("\x02", vp8l()))},
		"frames unannounced": {riff(vp8x(0), frame("\x00", vp8), vp8), riff(vp8x(0), junk(len(frame("\x00", vp8))-8), vp8)},
	} {
		for _, b := range [][]byte{c.dirty, append(bytes.Clone(c.dirty), canary...)} {
			got, err := io.ReadAll(photo.Clean(photo.WebP, bytes.NewReader(b)))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func TestWebPStructure(t *testing.T) {
	anim := riffChunk("ANIM", "\x00\x00\x00\x00\x00\x00")
	frame := func(chunks ...string) []byte { return riffChunk("ANMF", strings.Repeat("\x00", 16), join(chunks)) }
	sized := func(n uint32) []byte {
		return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), n), riff(vp8l())[8:]...)
	}
	for name, b := range map[string][]byte{
		"empty":                  riff(),
		"another RIFF":           []byte("RIFF\x0C\x00\x00\x00AVI LIST\x00\x00\x00\x00"),
		"odd length":             sized(27),
		"length below a chunk":   sized(24),
		"length of a half":       sized(30),
		"length beyond the end":  sized(126),
		"length of 4 GB":         sized(1<<32 - 2),
		"chunk beyond the RIFF":  append(sized(34), "JUNK\x02\x00\x00\x00ab"...),
		"no picture":             riff(vp8x(0), junk(4)),
		"first is unknown":       riff(junk(4), vp8l()),
		"first is Exif":          riff(riffChunk("EXIF", canary), vp8l()),
		"long VP8X":              riff(riffChunk("VP8X", strings.Repeat("\x00", 12)), vp8l()),
		"VP8 of another format":  riff(riffChunk("VP8 ", canary)),
		"VP8 that is no picture": riff(riffChunk("VP8 ", "\x11\x00\x00\x9d\x01\x2a\x01\x00\x01\x00")),
		"short VP8":              riff(riffChunk("VP8 ", "\x10\x00\x00\x9d\x01\x2a")),
		"VP8L of another format": riff(riffChunk("VP8L", canary)),
		"short VP8L":             riff(riffChunk("VP8L", "\x2f\x00")),
		"no frames":              riff(vp8x(2), anim, vp8l()),
		"frame before ANIM":      riff(vp8x(2), frame(string(vp8l())), anim),
		"long ANIM":              riff(vp8x(2), riffChunk("ANIM", canary), frame(string(vp8l()))),
		"frame without picture":  riff(vp8x(2), anim, frame(string(junk(4)))),
		"short frame":            riff(vp8x(2), anim, riffChunk("ANMF", "\x00\x00")),
		"odd frame":              riff(vp8x(2), anim, frame(string(vp8l()), "\x00")),
		"rest in a frame":        riff(vp8x(2), anim, frame(string(vp8l()), "rest")),
		"chunk beyond a frame":   riff(vp8x(2), anim, frame(string(vp8l()), "XMP \x02\x00\x00\x00"), vp8l()),
		"a million of chunks":    riff(vp8l(), bytes.Repeat(junk(0), 1_000_000)),
	} {
		if _, err := io.ReadAll(photo.Clean(photo.WebP, bytes.NewReader(b))); !errors.Is(err, photo.ErrUnclean) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
