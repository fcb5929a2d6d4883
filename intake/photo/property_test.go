package photo_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dengwen/intake/photo"
)

// However metadata is strewn in, the cleaned photo is that of the bare one.
func TestAnyMetadataAnywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	noise := func() string {
		b := make([]byte, rng.IntN(3000))
		for i := range b {
			b[i] = byte(rng.Uint32() >> rng.IntN(3))
		}
		return canary + string(b)
	}
	marks := slices.Concat([]byte{0xC8, 0xE1, 0xE2, 0xED, 0xFE}, []byte{0xE3, 0xE4, 0xEF, 0xF0, 0xF7, 0xFD})
	names := strings.Fields("tEXt zTXt iTXt tIME iCCP sPLT hIST caBX iDOT vpAg orNT prIv")
	fourCCs := []string{"ICCP", "XMP ", "META", "C2PA", "odd ", "exif"}
	for range 300 {
		m := colourful(rng, 1+rng.IntN(40), 1+rng.IntN(40))

		j := jpegOf(t, m)
		places := jpegPlaces(j)
		dirty := j
		for _, at := range slices.Backward(places) {
			for range rng.IntN(3) {
				dirty = insert(dirty, at, segment(marks[rng.IntN(len(marks))], noise()), bytes.Repeat([]byte{0xFF}, rng.IntN(3)))
			}
		}
		if got := clean(t, photo.JPEG, dirty); !bytes.Equal(got, clean(t, photo.JPEG, j)) {
			t.Fatalf("JPEG: %d bytes became %d", len(j), len(got))
		}

		p := parts(pngOf(t, m))
		bare := slices.Concat(p...)
		for i := len(p) - 1; i > 1; i-- {
			for range rng.IntN(3) {
				p = slices.Insert(p, i, chunk(names[rng.IntN(len(names))], noise()))
			}
		}
		if got := clean(t, photo.PNG, slices.Concat(p...)); !bytes.Equal(got, bare) {
			t.Fatalf("PNG: %d bytes became %d", len(bare), len(got))
		}

		chunks, want := [][]byte{vp8x(byte(rng.Uint32()) &^ 0x02)}, [][]byte{vp8x(0)}
		want[0][8] = chunks[0][8] & 0x18
		for i := range 6 {
			if i == 3 {
				chunks, want = append(chunks, vp8l()), append(want, vp8l())
				continue
			}
			data := noise()
			chunks = append(chunks, riffChunk(fourCCs[rng.IntN(len(fourCCs))], data))
			want = append(want, junk(len(data)))
		}
		if got := clean(t, photo.WebP, riff(chunks...)); !bytes.Equal(got, riff(want...)) {
			t.Fatal("WebP: other bytes")
		}
	}
}

// repeated gives n bytes of b over and over.
type repeated struct {
	b  []byte
	at int
	n  int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.n)], r.b[r.at:])
	r.at, r.n = (r.at+n)%len(r.b), r.n-int64(n)
	return n, nil
}

// A photo of 1 GB, and metadata of 1 GB, cost no more memory than one buffer.
func TestMemory(t *testing.T) {
	const gigabyte = 1 << 30
	noise := make([]byte, 1<<20-12)
	for i, rng := 0, rand.New(rand.NewPCG(8, 8)); i < len(noise); i++ {
		noise[i] = byte(rng.Uint32() % 255) // no 0xFF
	}
	j, p := jpegOf(t, paletted()), parts(pngOf(t, paletted()))
	end := len(j) - 2
	over := func(b []byte) io.Reader { return &repeated{b: b, n: gigabyte / int64(len(b)) * int64(len(b))} }
	of := func(before []byte, over io.Reader, after []byte) io.Reader {
		return io.MultiReader(bytes.NewReader(before), over, bytes.NewReader(after))
	}
	tail := slices.Concat(p[len(p)-2:]...)
	for name, c := range map[string]struct {
		kind     photo.Kind
		original io.Reader
		min, max int64
	}{
		"scan":     {photo.JPEG, of(j[:end], over(noise), j[end:]), gigabyte - 1<<20, 2 * gigabyte},
		"segments": {photo.JPEG, of(j[:2], over(segment(0xE1, string(noise[:65000]))), j[2:]), 0, 1 << 20},
		"IDAT":     {photo.PNG, of(slices.Concat(p[:len(p)-1]...), over(chunk("IDAT", string(noise))), p[len(p)-1]), gigabyte, 2 * gigabyte},
		"text":     {photo.PNG, of(slices.Concat(append(slices.Clone(p[:len(p)-2]), []byte("\x40\x00\x00\x00tEXt"))...), &repeated{b: noise, n: gigabyte + 4}, tail), 0, 1 << 20},
		"VP8L": {photo.WebP, of([]byte("RIFF\x0C\x00\x00\x40WEBPVP8L\x00\x00\x00\x40\x2f"), &repeated{b: noise, n: gigabyte - 1}, nil),
			gigabyte, 2 * gigabyte},
		"Exif": {photo.WebP, of(slices.Concat([]byte("RIFF\x34\x00\x00\x40WEBP"), vp8x(8), vp8l(), []byte("EXIF\x00\x00\x00\x40")),
			&repeated{b: noise, n: gigabyte}, nil), gigabyte, 2 * gigabyte},
	} {
		var before, after runtime.MemStats
		buffer := make([]byte, 32<<10)
		runtime.ReadMemStats(&before)
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, photo.Clean(c.kind, c.original), buffer)
		runtime.ReadMemStats(&after)
		if err != nil || n < c.min || n > c.max {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 256<<10 {
			t.Errorf("%s: %d bytes of memory", name, used)
		}
	}
}
