package socket

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"

	"dengwen/intake"
)

// A frame is one line of a stream: an item, or how the stream ended.
type frame[T any] struct {
	Item  *T       `json:"item,omitempty"`
	End   bool     `json:"end,omitempty"`
	Error *failure `json:"error,omitempty"`
}

// lines writes a stream of frames.
type lines[T any] struct{ w *bufio.Writer }

func newLines[T any](w io.Writer) lines[T] { return lines[T]{bufio.NewWriterSize(w, 32<<10)} }

func (l lines[T]) item(v T) error { return l.put(frame[T]{Item: &v}) }

// end says how the stream ended and flushes it.
func (l lines[T]) end(err error) error {
	if err := l.put(frame[T]{End: err == nil, Error: failed(err)}); err != nil {
		return err
	}
	return l.w.Flush()
}

func (l lines[T]) put(f frame[T]) error {
	b, err := encodeJSON(f)
	if err != nil {
		return err
	}
	_, err = l.w.Write(b)
	return err
}

// items reads a stream of frames to its end, and r to its own. Whatever is not
// a whole stream yields an error last: the sender's, or what is wrong with it.
func items[T any](r io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		in := bufio.NewReaderSize(r, 32<<10)
		for n := 1; ; n++ {
			var f frame[T]
			line, err := readLine(in, maxRecord)
			if err == nil {
				err = decodeJSON(line, &f)
			}
			switch {
			case err != nil:
			case f.Error != nil:
				yield(none, f.Error.error())
				return
			case f.End:
				if err = atEnd(in); err == nil {
					return
				}
			case f.Item != nil:
				if !yield(*f.Item, nil) {
					return
				}
				continue
			default:
				err = fmt.Errorf("an empty frame: %w", intake.ErrInvalid)
			}
			yield(none, fmt.Errorf("line %d: %w", n, err))
			return
		}
	}
}

// readLine reads a line of up to max bytes.
func readLine(r *bufio.Reader, max int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > max {
			return nil, fmt.Errorf("more than %d bytes: %w", max, intake.ErrTooLong)
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(line, []byte("\n")), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, broken(err)
		}
	}
}

// atEnd reads the end of r. For a request's body that is more than a check:
// the HTTP server notices a caller that goes away only after it was read.
func atEnd(r io.Reader) error {
	var one [1]byte
	n, err := io.ReadFull(r, one[:])
	switch {
	case n > 0:
		return fmt.Errorf("something follows the end: %w", intake.ErrInvalid)
	case !errors.Is(err, io.EOF):
		return broken(err)
	}
	return nil
}

// trailer says how a stream of bytes ended: whole, or in base64 the failure.
const (
	trailer = "Dengwen-End"
	whole   = "whole"
)

// sendBytes answers with the bytes that send writes.
func sendBytes(w http.ResponseWriter, send func(io.Writer) error) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Trailer", trailer)
	end := whole
	if f := failed(send(w)); f != nil {
		b, _ := encodeJSON(f) // strings cannot fail
		end = base64.StdEncoding.EncodeToString(b)
	}
	w.Header().Set(trailer, end)
}

// received reads the trailer, after the body was read to its end.
func received(resp *http.Response) error {
	end := resp.Trailer.Get(trailer)
	if end == whole {
		return nil
	}
	var f failure
	b, err := base64.StdEncoding.DecodeString(end)
	if err != nil || decodeJSON(b, &f) != nil {
		return broken(io.EOF)
	}
	return f.error()
}
