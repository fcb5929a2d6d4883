package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/iotest"

	"filippo.io/age"

	"dengwen/intake"
)

func sealFile(tb testing.TB, plaintext []byte, to ...Recipient) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, int64(len(plaintext)), to...)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(plaintext); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func readFile(sealed []byte, length int64, with ...Identity) ([]byte, error) {
	r, err := NewReader(bytes.NewReader(sealed), length, with...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestFileRoundTrip(t *testing.T) {
	a, b := testIdentities(t)
	rnd := rand.New(rand.NewPCG(8, 4))
	for _, n := range []int{0, 1, 2, 9, 1000, 65_535, 65_536, 65_537, 131_072, 200_001, 1_000_003} {
		plaintext := randomBytes(rnd, n)
		var out bytes.Buffer
		w, err := NewWriter(&out, int64(n), a.Recipient(), b.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		for rest := plaintext; len(rest) > 0; {
			k := min(len(rest), 1+rnd.IntN(100_000))
			if m, err := w.Write(rest[:k]); m != k || err != nil {
				t.Fatal(m, err)
			}
			rest = rest[k:]
		}
		for range 2 { // the second changes nothing
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		sum, size := w.Sum()
		if sum != sha256.Sum256(out.Bytes()) || size != int64(out.Len()) || w.Length() != int64(n) {
			t.Fatalf("%d bytes: sum %x, size %d of %d, length %d", n, sum, size, out.Len(), w.Length())
		}
		for _, id := range []Identity{a, b} {
			got, err := readFile(out.Bytes(), int64(n), id)
			if err != nil || !bytes.Equal(got, plaintext) {
				t.Fatalf("%d bytes came back as %d, %v", n, len(got), err)
			}
		}
		r, err := NewReader(iotest.OneByteReader(bytes.NewReader(out.Bytes())), int64(n), a)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, plaintext); err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func TestFileSizesShowPadmeOnly(t *testing.T) {
	a, _ := testIdentities(t)
	sizes := map[int64]int{}
	for n := int64(60_000); n < 70_000; n += 97 {
		got := len(sealFile(t, make([]byte, n), a.Recipient()))
		if known, ok := sizes[Padme(n)]; ok && known != got {
			t.Fatalf("%d bytes: %d sealed, others of its size %d", n, got, known)
		}
		sizes[Padme(n)] = got
	}
	if len(sizes) < 2 || len(sizes) > 8 {
		t.Fatalf("%d different sizes", len(sizes))
	}
}

func TestFileTooLong(t *testing.T) {
	a, _ := testIdentities(t)
	for _, first := range []int{0, 1, 99, 100} {
		var out bytes.Buffer
		w, err := NewWriter(&out, 100, a.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, first)); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{101 - first, 1, 0} { // once failed it stays so
			if m, err := w.Write(make([]byte, n)); m != 0 || !errors.Is(err, intake.ErrTooLong) {
				t.Fatalf("%d and %d bytes: %d, %v", first, n, m, err)
			}
		}
		if err := w.Close(); !errors.Is(err, intake.ErrTooLong) {
			t.Fatal(err)
		}
		if _, err := readFile(out.Bytes(), w.Length(), a); !errors.Is(err, intake.ErrDamaged) {
			t.Fatalf("a failed file opens: %v", err)
		}
	}
}

func TestWriteAfterClose(t *testing.T) {
	a, _ := testIdentities(t)
	var out bytes.Buffer
	w, err := NewWriter(&out, 100, a.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	size := out.Len()
	if n, err := w.Write([]byte("x")); n != 0 || err == nil || out.Len() != size {
		t.Fatalf("wrote %d bytes, %v", n, err)
	}
}

// A failAfter takes n bytes and then nothing, like a disk that is full.
type failAfter struct{ n int }

var errFull = errors.New("full")

func (f *failAfter) Write(p []byte) (int, error) {
	n := min(f.n, len(p))
	f.n -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestWriterPassesErrorsOn(t *testing.T) {
	a, _ := testIdentities(t)
	plaintext := make([]byte, 150_000)
	whole := len(sealFile(t, plaintext, a.Recipient()))
	for room := 0; room < whole; room += 1 + room/7 {
		w, err := NewWriter(&failAfter{room}, 1<<20, a.Recipient())
		if err == nil {
			_, err = w.Write(plaintext)
		}
		if err == nil {
			err = w.Close()
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("room for %d bytes of %d: %v", room, whole, err)
		}
		if w != nil {
			if err := w.Close(); !errors.Is(err, errFull) {
				t.Fatalf("closed again with room for %d: %v", room, err)
			}
		}
	}
}

// A broken disk is not a broken file.
func TestReaderPassesErrorsOn(t *testing.T) {
	a, _ := testIdentities(t)
	sealed := sealFile(t, make([]byte, 150_000), a.Recipient())
	for n := 0; n < len(sealed); n += 1 + n/7 {
		src := io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(errFull))
		r, err := NewReader(src, 150_000, a)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if !errors.Is(err, errFull) || errors.Is(err, intake.ErrDamaged) || errors.Is(err, intake.ErrKey) {
			t.Fatalf("failed after %d bytes of %d: %v", n, len(sealed), err)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	a, _ := testIdentities(t)
	rnd := rand.New(rand.NewPCG(8, 5))
	short, long := randomBytes(rnd, 33), randomBytes(rnd, 150_000)
	eachDamage(sealFile(t, short, a.Recipient()), func(s []byte, what string, i int) {
		got, err := readFile(s, 33, a)
		damaged(t, got, err, what, i) // one chunk: not a byte before it is whole
	})
	sealed := sealFile(t, long, a.Recipient())
	try := func(s []byte, what string, i int) {
		got, err := readFile(s, 150_000, a)
		damaged(t, nil, err, what, i)
		if !bytes.HasPrefix(long, got) || len(got) == len(long) {
			t.Fatalf("%s at %d: yielded %d bytes, wrong or all", what, i, len(got))
		}
	}
	header := len(sealed) - int(Padme(150_000)) - 3*perChunk
	for range 200 {
		i := rnd.IntN(len(sealed))
		s := bytes.Clone(sealed)
		s[i] ^= 1 << rnd.IntN(8)
		try(s, "bit flipped", i)
		try(sealed[:i], "cut", i)
	}
	for k := range 3 {
		for d := -17; d <= 17; d++ {
			cut := header + k*(chunk+perChunk) + d
			try(sealed[:cut], "cut", cut)
		}
	}
	for _, n := range []int{1, 16, 17, chunk + perChunk} {
		try(append(bytes.Clone(sealed), make([]byte, n)...), "appended", n)
	}
}

// Well sealed, but not what the report says: by hand, without our Writer.
func TestFileOfAnotherLength(t *testing.T) {
	a, b := testIdentities(t)
	foreign := func(plaintext []byte) []byte {
		var out bytes.Buffer
		w, err := age.Encrypt(&out, a.key.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(plaintext); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	text := bytes.Repeat([]byte("x"), 1000) // padded to 1024
	padded := append(bytes.Clone(text), make([]byte, 24)...)
	if got, err := readFile(foreign(padded), 1000, a); err != nil || !bytes.Equal(got, text) {
		t.Fatalf("padded by hand: %d bytes, %v", len(got), err)
	}
	marked := bytes.Clone(padded)
	marked[1023] = 1
	for what, tt := range map[string]struct {
		plaintext []byte
		length    int64
	}{
		"a shorter length":           {padded, 999}, // leaves an x in the padding
		"a longer length, same size": {padded, 1025},
		"far shorter":                {padded, 10},
		"none":                       {padded, 0},
		"far longer":                 {padded, 5000},
		"no padding":                 {text, 1000},
		"a byte of padding missing":  {padded[:1023], 1000},
		"a byte of padding too many": {append(bytes.Clone(padded), 0), 1000},
		"a mark in the padding":      {marked, 1000},
		"an empty file":              {nil, 1},
	} {
		got, err := readFile(foreign(tt.plaintext), tt.length, a)
		if !errors.Is(err, intake.ErrDamaged) || int64(len(got)) >= max(tt.length, 1) {
			t.Errorf("%s: %d bytes of %d, %v", what, len(got), tt.length, err)
		}
	}
	for _, length := range []int64{-1, maxPad + 1} {
		if _, err := readFile(foreign(padded), length, a); !errors.Is(err, intake.ErrInvalid) {
			t.Errorf("length %d: %v", length, err)
		}
	}
	for what, with := range map[string][]Identity{"another key": {b}, "no key": nil} {
		if _, err := readFile(foreign(padded), 1000, with...); !errors.Is(err, intake.ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := NewWriter(io.Discard, 1); !errors.Is(err, intake.ErrKey) {
		t.Errorf("no recipient: %v", err)
	}
}

// The reader that has given an error gives it for ever.
func TestReaderErrorSticks(t *testing.T) {
	a, _ := testIdentities(t)
	sealed := sealFile(t, make([]byte, 1000), a.Recipient())
	for what, r := range map[string]io.Reader{
		"cut":                  reader1000(t, sealed[:len(sealed)-1], a),
		"padding not of zeros": reader1000(t, sealFile(t, bytes.Repeat([]byte("x"), 1024), a.Recipient()), a),
	} {
		buf := make([]byte, 2000)
		_, first := r.Read(buf)
		n, second := r.Read(buf)
		if !errors.Is(first, intake.ErrDamaged) || n != 0 || !errors.Is(second, intake.ErrDamaged) {
			t.Errorf("%s: %v, then %d bytes, %v", what, first, n, second)
		}
	}
}

func reader1000(t *testing.T, sealed []byte, id Identity) io.Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(sealed), 1000, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What follows the padding is not read to its end, however long it is.
func TestTooLongFileStopsEarly(t *testing.T) {
	a, _ := testIdentities(t)
	src := bytes.NewReader(sealFile(t, make([]byte, 4<<20), a.Recipient()))
	r, err := NewReader(src, 1000, a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, intake.ErrDamaged) || src.Len() < 3<<20 {
		t.Fatalf("%d bytes left unread, %v", src.Len(), err)
	}
}

// Sealing and reading 64 MiB takes no more live memory than 1 MiB would.
func TestFilesStreamInConstantMemory(t *testing.T) {
	a, _ := testIdentities(t)
	const size = 64 << 20
	pr, pw := io.Pipe()
	go func() {
		w, err := NewWriter(pw, size, a.Recipient())
		for n := 0; err == nil && n < size; n += len(zeros) {
			_, err = w.Write(zeros[:])
		}
		if err == nil {
			err = w.Close()
		}
		pw.CloseWithError(err)
	}()
	r, err := NewReader(pr, size, a)
	if err != nil {
		t.Fatal(err)
	}
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	var most uint64
	for n := int64(0); n < size; n += size / 8 {
		if _, err := io.CopyN(io.Discard, r, size/8); err != nil {
			t.Fatal(err)
		}
		most = max(most, live())
	}
	if most > before+1<<20 {
		t.Fatalf("%d bytes live before, %d at most while streaming", before, most)
	}
}

func FuzzNewReader(f *testing.F) {
	a, _ := testIdentities(f)
	text := bytes.Repeat([]byte("x"), 33)
	whole := sealFile(f, text, a.Recipient())
	f.Add(whole, int64(33))
	f.Add(whole, int64(36))
	f.Add(whole[:len(whole)-5], int64(33))
	f.Add([]byte("age-encryption.org/v1\n-> x\n\n--- \n"), int64(0))
	f.Add([]byte{}, int64(-1))
	f.Fuzz(func(t *testing.T, sealed []byte, length int64) {
		got, err := readFile(sealed, length, a)
		switch {
		case err == nil && length == 33:
			if !bytes.Equal(got, text) {
				t.Fatalf("read %q", got)
			}
		case err == nil:
			// Lengths of the same Padmé size differ in what is padding only.
			if int64(len(got)) != length || Padme(length) != 36 || length < 33 || !bytes.HasPrefix(got, text) {
				t.Fatalf("read %q for length %d", got, length)
			}
		case !errors.Is(err, intake.ErrDamaged) && !errors.Is(err, intake.ErrKey) && !errors.Is(err, intake.ErrInvalid):
			t.Fatal(err)
		}
	})
}
