package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"dengwen/store/entry"
)

// readBuffer is how much is read at once, in bytes. Contents are hashed where
// they lie in it; more would not be faster, but would leave the core's cache.
const readBuffer = 1 << 18

// A tape reads a container once from its beginning: header blocks that the
// caller judges, and contents, each hashed once as it passes. Where the
// container ends too early it returns io.ErrUnexpectedEOF.
type tape struct {
	in   *bufio.Reader
	hash hash.Hash
	sum  entry.Hash // scratch
	left int64      // bytes of the content not yet read
	pad  int64      // zeros that must follow it
}

func newTape(ctx context.Context, r io.Reader) *tape {
	return &tape{in: bufio.NewReaderSize(stoppable{ctx, r}, readBuffer), hash: sha256.New()}
}

// stoppable is a reader that fails once the context has ended. It is asked for
// every megabyte, so that nothing else needs to ask.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// peek shows the next block without moving on: io.EOF if there is nothing.
func (t *tape) peek() (*block, error) {
	b, err := t.in.Peek(blockSize)
	if err != nil {
		if len(b) > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return (*block)(b), nil
}

// skip moves past the block that peek showed.
func (t *tape) skip() { t.in.Discard(blockSize) }

// begin says that a content of size bytes comes next.
func (t *tape) begin(size int64) {
	t.hash.Reset()
	t.left, t.pad = size, padding(size)
}

// Read reads the content.
func (t *tape) Read(p []byte) (int, error) {
	if t.left == 0 {
		return 0, io.EOF
	}
	n, err := t.in.Read(p[:min(int64(len(p)), t.left)])
	t.hash.Write(p[:n])
	t.left -= int64(n)
	if err != nil {
		return n, cutShort(err)
	}
	return n, nil
}

// fill reads the whole content into b, which has its size, without hashing it.
func (t *tape) fill(b []byte) error {
	_, err := io.ReadFull(t.in, b)
	t.left = 0
	return cutShort(err)
}

// finish reads what is left of the content and returns the hash of it all.
func (t *tape) finish() (entry.Hash, error) {
	for t.left > 0 {
		b, err := t.some(t.left)
		if err != nil {
			return entry.Hash{}, err
		}
		t.hash.Write(b)
		t.left -= int64(len(b))
		t.in.Discard(len(b))
	}
	t.hash.Sum(t.sum[:0])
	return t.sum, nil
}

// padding reads what fills the content's last block and reports whether it is
// zeros.
func (t *tape) padding() (bool, error) {
	b, err := t.in.Peek(int(t.pad))
	if err != nil {
		return false, cutShort(err)
	}
	clean := string(b) == string(zeroBlock[:t.pad])
	t.in.Discard(int(t.pad))
	return clean, nil
}

// some shows between one and limit bytes, without moving on.
func (t *tape) some(limit int64) ([]byte, error) {
	if t.in.Buffered() == 0 {
		if _, err := t.in.Peek(1); err != nil {
			return nil, cutShort(err)
		}
	}
	return t.in.Peek(int(min(limit, int64(t.in.Buffered()))))
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
