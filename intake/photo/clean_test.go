package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"dengwen/intake/photo"
)

// A sample is a photo full of metadata. The first picture bytes of it are the
// picture, the rest is a trailer.
type sample struct {
	name    string
	kind    photo.Kind
	dirty   []byte
	picture int
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func samples(t testing.TB) []sample {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 5))
	trailer := "\x00\x00\x00\x18ftypmp42" + canary + "\xFF\xD8\xFF\xE1" + canary + "\xFF\xD9"
	var all []sample
	add := func(name string, k photo.Kind, b []byte) {
		all = append(all, sample{name, k, append(bytes.Clone(b), trailer...), len(b)})
	}
	add("jpeg", photo.JPEG, dirtyJPEG(jpegOf(t, colourful(rng, 30, 20))))
	add("grey jpeg", photo.JPEG, dirtyJPEG(jpegOf(t, image.NewGray(image.Rect(0, 0, 9, 9)))))
	for _, name := range []string{"progressive", "arithmetic", "restart"} {
		add(name, photo.JPEG, dirtyJPEG(testdata(t, name+".jpg")))
	}
	add("png", photo.PNG, dirtyPNG(pngOf(t, colourful(rng, 30, 20))))
	add("palette", photo.PNG, dirtyPNG(pngOf(t, paletted())))
	add("apng", photo.PNG, dirtyPNG(animatedPNG(t)))
	for _, name := range []string{"lossy", "lossless", "alpha", "animated"} {
		add(name+" webp", photo.WebP, dirtyWebP(t, testdata(t, name+".webp")))
	}
	add("webp in a frame", photo.WebP, riff(vp8x(0xFF), riffChunk("ANIM", "\x00\x00\x00\x00\x00\x00"),
		riffChunk("ANMF", strings.Repeat("\x00", 15)+"\xFF", string(vp8l()), string(riffChunk("XMP ", canary)))))
	return all
}

func clean(t testing.TB, k photo.Kind, b []byte) []byte {
	t.Helper()
	out, err := io.ReadAll(photo.Clean(k, bytes.NewReader(b)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNothingPlantedIsLeft(t *testing.T) {
	for _, s := range samples(t) {
		if n := bytes.Count(s.dirty[:s.picture], []byte(canary)); n < 1 {
			t.Errorf("%s: nothing is planted", s.name)
		}
		out := clean(t, s.kind, s.dirty)
		if bytes.Contains(out, []byte("CaNaRy")) {
			t.Errorf("%s: something planted is left", s.name)
		}
		if again := clean(t, s.kind, out); !bytes.Equal(again, out) {
			t.Errorf("%s: cleaning twice is not cleaning once", s.name)
		}
		if photo.Sniff(out) != s.kind {
			t.Errorf("%s: became %q", s.name, photo.Sniff(out))
		}
	}
}

// A picture that is cut anywhere is never given out as a whole one.
func TestCutAnywhere(t *testing.T) {
	for _, s := range samples(t) {
		whole := clean(t, s.kind, s.dirty)
		for n := range len(s.dirty) {
			out, err := io.ReadAll(photo.Clean(s.kind, bytes.NewReader(s.dirty[:n])))
			switch {
			case n >= s.picture && (err != nil || !bytes.Equal(out, whole)):
				t.Fatalf("%s: with %d bytes of its trailer: %v", s.name, n-s.picture, err)
			case n < s.picture && !errors.Is(err, photo.ErrUnclean):
				t.Fatalf("%s cut at %d: %v", s.name, n, err)
			case !bytes.HasPrefix(whole, out):
				t.Fatalf("%s cut at %d: other bytes than of the whole", s.name, n)
			}
		}
	}
}

func TestReaders(t *testing.T) {
	for _, s := range samples(t) {
		whole := clean(t, s.kind, s.dirty)
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "error with data": iotest.DataErrReader,
		} {
			if out, err := io.ReadAll(photo.Clean(s.kind, wrap(bytes.NewReader(s.dirty)))); err != nil || !bytes.Equal(out, whole) {
				t.Errorf("%s, %s: %v", s.name, name, err)
			}
		}
		if err := iotest.TestReader(photo.Clean(s.kind, bytes.NewReader(s.dirty)), whole); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

// The errors of the original come out as they are, also one that means an end;
// behind the end of the picture they are nobody's concern.
func TestErrorsOfTheOriginal(t *testing.T) {
	for _, s := range samples(t) {
		for _, want := range []error{io.ErrUnexpectedEOF, fmt.Errorf("the line broke: %w", io.EOF)} {
			for n := 0; n < s.picture; n += 1 + s.picture/50 {
				out, err := io.ReadAll(photo.Clean(s.kind, io.MultiReader(bytes.NewReader(s.dirty[:n]), iotest.ErrReader(want))))
				if err != want || errors.Is(err, photo.ErrUnclean) {
					t.Fatalf("%s broken off at %d after %d bytes: %v", s.name, n, len(out), err)
				}
			}
			r := photo.Clean(s.kind, io.MultiReader(bytes.NewReader(s.dirty[:s.picture]), iotest.ErrReader(want)))
			if _, err := io.ReadAll(r); err != nil {
				t.Errorf("%s: %v", s.name, err)
			}
		}
	}
}

// An error stays, and a kind without a cleaner is one.
func TestErrorsStay(t *testing.T) {
	for _, k := range []photo.Kind{photo.JPEG, photo.PNG, photo.WebP, photo.HEIF, "", "gif"} {
		r := photo.Clean(k, strings.NewReader(strings.Repeat("no photo ", 20)))
		for range 3 {
			if n, err := r.Read(make([]byte, 100)); n != 0 || !errors.Is(err, photo.ErrUnclean) {
				t.Errorf("%q: %d, %v", k, n, err)
			}
		}
	}
}

// All eight orientations in both byte orders come out in both forms of reading.
func TestOrientation(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	m := colourful(rng, 8, 8)
	j, p := jpegOf(t, m), pngOf(t, m)
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := range uint16(10) {
			tiff := cameraExif(order, o)
			for k, b := range map[photo.Kind][]byte{
				photo.JPEG: insert(j, 2, segment(0xE1, "Exif\x00\x00", tiff)),
				photo.PNG:  insert(p, 33, chunk("eXIf", tiff)),
				photo.WebP: riff(vp8x(0x08), vp8l(), riffChunk("EXIF", tiff)),
			} {
				want := o
				if o > 8 || o == 1 {
					want = 0
				}
				got := foundOrientation(t, k, clean(t, k, b))
				if k == photo.WebP && want == 0 {
					want = 1 // its flag has announced an Exif
				}
				if got != want {
					t.Errorf("%s, %s, %d: became %d", k, order, o, got)
				}
			}
		}
	}
}
