package mailpoll

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"dengwen/intake"
	"dengwen/store/storetest"
)

// TestSpoolFullDisk: no space, or no inode, has its name; a message that needs
// no file goes in all the same, and the others once there is space.
func TestSpoolFullDisk(t *testing.T) {
	disk := storetest.OnSmallDisk(t, "size=2m,nr_inodes=50")
	if disk == nil {
		return
	}
	full := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, intake.ErrFull) || trouble(err) != intake.DiskFull || !strings.Contains(err.Error(), os.TempDir()) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	text := prose(5*chunkSize + 77)
	disk.FillInodes(t)
	n, err := s.Write(text)
	full("no inode", err)
	if n != chunkSize {
		t.Errorf("%d bytes without a file", n)
	}
	disk.Free(t)
	disk.Fill(t, chunkSize+8<<10) // part of the second chunk finds room
	m, err := s.Write(text[n:])
	full("no space", err)
	if m != chunkSize {
		t.Errorf("%d bytes with little space", m)
	}
	disk.Free(t)
	if _, err := s.Write(text[n+m:]); err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(io.NewSectionReader(s, 0, s.Size()), text); err != nil {
		t.Error(err)
	}
}

func BenchmarkSpool(b *testing.B) {
	b.Setenv("TMPDIR", b.TempDir())
	text := prose(16 << 20)
	write := func(s *spool) {
		for rest := text; len(rest) > 0; rest = rest[32<<10:] {
			if _, err := s.Write(rest[:32<<10]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			s, err := newSpool()
			if err != nil {
				b.Fatal(err)
			}
			write(s)
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		s, err := newSpool()
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		write(s)
		p := make([]byte, 4<<10) // as bufio.Reader reads
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			in := io.NewSectionReader(s, 0, s.Size())
			for {
				if _, err := in.Read(p); err != nil {
					break
				}
			}
		}
	})
	b.Run("small message", func(b *testing.B) {
		for b.Loop() {
			s, err := newSpool()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := s.Write(text[:10<<10]); err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
