package socket

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// A box waits for no caller for ever. A backup keeps the box's database from
// being exchanged while it streams, and a file on its way in keeps the next one
// out: a command that was suspended, or whose terminal hangs, would hold up
// everybody else.
const (
	// answerWait is how long a caller may take to read a piece of an answer.
	answerWait = 30 * time.Second
	// fileWait is how long nothing of a group or a file may come. Who sends
	// reports or calls may have to parse a large ledger first.
	fileWait = 5 * time.Minute
	// pieceSize is how much of an answer is written at a time, in bytes, so
	// that who reads slowly, but reads, is not given up.
	pieceSize = 32 << 10
)

// errSilent is what a source ends with when nothing comes for too long.
var errSilent = errors.New("the call is given up; make it again")

// patience is how long the server waits for a caller.
type patience struct{ answer, file time.Duration }

// A reply gives up a caller who does not read. Whatever is written later goes
// nowhere either, so the call ends wherever it writes next.
type reply struct {
	http.ResponseWriter
	control *http.ResponseController
	wait    time.Duration
	stalled bool
}

func newReply(w http.ResponseWriter, wait time.Duration) *reply {
	return &reply{ResponseWriter: w, control: http.NewResponseController(w), wait: wait}
}

// hurry gives the caller some time from now on. A connection that knows no
// deadlines has none; those of this package do.
func (r *reply) hurry() { _ = r.control.SetWriteDeadline(time.Now().Add(r.wait)) }

func (r *reply) Write(p []byte) (written int, err error) {
	for len(p) > 0 && err == nil {
		r.hurry()
		var n int
		n, err = r.ResponseWriter.Write(p[:min(len(p), pieceSize)])
		written, p = written+n, p[n:]
	}
	return written, r.judged(err)
}

// FlushError sends what was written; http.ResponseController looks for it.
func (r *reply) FlushError() error {
	r.hurry()
	return r.judged(r.control.Flush())
}

// Unwrap is for http.ResponseController.
func (r *reply) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *reply) judged(err error) error {
	r.stalled = r.stalled || errors.Is(err, os.ErrDeadlineExceeded)
	return err
}

// A source reads a request that must go on coming.
type source struct {
	io.Reader
	control *http.ResponseController
	wait    time.Duration
	before  func() error // before each read, which may have to wait
}

// Read fails with errSilent when nothing came for too long. The deadline stays
// then, for nobody must wait for the rest; otherwise it goes, or it would end
// the call while the box works on what was read.
func (s source) Read(p []byte) (int, error) {
	if err := s.before(); err != nil {
		return 0, err
	}
	_ = s.control.SetReadDeadline(time.Now().Add(s.wait))
	n, err := s.Reader.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return n, fmt.Errorf("nothing more came for %v: %w", s.wait, errSilent)
	}
	_ = s.control.SetReadDeadline(time.Time{})
	return n, err
}
