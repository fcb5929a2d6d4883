package mailpoll

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"dengwen/intake"
)

// prose is text of which any part would be known again.
func prose(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "金丝雀%08d\r\n", i)
	}
	return b.Bytes()[:n]
}

// spooled has the text in it, in writes of many lengths.
func spooled(t testing.TB, text []byte, r *rand.Rand) *spool {
	t.Helper()
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for rest := text; len(rest) > 0; {
		few := 1 + r.IntN(min(len(rest), 3*chunkSize))
		if n, err := s.Write(rest[:few]); n != few || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
		rest = rest[few:]
	}
	return s
}

// TestSpool: what goes in comes out as it does from bytes.Reader, at any place
// and length, and TMPDIR shows no file meanwhile.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r := rand.New(rand.NewPCG(5, 1))
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 7*chunkSize + 123} {
		text := prose(size)
		s := spooled(t, text, r)
		want := bytes.NewReader(text)
		if s.Size() != int64(size) {
			t.Errorf("%d bytes: size %d", size, s.Size())
		}
		for range 300 {
			off, length := r.Int64N(int64(size)+2*chunkSize), r.IntN(3*chunkSize)
			a, b := make([]byte, length), make([]byte, length)
			n, err := s.ReadAt(a, off)
			m, wantErr := want.ReadAt(b, off)
			if length == 0 {
				wantErr = nil // bytes.Reader gives io.EOF for nothing behind its end; the interface leaves it open
			}
			if n != m || !errors.Is(err, wantErr) || !bytes.Equal(a, b) {
				t.Fatalf("%d bytes, %d at %d: %d, %v; want %d, %v", size, length, off, n, err, m, wantErr)
			}
		}
		if err := iotest.TestReader(io.NewSectionReader(s, 0, s.Size()), text); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
			t.Errorf("%d bytes: TMPDIR has %v, %v", size, names, err)
		}
		if got := len(openFiles(t, dir)); got != min(1, max(0, size-1)/chunkSize) {
			t.Errorf("%d bytes: %d files", size, got)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if len(openFiles(t, dir)) > 0 {
			t.Errorf("%d bytes: the file is open after Close", size)
		}
		_, readErr := s.ReadAt(make([]byte, 1), 0)
		_, writeErr := s.Write([]byte("x"))
		if !errors.Is(readErr, os.ErrClosed) || !errors.Is(writeErr, os.ErrClosed) || s.Close() != nil {
			t.Errorf("%d bytes: after Close %v, %v", size, readErr, writeErr)
		}
	}
	if _, err := new(spool).ReadAt(nil, -1); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("before the start: %v", err)
	}
}

// openFiles are those of this process in a directory, under names that reach
// them though they are removed.
func openFiles(t testing.TB, dir string) (paths []string) {
	t.Helper()
	const fds = "/proc/self/fd"
	names, err := os.ReadDir(fds)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := filepath.Join(fds, name.Name())
		if to, err := os.Readlink(path); err == nil && strings.HasPrefix(to, dir+"/") {
			paths = append(paths, path)
		}
	}
	return paths
}

// TestSpoolSealed: nothing of the message is in the file, the same message
// never gives the same bytes, and nobody else may read it.
func TestSpoolSealed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	text := bytes.Repeat(prose(chunkSize), 4)
	r := rand.New(rand.NewPCG(5, 2))
	spooled(t, text, r)
	spooled(t, text, r)
	seen := map[string]bool{}
	for _, path := range openFiles(t, dir) {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) != 3*(chunkSize+sealSize) {
			t.Errorf("the file has %d bytes", len(raw))
		}
		if bytes.Contains(raw, []byte("金丝雀")) {
			t.Error("the file can be read")
		}
		for block := range len(raw) / 16 { // equal chunks, files and spools: not one block of the cipher twice
			b := string(raw[16*block : 16*block+16])
			if seen[b] {
				t.Fatal("a block comes twice")
			}
			seen[b] = true
		}
	}
	if len(seen) != 2*3*(chunkSize+sealSize)/16 {
		t.Errorf("%d blocks were looked at", len(seen))
	}
}

// TestSpoolTampered: a changed bit, two chunks that change places, and a cut
// are noticed; the chunks that are as they were are still read.
func TestSpoolTampered(t *testing.T) {
	const whole = chunkSize + sealSize
	for name, change := range map[string]func(f *os.File, raw []byte) error{
		"a bit": func(f *os.File, raw []byte) error {
			raw[whole+17] ^= 1
			_, err := f.WriteAt(raw, 0)
			return err
		},
		"a bit of the tag": func(f *os.File, raw []byte) error {
			raw[2*whole-1] ^= 0x80
			_, err := f.WriteAt(raw, 0)
			return err
		},
		"chunks change places": func(f *os.File, raw []byte) error {
			_, err := f.WriteAt(raw[2*whole:3*whole], whole)
			return err
		},
		"cut": func(f *os.File, _ []byte) error { return f.Truncate(2*whole - 1) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			s := spooled(t, prose(4*chunkSize), rand.New(rand.NewPCG(5, 3)))
			f, err := os.OpenFile(openFiles(t, dir)[0], os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			raw, err := io.ReadAll(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := change(f, raw); err != nil {
				t.Fatal(err)
			}
			p := make([]byte, 2*chunkSize)
			if n, err := s.ReadAt(p, 0); n != chunkSize || !errors.Is(err, intake.ErrDamaged) || !bytes.Equal(p[:n], prose(chunkSize)) {
				t.Errorf("%d bytes, %v", n, err)
			}
			if n, err := s.ReadAt(p[:chunkSize], 3*chunkSize); n != chunkSize || err != nil {
				t.Errorf("the tail: %d bytes, %v", n, err)
			}
		})
	}
}

// TestSpoolShared: more readers than chunks stay open, each at its own place.
func TestSpoolShared(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := prose(9*chunkSize + 5)
	s := spooled(t, text, rand.New(rand.NewPCG(5, 4)))
	var readers sync.WaitGroup
	for i := range maxOpen + 2 {
		readers.Go(func() {
			from := int64(i) * chunkSize
			got, err := io.ReadAll(iotest.OneByteReader(io.NewSectionReader(s, from, 1000)))
			if err != nil || !bytes.Equal(got, text[from:from+1000]) {
				t.Errorf("reader %d: %d bytes, %v", i, len(got), err)
			}
			got, err = io.ReadAll(io.NewSectionReader(s, from, s.Size()))
			if err != nil || !bytes.Equal(got, text[from:]) {
				t.Errorf("reader %d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	readers.Wait()
	if len(s.open) > maxOpen {
		t.Errorf("%d chunks are open", len(s.open))
	}
}
