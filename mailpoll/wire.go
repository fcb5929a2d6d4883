package mailpoll

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// A bound is what an answer may have, and how long it is waited for.
type bound struct {
	bytes   int64
	whole   time.Duration // for all of it
	silence time.Duration // for its next byte
}

const (
	dialTime = 30 * time.Second
	chatter  = 1 << 20  // bytes of an answer, without the body in it
	slowest  = 16 << 10 // bytes a second that a body is waited for
)

var (
	briefly  = bound{chatter, 2 * time.Minute, time.Minute}
	listing  = bound{16 << 20, 5 * time.Minute, 2 * time.Minute} // SEARCH and SELECT of a large mailbox
	moving   = bound{chatter, 10 * time.Minute, 5 * time.Minute} // 50 large messages may be copied before a word is said
	farewell = bound{chatter, 5 * time.Second, 5 * time.Second}  // LOGOUT
	unasked  = bound{bytes: chatter}                             // between commands, and during IDLE
)

// bodily bounds the answer with a body of at most so many bytes that is said
// to have size.
func bodily(most, size int64) bound {
	return bound{most + chatter, briefly.whole + time.Duration(size/slowest)*time.Second, briefly.silence}
}

// A wire is the connection below TLS and go-imap, with a bound on what comes
// in: in bytes, between two of them, and for a whole answer. go-imap sets a
// deadline for a line once it has begun, and none for the wait before that.
type wire struct {
	net.Conn

	mu    sync.Mutex
	bound bound
	left  int64     // bytes that may still come
	until time.Time // by when the answer must be there; zero while none is awaited
	fault error     // the first error
}

var (
	errFlood   = errors.New("more bytes than an answer can have")
	errNotIMAP = errors.New("not an answer to what was asked")
)

// expect awaits an answer; without a time in its bound it awaits nothing: the
// server may be silent, or tell of new mail.
func (w *wire) expect(b bound) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bound, w.left, w.until = b, b.bytes, time.Time{}
	if b.whole > 0 {
		w.until = time.Now().Add(b.whole)
	}
	w.arm()
}

// arm sets the deadline of the next Read, and of one that waits already. It
// fails only on a connection that is closed, and so will that Read.
func (w *wire) arm() {
	by := w.until
	if next := time.Now().Add(w.bound.silence); !by.IsZero() && next.Before(by) {
		by = next
	}
	_ = w.Conn.SetReadDeadline(by)
}

// SetReadDeadline does nothing: the deadlines are those of expect.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

func (w *wire) Read(b []byte) (int, error) {
	w.mu.Lock()
	most := min(int64(len(b)), w.left)
	if most <= 0 && len(b) > 0 {
		w.fault = errFlood
		w.mu.Unlock()
		return 0, errFlood
	}
	w.mu.Unlock()
	n, err := w.Conn.Read(b[:most])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left -= int64(n)
	if n > 0 && !w.until.IsZero() {
		w.arm()
	}
	if err != nil && w.fault == nil {
		w.fault = err
	}
	return n, err
}

// Write has the deadline that go-imap sets. A server that reads nothing is one
// that does not answer: go-imap closes the connection then, and of that the
// waiting Read would only know that it was closed.
func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.fail(err)
	}
	return n, err
}

// fail notes what made the connection useless, if nothing did before.
func (w *wire) fail(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fault == nil {
		w.fault = why
	}
}
