package export

import (
	"errors"
	"io"
	"slices"

	"dengwen/store/entry"
)

// unknownSize says that only the header block tells how long a member is.
const unknownSize = -1

// expect moves to the content of m and returns its size, which is the given
// one unless a problem was noted. It is false if m is not there: the next
// member comes after m, or none comes. Members that have no business before m
// are noted and passed.
func (r *reading) expect(m member, size int64) (int64, bool) {
	r.name = m.appendName(r.name[:0])
	for !r.stopped {
		next, err := r.tape.peek()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				r.fail(m, err)
			}
			return 0, false
		}
		want := size
		if size == unknownSize {
			want = next.size()
		}
		if r.want.format(r.name, want); r.want == *next {
			r.tape.skip()
			return want, true
		}
		if *next == zeroBlock {
			return 0, false
		}
		if n, there, more := r.surprise(m, size, next); !more {
			return n, there
		}
	}
	return 0, false
}

// surprise deals with a block that is not the one of m. With more, it was a
// member to pass, and m may still come.
func (r *reading) surprise(m member, size int64, next *block) (n int64, there, more bool) {
	name, n, ok := next.parse()
	other, known := parseMember(name)
	switch {
	case !ok && size == unknownSize:
		r.stop(m.entry, "%s: its tar header is not what it must be", m)
		return 0, false, false
	case !ok:
		// If the content turns out right, only this block is damaged.
		r.problem(m.entry, "%s: its tar header is not what it must be", m)
		r.tape.skip()
		return size, true, false
	case known && other == m:
		r.problem(m.entry, "%s: %d bytes, the header says %d", m, n, size)
		r.tape.skip()
		return n, true, false
	case known && m.before(other):
		return 0, false, false
	case known:
		r.problem(other.entry, "%s: it does not belong here", other)
	default:
		r.problem(m.entry, "a member called %q does not belong here", name)
		other = m
	}
	r.tape.skip()
	r.tape.begin(n)
	r.finish(other)
	return 0, false, true
}

// take reads the content of a member that is due, of at most limit bytes. It
// is good until the next call.
func (r *reading) take(m member, limit int64) ([]byte, bool) {
	size, there := r.expect(m, unknownSize)
	if !there {
		return nil, false
	}
	if size > limit {
		r.stop(m.entry, "%s: %d bytes, at most %d", m, size, limit)
		return nil, false
	}
	r.tape.begin(size)
	r.content = slices.Grow(r.content[:0], int(size))[:size]
	if err := r.tape.fill(r.content); err != nil {
		r.fail(m, err)
		return nil, false
	}
	return r.content, r.padding(m)
}

// finish passes what is left of the content of m and returns the hash of all.
func (r *reading) finish(m member) (entry.Hash, bool) {
	sum, err := r.tape.finish()
	if err != nil {
		r.fail(m, err)
		return sum, false
	}
	return sum, r.padding(m)
}

// padding passes what fills the last block of m. It is false if there is no
// going on.
func (r *reading) padding(m member) bool {
	clean, err := r.tape.padding()
	if err != nil {
		r.fail(m, err)
		return false
	}
	if !clean {
		r.problem(m.entry, "%s: what fills its last block is not zeros", m)
	}
	return !r.stopped
}
