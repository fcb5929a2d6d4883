package message

import "io"

// An unpacked body is one that had to be decoded to be looked into: it lies in
// memory while that lasts. Released, it is decoded again when it is asked for.
type unpacked struct {
	load  func() ([]byte, error)
	b     []byte
	size  int64
	until int // how many files of the report are kept once all of its own are
}

// source is where the body lies, without a window.
func (u *unpacked) source() *source {
	return &source{raw: u, size: u.size, window: windowSize, box: u}
}

// inMemory is a span of bytes that lie in memory in any case.
func inMemory(b []byte) span {
	return (&unpacked{b: b, size: int64(len(b))}).source().all()
}

func (u *unpacked) bytes() ([]byte, error) {
	if int64(len(u.b)) < u.size {
		b, err := u.load()
		if err == nil && int64(len(b)) < u.size {
			err = io.ErrUnexpectedEOF // what it is decoded from has changed
		}
		if err != nil {
			return nil, err
		}
		u.b = b
	}
	return u.b, nil
}

func (u *unpacked) ReadAt(p []byte, off int64) (int, error) {
	b, err := u.bytes()
	if err != nil {
		return 0, err
	}
	return copy(p, b[off:]), nil
}

func (u *unpacked) release() {
	if u.load != nil {
		u.b = nil
	}
}
