package mailpoll

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"

	"dengwen/intake"
)

const (
	chunkSize = 64 << 10 // bytes of the message in a chunk
	sealSize  = 16       // bytes that sealing adds to a chunk: the tag of GCM
	maxOpen   = 4        // chunks that stay open, for as many readers at different places
)

// A spool is where one message lies while it is parsed and sealed. What is
// longer than a chunk goes to a temporary file, for a message of 50 MB may not
// stay in memory, and nothing readable may touch a disk:
//
//   - The file has no name: it is removed before a byte is written. A crash in
//     between leaves an empty file, readable to us alone.
//   - Each chunk is sealed with AES-256-GCM (NIST SP 800-38D). The key is
//     random, is for this spool alone and is in memory only; the number of the
//     chunk is the nonce, so that none is used twice and no chunk passes for
//     another. A file that somebody changes is damaged, not read.
//
// The last chunk never goes to the file, so that a message of the usual length
// needs none. Besides it maxOpen chunks are in memory, and one that is sealed.
type spool struct {
	mu     sync.Mutex
	file   *os.File // nil until the first chunk is full
	aead   cipher.AEAD
	full   int64  // chunks in the file
	tail   []byte // what comes after them
	sealed []byte
	open   []chunk // the one read last comes first
	closed bool
}

// A chunk is one of the file's, opened.
type chunk struct {
	number int64
	plain  []byte
}

func newSpool() (*spool, error) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	defer clear(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	return &spool{aead: aead}, nil
}

// Write appends. Errors: intake.ErrFull, and then what was not written can be
// written again; os.ErrClosed; the system's.
func (s *spool) Write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, fmt.Errorf("spool: %w", os.ErrClosed)
	}
	for len(p) > 0 {
		if len(s.tail) == chunkSize {
			if err := s.flush(); err != nil {
				return n, err
			}
		}
		few := p[:min(chunkSize-len(s.tail), len(p))]
		s.tail = append(s.tail, few...)
		p, n = p[len(few):], n+len(few)
	}
	return n, nil
}

// flush puts the tail, which is a whole chunk, into the file.
func (s *spool) flush() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "dengwen-*")
		if err != nil {
			return spoolFull(err)
		}
		if err := os.Remove(file.Name()); err != nil {
			return errors.Join(fmt.Errorf("spool: %w", err), file.Close())
		}
		s.file = file
	}
	s.sealed = s.aead.Seal(s.sealed[:0], nonce(s.full), s.tail, nil)
	if _, err := s.file.WriteAt(s.sealed, s.full*(chunkSize+sealSize)); err != nil {
		return spoolFull(err)
	}
	s.full, s.tail = s.full+1, s.tail[:0]
	return nil
}

// ReadAt is io.ReaderAt, for many goroutines. Errors: intake.ErrDamaged when
// the file is not as it was written, os.ErrClosed, the system's.
func (s *spool) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("spool: offset %d: %w", off, os.ErrInvalid)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < len(p) {
		plain, err := s.chunk((off + int64(n)) / chunkSize)
		if err != nil {
			return n, err
		}
		at := int((off + int64(n)) % chunkSize)
		if at >= len(plain) {
			return n, io.EOF
		}
		n += copy(p[n:], plain[at:])
	}
	return n, nil
}

// chunk gives the contents of one chunk, which stay as they are until the next
// call.
func (s *spool) chunk(number int64) ([]byte, error) {
	switch {
	case s.closed:
		return nil, fmt.Errorf("spool: %w", os.ErrClosed)
	case number == s.full:
		return s.tail, nil
	case number > s.full:
		return nil, nil
	}
	i := slices.IndexFunc(s.open, func(c chunk) bool { return c.number == number })
	if i < 0 {
		if err := s.openChunk(number); err != nil {
			return nil, err
		}
		i = len(s.open) - 1
	}
	c := s.open[i]
	copy(s.open[1:i+1], s.open[:i])
	s.open[0] = c
	return c.plain, nil
}

// openChunk reads one from the file; it takes the last place, or that of the
// chunk that nobody has asked for longest.
func (s *spool) openChunk(number int64) error {
	c := chunk{number: number}
	if n := len(s.open); n == maxOpen {
		c.plain, s.open = s.open[n-1].plain, s.open[:n-1]
	} else {
		c.plain = make([]byte, chunkSize+sealSize)
	}
	sealed := c.plain[:chunkSize+sealSize]
	if _, err := s.file.ReadAt(sealed, number*(chunkSize+sealSize)); errors.Is(err, io.EOF) {
		return fmt.Errorf("spool: cut off: %w", intake.ErrDamaged)
	} else if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	plain, err := s.aead.Open(sealed[:0], nonce(number), sealed, nil)
	if err != nil {
		return fmt.Errorf("spool: %w", intake.ErrDamaged)
	}
	c.plain = plain
	s.open = append(s.open, c)
	return nil
}

// Size is how many bytes were written.
func (s *spool) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full*chunkSize + int64(len(s.tail))
}

// Close ends the spool: the file's space is free again, what was in memory is
// wiped, and the key is dropped. (Go's cipher keeps the key to itself; its
// memory is the collector's.) A second Close does nothing.
func (s *spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		clear(c.plain)
	}
	clear(s.tail)
	file := s.file
	s.closed, s.aead, s.open, s.tail, s.sealed, s.full, s.file = true, nil, nil, nil, nil, 0, nil
	if file == nil {
		return nil
	}
	return file.Close()
}

func nonce(number int64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), uint64(number))
}

// spoolFull names a full disk.
func spoolFull(err error) error {
	for _, no := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, no) {
			return intake.Explain(intake.ErrFull, "mail.spool", "there is no space in %s, where large mail lies sealed while it is read; free some, or name another directory in TMPDIR", os.TempDir())
		}
	}
	return fmt.Errorf("spool: %w", err)
}
