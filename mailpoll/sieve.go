package mailpoll

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strconv"
	"sync/atomic"
)

// Bounds of what go-imap is given to parse, in bytes without the bodies.
const (
	maxWords = 8 << 10  // of a line that is read at once
	maxText  = 64 << 10 // of any other line, but for the results of a search
	maxSets  = 1 << 20  // of such results as a set, which is kept as text first
	maxDepth = 2        // parentheses inside one another in the answer to a FETCH
)

// A sieve stands between the connection, in clear, and go-imap, whose parser
// trusts a server in places where one that is hostile, or only different, must
// not be trusted:
//
//   - It parses BODYSTRUCTURE by recursion without a bound. A server that sends
//     open parentheses would end the whole process: no stack overflow can be
//     recovered from. Nothing is let through that is nested deeper than what the
//     poller asks for.
//   - It never ends when there is a parenthesis among the capabilities.
//   - It reads any literal into memory, other than that of a body.
//   - It ends the session at answers that it does not know, or that have NIL in
//     an ID. RFC 3501 section 2.2.2 allows a server to say anything at any time;
//     what the poller has no use for is left out here.
//   - It asks for capabilities in a goroutine of its own, at any moment after the
//     greeting and the login, unless they are told with these. They are told
//     here; the poller asks in its turn.
//   - It writes UTF-8 when IMAP4rev2 is offered beside IMAP4rev1, though it was
//     not enabled (RFC 9051 section 6.3.1). IMAP4rev2 is left out there.
type sieve struct {
	net.Conn
	wire   *wire // told what is wrong
	in     *bufio.Reader
	out    []byte // for go-imap
	body   int64  // bytes of a literal that come next, for go-imap
	err    error
	opened bool // a greeting was given

	entering atomic.Bool // the next OK is that of the login

	// Of a line that is not at its end:
	line   kind
	size   int
	last   []byte // its last bytes
	depth  int
	quoted bool
	escape bool
}

// A kind is what is done with a line.
type kind int

const (
	fresh  kind = iota // none is begun
	text               // let through; at most maxText
	number             // results of a SEARCH: let through
	set                // results of a search as a set
	fetch              // let through with a body in it
	other              // left out
)

const lastBytes = 64

func newSieve(in net.Conn, w *wire, opened bool) *sieve {
	s := &sieve{Conn: in, wire: w, in: bufio.NewReaderSize(in, maxWords)}
	if opened { // over STARTTLS a server does not repeat its greeting, and go-imap waits for one
		s.greet("* OK")
	}
	return s
}

func (s *sieve) greet(words string) {
	s.opened, s.out = true, append(s.out, words+" [CAPABILITY IMAP4rev1] -\r\n"...)
}

func (s *sieve) Read(b []byte) (int, error) {
	for len(s.out) == 0 && s.body == 0 && s.err == nil {
		s.next()
	}
	switch {
	case len(s.out) > 0:
		n := copy(b, s.out)
		s.out = s.out[n:]
		return n, nil
	case s.err != nil:
		return 0, s.err
	}
	n, err := s.in.Read(b[:min(int64(len(b)), s.body)])
	s.body -= int64(n)
	return n, err
}

// fail ends the session, before go-imap sees the line.
func (s *sieve) fail(why error) {
	s.err, s.out = why, nil
	s.wire.fail(why)
}

// next reads a line, or a piece of one.
func (s *sieve) next() {
	piece, err := s.in.ReadSlice('\n')
	ends := err == nil
	if err != nil && err != bufio.ErrBufferFull {
		s.err = err
		return
	}
	first := s.line == fresh
	if first {
		s.size, s.depth, s.quoted, s.escape, s.last = 0, 0, false, false, s.last[:0]
		s.line = kindOf(piece)
	}
	s.size += len(piece)
	s.last = append(s.last, piece[max(0, len(piece)-lastBytes):]...)
	s.last = s.last[max(0, len(s.last)-lastBytes):]
	switch s.line {
	case text:
		s.words(piece, first && ends)
	case set:
		if s.size > maxSets || bytes.ContainsAny(piece, "{") {
			s.fail(errFlood)
		}
		s.pass(piece)
	case number:
		s.pass(piece)
	case fetch:
		s.fetched(piece, ends)
		return
	case other:
		if m := anyLiteral.FindSubmatch(s.last); ends && m != nil {
			s.leaveOut(m[1])
			return
		}
	}
	if ends {
		s.line = fresh
	}
}

func (s *sieve) pass(piece []byte) {
	if s.err == nil {
		s.out = append(s.out[:0], piece...)
	}
}

// leaveOut reads a literal that nobody wants, as far as the wire allows.
func (s *sieve) leaveOut(digits []byte) {
	n, _ := strconv.ParseInt(string(digits), 10, 64)
	if _, err := io.CopyN(io.Discard, s.in, n); err != nil {
		s.err = err
	}
}
