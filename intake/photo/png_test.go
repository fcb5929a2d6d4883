package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake/photo"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngMetadata is what programs put into a PNG, and what nobody does.
func pngMetadata() [][]byte {
	return [][]byte{
		chunk("tEXt", "Comment\x00", canary),
		chunk("zTXt", "Raw profile type exif\x00\x00", canary),
		chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00", canary),
		chunk("tIME", "\x07\xEF\x05\x04\x09\x08\x07"),
		chunk("iCCP", canary, "\x00\x00"),
		chunk("caNv", canary),
		append(chunk("prVt", canary)[:8+len(canary)], "sums"...), // nobody checks it
		chunk("eXIf", cameraExif(binary.LittleEndian, 0)),
		chunk("fcTL", canary, "\x00"), // no animation: nobody shows it
		chunk("fdAT", canary),
		chunk("sPLT"),
	}
}

// parts are the chunks of a PNG, the signature first.
func parts(b []byte) [][]byte {
	all := [][]byte{b[:8]}
	for b = b[8:]; len(b) > 0; {
		n := 12 + int(binary.BigEndian.Uint32(b))
		all, b = append(all, b[:n]), b[n:]
	}
	return all
}

// dirtyPNG puts metadata in front of every chunk where some may stand.
func dirtyPNG(b []byte) []byte {
	var out []byte
	for i, p := range parts(b) {
		if i > 1 && !(string(p[4:8]) == "IDAT" && string(parts(b)[i-1][4:8]) == "IDAT") {
			if bytes.Contains(b, []byte("acTL")) {
				out = append(out, slices.Concat(pngMetadata()[:8]...)...)
			} else {
				out = append(out, slices.Concat(pngMetadata()...)...)
			}
		}
		if string(p[4:8]) == "IEND" {
			out = append(out, chunk("eXIf", cameraExif(binary.BigEndian, 6))...)
		}
		out = append(out, p...)
	}
	return out
}

func paletted() image.Image {
	p := color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{200, 2, 3, 100}, color.NRGBA{1, 200, 3, 0}}
	m := image.NewPaletted(image.Rect(0, 0, 17, 9), p)
	for i := range m.Pix {
		m.Pix[i] = uint8(i % 3)
	}
	return m
}

// animatedPNG has three frames, the first of which is the still picture.
func animatedPNG(t testing.TB) []byte {
	t.Helper()
	all := parts(pngOf(t, colourful(rand.New(rand.NewPCG(3, 3)), 12, 12)))
	data := all[2][8 : len(all[2])-4]
	frame := func(n byte) []byte {
		return chunk("fcTL", string([]byte{0, 0, 0, n}), "\x00\x00\x00\x0C\x00\x00\x00\x0C\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x0A\x00\x00")
	}
	return slices.Concat(all[0], all[1], chunk("acTL", "\x00\x00\x00\x03\x00\x00\x00\x00"), frame(0), all[2],
		frame(1), chunk("fdAT", "\x00\x00\x00\x02", string(data[:50])), chunk("fdAT", "\x00\x00\x00\x03", string(data[50:])),
		frame(4), chunk("fdAT", "\x00\x00\x00\x05", string(data)), all[len(all)-1])
}

func TestPNGLosesOnlyMetadata(t *testing.T) {
	fresh := chunk("eXIf", "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	big := image.NewNRGBA64(image.Rect(0, 0, 200, 200)) // some IDAT
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range big.Pix {
		big.Pix[i] = uint8(rng.Uint32())
	}
	for name, b := range map[string][]byte{
		"plain": pngOf(t, colourful(rng, 20, 20)), "palette": pngOf(t, paletted()), "big": pngOf(t, big), "animated": animatedPNG(t),
	} {
		long := chunk("eXIf", strings.Repeat(canary, 9000))
		got := clean(t, photo.PNG, insert(dirtyPNG(b), 33, long))
		if diff := cmp.Diff(insert(b, len(b)-12, fresh), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		want, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		samePixels(t, want, got)
	}
}

func TestPNGStructure(t *testing.T) {
	ihdr := func(depth, colour string) []byte {
		return chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01", depth, colour, "\x00\x00\x00")
	}
	var (
		rgb, index = ihdr("\x08", "\x02"), ihdr("\x02", "\x03")
		plte       = chunk("PLTE", "abcdef")
		idat, iend = chunk("IDAT", "data"), chunk("IEND")
		actl       = chunk("acTL", "\x00\x00\x00\x01\x00\x00\x00\x00")
		fctl       = chunk("fcTL", strings.Repeat("\x00", 26))
		gama       = chunk("gAMA", "\x00\x00\xB1\x8F")
	)
	of := func(chunks ...[]byte) []byte { return slices.Concat([]byte(pngSignature), slices.Concat(chunks...)) }
	wrong := func(b []byte) []byte { return append(bytes.Clone(b[:len(b)-1]), b[len(b)-1]^1) }
	for name, b := range map[string][]byte{
		"still": of(rgb, gama, chunk("cHRM", strings.Repeat("\x00", 32)), chunk("sRGB", "\x00"), chunk("cICP", "\x01\x0D\x00\x01"),
			chunk("sBIT", "\x08\x08\x08"), plte, chunk("tRNS", "\x00\x00\x00\x00\x00\x00"), chunk("bKGD", "\x00\x00\x00\x00\x00\x00"),
			chunk("pHYs", "\x00\x00\x00\x01\x00\x00\x00\x01\x01"), idat, idat, chunk("IDAT"), iend),
		"palette":   of(index, plte, chunk("tRNS", "\x00"), chunk("bKGD", "\x00"), idat, iend),
		"one frame": of(rgb, actl, fctl, idat, iend),
	} {
		if got, err := io.ReadAll(photo.Clean(photo.PNG, bytes.NewReader(b))); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: became %q, %v", name, got, err)
		}
	}
	for name, b := range map[string][]byte{
		"again": of(rgb, gama, gama, idat, iend), "late": of(rgb, gama, idat, gama, iend), "later animation": of(rgb, gama, idat, actl, iend),
	} {
		if got := clean(t, photo.PNG, b); !bytes.Equal(got, of(rgb, gama, idat, iend)) {
			t.Errorf("%s: became %q", name, got)
		}
	}
	if got := clean(t, photo.PNG, of(ihdr("\x08", "\x06"), chunk("tRNS", canary), idat, iend)); !bytes.Equal(got, of(ihdr("\x08", "\x06"), idat, iend)) {
		t.Errorf("transparency beside alpha: became %q", got)
	}
	for name, b := range map[string][]byte{
		"no IHDR":               of(idat, iend),
		"CgBI first":            of(chunk("CgBI", "\x50\x00\x20\x02"), rgb, idat, iend),
		"two IHDR":              of(rgb, rgb, idat, iend),
		"IHDR of 16-bit index":  of(ihdr("\x10", "\x03"), plte, idat, iend),
		"IHDR of no such type":  of(ihdr("\x08", "\x05"), idat, iend),
		"long IHDR":             of(chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x00"), idat, iend),
		"IHDR without width":    of(chunk("IHDR", "\x00\x00\x00\x00\x00\x00\x00\x01\x08\x02\x00\x00\x00"), idat, iend),
		"no IDAT":               of(rgb, iend),
		"IDAT in two places":    of(rgb, idat, gama, idat, iend),
		"no palette":            of(index, idat, iend),
		"palette too long":      of(index, chunk("PLTE", strings.Repeat("abc", 5)), idat, iend),
		"palette of a half":     of(index, chunk("PLTE", "abcd"), idat, iend),
		"palette late":          of(rgb, idat, plte, iend),
		"palette of greys":      of(ihdr("\x08", "\x00"), plte, idat, iend),
		"long transparency":     of(index, plte, chunk("tRNS", "abc"), idat, iend),
		"long gamma":            of(rgb, chunk("gAMA", canary), idat, iend),
		"long IEND":             of(rgb, idat, chunk("IEND", canary)),
		"an unknown critical":   of(rgb, chunk("CRIT", "x"), idat, iend),
		"a name of no letters":  of(rgb, chunk("te1t", "x"), idat, iend),
		"a chunk of 2 GB":       of(rgb, []byte("\x80\x00\x00\x00tEXt"), idat, iend),
		"a palette of 2 GB":     of(rgb, []byte("\x7F\xFF\xFF\xFFPLTE"), idat, iend),
		"wrong sum of IHDR":     of(wrong(rgb), idat, iend),
		"wrong sum of PLTE":     of(index, wrong(plte), idat, iend),
		"wrong sum of IDAT":     of(rgb, wrong(idat), iend),
		"wrong sum of IEND":     of(rgb, idat, wrong(iend)),
		"a frame too many":      of(rgb, actl, fctl, idat, chunk("fcTL", "\x00\x00\x00\x01", strings.Repeat("\x00", 22)), iend),
		"a frame too few":       of(rgb, actl, idat, iend),
		"frames out of order":   of(rgb, actl, chunk("fcTL", "\x00\x00\x00\x01", strings.Repeat("\x00", 22)), idat, iend),
		"frame data first":      of(rgb, actl, fctl, chunk("fdAT", "\x00\x00\x00\x01x"), idat, iend),
		"frame data of no one":  of(rgb, actl, fctl, idat, chunk("fdAT", "\x00\x00\x00\x01x"), iend),
		"no frames":             of(rgb, chunk("acTL", strings.Repeat("\x00", 8)), idat, iend),
		"a million of chunks":   of(rgb, bytes.Repeat(chunk("teSt"), 1_000_000), idat, iend),
		"another kind of image": jpegOf(t, paletted()),
	} {
		if _, err := io.ReadAll(photo.Clean(photo.PNG, bytes.NewReader(b))); !errors.Is(err, photo.ErrUnclean) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
