package message

import "io"

// windowSize is how much of a mail lies in memory while it is searched or a
// file is read, in bytes.
const windowSize = 64 << 10

// A source is where a mail lies. It is searched through one window, whatever
// the length of what is searched or of its lines. An error of raw ends every
// search as the end of the mail would: whoever searched asks err afterwards.
type source struct {
	raw    io.ReaderAt
	size   int64
	window int    // windowSize, but for tests of its seams
	seen   []byte // the window: what stands at at
	at     int64
	long   []byte // the beginning of a line that is longer than the window
	err    error  // raw's first

	box *unpacked // what raw is, where it can be looked at without a window
}

// all is the whole of the source.
func (s *source) all() span { return span{s, 0, s.size} }

// rest gives the window's memory back; a search would make another.
func (s *source) rest() { s.seen, s.long = nil, nil }

// from returns what stands at off: at least n bytes, unless the source ends
// before or has failed, and often more. They are good until the next call.
func (s *source) from(off int64, n int) []byte {
	if off >= s.size || s.err != nil {
		return nil
	}
	if s.box != nil {
		b, err := s.box.bytes()
		s.err = err
		return b[min(off, int64(len(b))):]
	}
	if i := off - s.at; i >= 0 && i < int64(len(s.seen)) && (i+int64(n) <= int64(len(s.seen)) || s.at+int64(len(s.seen)) == s.size) {
		return s.seen[i:]
	}
	room := int(min(int64(max(s.window, n)), s.size-off))
	if cap(s.seen) < room {
		s.seen = make([]byte, room)
	}
	got, err := s.ReadAt(s.seen[:room], off)
	s.seen, s.at, s.err = s.seen[:got], off, err
	if err != nil {
		return nil
	}
	return s.seen
}

// ReadAt fills p, and gives an error with anything less: io.ErrUnexpectedEOF
// where raw ends before the size that it was said to have. It leaves the window
// alone, so that files may be read while the mail is searched.
func (s *source) ReadAt(p []byte, off int64) (n int, err error) {
	if off+int64(len(p)) > s.size {
		return 0, io.ErrUnexpectedEOF
	}
	for n < len(p) {
		got, err := s.raw.ReadAt(p[n:], off+int64(n))
		n += got
		switch {
		case n == len(p):
		case err == io.EOF:
			return n, io.ErrUnexpectedEOF
		case err != nil:
			return n, err
		case got == 0:
			return n, io.ErrNoProgress
		}
	}
	return n, nil
}
