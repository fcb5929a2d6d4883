package message

import (
	"bytes"
	"io"
)

// A span is a stretch of a source. Places in it are counted from the source's
// beginning.
type span struct {
	src      *source
	off, end int64
}

func (s span) size() int64 { return s.end - s.off }

// cut is the part of s from one place to another.
func (s span) cut(from, to int64) span { return span{s.src, from, to} }

// from is that of the source, to the end of s.
func (s span) from(at int64, n int) []byte {
	b := s.src.from(at, n)
	return b[:max(0, min(int64(len(b)), s.end-at))]
}

func (s span) begins(at int64, with []byte) bool {
	return bytes.HasPrefix(s.from(at, len(with)), with)
}

// find returns where what stands next, from a place on, or -1.
func (s span) find(at int64, what []byte) int64 {
	for {
		b := s.from(at, len(what))
		if i := bytes.Index(b, what); i >= 0 {
			return at + int64(i)
		}
		if len(b) < len(what) || at+int64(len(b)) == s.end {
			return -1
		}
		at += int64(len(b) - len(what) + 1)
	}
}

// lineHead is how much of a line tells of what kind it is, in bytes. RFC 5322
// allows 998; what stands beyond is not looked at.
const lineHead = 1 << 10

// A line is one of a span.
type line struct {
	off, n int64  // n is 0 at the span's end
	b      []byte // the line with its end, or its first lineHead bytes; good until the source is asked again
}

func (l line) end() int64 { return l.off + l.n }

// cut reports whether the line is longer than what is looked at.
func (l line) cut() bool { return int64(len(l.b)) < l.n }

var newline = []byte("\n")

// line is the line that begins at a place, whatever its length.
func (s span) line(at int64) line {
	b := s.from(at, lineHead)
	n := bytes.IndexByte(b, '\n') + 1
	if n == 0 && at+int64(len(b)) < s.end && len(b) > 0 {
		s.src.long = append(s.src.long[:0], b[:min(len(b), lineHead)]...)
		end := s.find(at+int64(len(b)), newline) + 1
		if end == 0 {
			end = s.end
		}
		return line{at, end - at, s.src.long}
	}
	if n == 0 {
		n = len(b)
	}
	return line{at, int64(n), b[:min(n, lineHead)]}
}

// bytes is the whole of a span that is known to be short. They are good until
// the source is asked again.
func (s span) bytes() []byte {
	if s.size() <= int64(s.src.window) {
		return s.from(s.off, int(s.size()))
	}
	b := make([]byte, s.size())
	if _, err := s.src.ReadAt(b, s.off); err != nil {
		s.src.err = err
		return nil
	}
	return b
}

// open reads the span as it stands.
func (s span) open() io.Reader { return &stretch{s} }

// A stretch is a span that is being read. It leaves the source's window alone.
type stretch struct{ span }

func (s *stretch) Read(p []byte) (int, error) {
	if s.off == s.end {
		return 0, io.EOF
	}
	n, err := s.src.ReadAt(p[:min(int64(len(p)), s.size())], s.off)
	s.off += int64(n)
	return n, err
}
