package seal

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"io/fs"

	"filippo.io/age"

	"dengwen/intake"
)

// A Writer seals one file as it is written, in constant memory. Until Close
// has returned nil the ciphertext is a torso that no reader takes for a file;
// whoever gives up on a file just leaves it unclosed.
type Writer struct {
	out    *tally
	age    io.WriteCloser
	length int64
	max    int64
	err    error // of the first failure; sticks
	closed bool
}

// NewWriter begins a sealed file on dst: it writes age's header, about 1.6 KB
// for each recipient. The file may have up to max bytes of plaintext.
func NewWriter(dst io.Writer, max int64, to ...Recipient) (*Writer, error) {
	keys, err := recipients(to)
	if err != nil {
		return nil, fmt.Errorf("seal file: %w", err)
	}
	out := &tally{dst: dst, hash: sha256.New()}
	w, err := age.Encrypt(out, keys...)
	if err != nil {
		return nil, fmt.Errorf("seal file: %w", err)
	}
	return &Writer{out: out, age: w, max: min(max, maxPad)}, nil
}

// Write seals p. When p does not fit any more it writes nothing of it, and the
// file has failed: intake.ErrTooLong.
func (w *Writer) Write(p []byte) (int, error) {
	switch {
	case w.err != nil:
		return 0, w.err
	case w.closed:
		return 0, fmt.Errorf("seal file: %w", fs.ErrClosed)
	case int64(len(p)) > w.max-w.length:
		w.err = fmt.Errorf("seal file: more than %d bytes: %w", w.max, intake.ErrTooLong)
		return 0, w.err
	}
	n, err := w.age.Write(p)
	w.length += int64(n)
	if err != nil {
		w.err = fmt.Errorf("seal file: %w", err)
	}
	return n, w.err
}

// Close pads the plaintext with zeros to its Padmé length and writes the end
// of the ciphertext. It does not close dst. A file that has failed stays
// unfinished, and Close says so. A second Close does nothing.
func (w *Writer) Close() error {
	if w.err != nil || w.closed {
		return w.err
	}
	w.closed = true
	if err := fill(w.age, zeros[:], Padme(w.length)-w.length); err != nil {
		w.err = fmt.Errorf("seal file: %w", err)
		return w.err
	}
	if err := w.age.Close(); err != nil {
		w.err = fmt.Errorf("seal file: %w", err)
	}
	return w.err
}

// Sum is the SHA-256 and the size of the ciphertext written so far, so of the
// whole file once Close has returned nil.
func (w *Writer) Sum() (sum [32]byte, size int64) {
	w.out.hash.Sum(sum[:0])
	return sum, w.out.size
}

// Length is the number of plaintext bytes written, without the padding.
func (w *Writer) Length() int64 { return w.length }

// A tally hashes and counts what goes through it.
type tally struct {
	dst  io.Writer
	hash hash.Hash
	size int64
}

func (t *tally) Write(p []byte) (int, error) {
	n, err := t.dst.Write(p)
	t.hash.Write(p[:n])
	t.size += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}
