package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dengwen/intake/photo"
)

// fuzzClean cleans what comes, then what comes with a canary planted. It returns
// the cleaned photo without, or nil.
func fuzzClean(t *testing.T, k photo.Kind, b []byte, plant func([]byte) []byte) []byte {
	out, err := io.ReadAll(photo.Clean(k, bytes.NewReader(b)))
	if err != nil {
		if !errors.Is(err, photo.ErrUnclean) {
			t.Fatal(err)
		}
		out = nil
	} else if again, err := io.ReadAll(photo.Clean(k, bytes.NewReader(out))); err != nil || !bytes.Equal(again, out) {
		t.Fatalf("cleaning twice is not cleaning once: %v\n%q\n%q", err, out, again)
	}
	if dirty := plant(b); dirty != nil && !bytes.Contains(b, []byte(canary)) {
		got, err := io.ReadAll(photo.Clean(k, bytes.NewReader(dirty)))
		if bytes.Contains(got, []byte(canary)) {
			t.Fatalf("the canary is left in %q", got)
		}
		if (err == nil) != (out != nil) {
			t.Fatalf("with a canary: %v", err)
		}
	}
	return out
}

// stillDecodes: what the standard library decodes before, it must decode after,
// to the same pixels.
func stillDecodes(t *testing.T, b, out []byte) {
	config, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || config.Width*config.Height > 1<<16 {
		return
	}
	want, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return
	}
	got, _, err := image.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%v\n%q\n%q", err, b, out)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("other pixels: %s\n%q\n%q", diff, b, out)
	}
}

// seed adds a photo of every sort of one kind, dirty and bare.
func seed(f *testing.F, k photo.Kind) {
	for _, s := range samples(f) {
		if s.kind == k {
			if len(s.dirty) < 20_000 {
				f.Add(bytes.ReplaceAll(s.dirty, []byte(canary), []byte("bird")))
			}
			f.Add(clean(f, k, s.dirty))
		}
	}
}

func FuzzCleanJPEG(f *testing.F) {
	seed(f, photo.JPEG)
	f.Add(jpegOf(f, colourful(rand.New(rand.NewPCG(9, 9)), 5, 5)))
	f.Add(stream(segment(0xEE, "Adobe\x00\x65secr\x00"), testdata(f, "restart.jpg")[2:]))
	f.Fuzz(func(t *testing.T, b []byte) {
		out := fuzzClean(t, photo.JPEG, b, func(b []byte) []byte {
			if len(b) < 2 {
				return nil
			}
			return insert(b, 2, segment(0xE1, "Exif\x00\x00", canary), segment(0xFE, canary))
		})
		// The standard library takes the last APP0 for the JFIF header, whatever
		// it is; every other decoder the first that is one.
		if out != nil && bytes.Count(b, []byte{0xFF, 0xE0}) <= 1 {
			stillDecodes(t, b, out)
		}
	})
}

// mendSums puts right checksums into a PNG, as far as it has chunks, so that
// the fuzzer comes further than the first of them.
func mendSums(b []byte) []byte {
	b = bytes.Clone(b)
	for at := 8; at+12 <= len(b); {
		end := at + 8 + int(binary.BigEndian.Uint32(b[at:]))
		if end+4 > len(b) {
			break
		}
		binary.BigEndian.PutUint32(b[end:], crc32.ChecksumIEEE(b[at+4:end]))
		at = end + 4
	}
	return b
}

func FuzzCleanPNG(f *testing.F) {
	seed(f, photo.PNG)
	f.Add(pngOf(f, image.NewGray16(image.Rect(0, 0, 5, 5))))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = mendSums(b)
		out := fuzzClean(t, photo.PNG, b, func(b []byte) []byte {
			if len(b) < 33 {
				return nil
			}
			return insert(b, 33, chunk("eXIf", canary), chunk("tEXt", canary))
		})
		if out != nil {
			stillDecodes(t, b, out)
		}
	})
}

func FuzzCleanWebP(f *testing.F) {
	seed(f, photo.WebP)
	f.Add(riff(vp8l()))
	f.Fuzz(func(t *testing.T, b []byte) {
		out := fuzzClean(t, photo.WebP, b, func(b []byte) []byte {
			if len(b) < 30 || string(b[12:16]) != "VP8X" {
				return nil
			}
			dirty := insert(b, 30, riffChunk("XMP ", canary), riffChunk("EXIF", canary))
			size := binary.LittleEndian.Uint32(b[4:])
			if size > 1<<30 {
				return nil
			}
			binary.LittleEndian.PutUint32(dirty[4:], size+uint32(len(dirty)-len(b)))
			return dirty
		})
		if out != nil && (len(out) > len(b) || !bytes.Equal(out[:12], b[:12])) {
			t.Fatalf("%q became %q", b, out)
		}
	})
}

func BenchmarkCleanJPEG(b *testing.B) { benchmark(b, photo.JPEG) }
func BenchmarkCleanPNG(b *testing.B)  { benchmark(b, photo.PNG) }

func benchmark(b *testing.B, k photo.Kind) {
	m := colourful(rand.New(rand.NewPCG(9, 9)), 2000, 1500)
	dirty := dirtyJPEG(jpegOf(b, m))
	if k == photo.PNG {
		dirty = dirtyPNG(pngOf(b, m))
	}
	b.SetBytes(int64(len(dirty)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.Copy(io.Discard, photo.Clean(k, bytes.NewReader(dirty))); err != nil {
			b.Fatal(err)
		}
	}
}
