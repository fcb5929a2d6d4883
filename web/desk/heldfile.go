package desk

import (
	"errors"
	"io"
	"sync"

	"dengwen/intake"
)

const (
	// maxHeld bounds the bytes of all files that sessions hold at once.
	maxHeld = 256 << 20
	// pieceSize is how a file is held: it grows by pieces, so that one that is
	// announced and never comes takes no memory.
	pieceSize = 256 << 10
)

var (
	errCrammed   = errors.New("the sessions hold as much as they may")
	errOversized = errors.New("the file is over intake.MaxUpload")
	errDropped   = errors.New("the file was dropped")
)

// A stock counts the bytes that all sessions hold of files.
type stock struct {
	mu   sync.Mutex
	held int64
	most int64
}

// take reports whether n more bytes may be held, and counts them then.
func (s *stock) take(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held+n > s.most {
		return false
	}
	s.held += n
	return true
}

func (s *stock) give(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held -= n
}

// A heldFile is the bytes of an upload, in memory and nowhere else. They can be
// dropped at any time, even while they are read: an HTTP client may go on
// reading a body after it answered.
type heldFile struct {
	stock *stock
	Size  int64

	mu     sync.Mutex
	pieces [][]byte
}

// hold reads a file to its end. It holds nothing after an error: errCrammed,
// errOversized, errEnded once over says so, or that of the reader.
func (s *stock) hold(in io.Reader, over func() bool) (*heldFile, error) {
	f := &heldFile{stock: s}
	for {
		if over() {
			f.drop()
			return nil, errEnded
		}
		if !s.take(pieceSize) {
			f.drop()
			return nil, errCrammed
		}
		piece := make([]byte, pieceSize)
		f.pieces = append(f.pieces, piece)
		n, end, err := fill(in, piece)
		f.pieces[len(f.pieces)-1] = piece[:n]
		f.Size += int64(n)
		if err == nil && f.Size > intake.MaxUpload {
			err = errOversized
		}
		if err != nil {
			f.drop()
			return nil, err
		}
		if end {
			return f, nil
		}
	}
}

// drop overwrites the bytes and gives their room back. It may be called twice.
func (f *heldFile) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, piece := range f.pieces {
		clear(piece)
	}
	f.stock.give(int64(len(f.pieces)) * pieceSize)
	f.pieces = nil
}

// reader reads the file from its beginning; after a drop that fails.
func (f *heldFile) reader() io.Reader { return &fileReader{file: f} }

type fileReader struct {
	file  *heldFile
	piece int
	at    int
	read  int64
}

func (r *fileReader) Read(p []byte) (int, error) {
	r.file.mu.Lock()
	defer r.file.mu.Unlock()
	if r.file.pieces == nil {
		return 0, errDropped
	}
	if r.read == r.file.Size {
		return 0, io.EOF
	}
	n := copy(p, r.file.pieces[r.piece][r.at:])
	r.at, r.read = r.at+n, r.read+int64(n)
	if r.at == len(r.file.pieces[r.piece]) {
		r.piece, r.at = r.piece+1, 0
	}
	return n, nil
}
