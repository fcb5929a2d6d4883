package photo

import (
	"encoding/binary"
	"io"
)

// A webpFile goes through a WebP (RFC 9649): a RIFF of chunks, each a name, a
// length and data padded to an even length.
//
// The length of the whole stands at its start, before it can be known what will
// go. So every chunk keeps its place and length, and what goes becomes a chunk
// of zeros called JUNK, the name that RIFF has for padding.
type webpFile struct {
	*cleaner
	began bool
	left  int64 // bytes of the RIFF behind the chunk at hand
	first bool  // a chunk is behind us

	extended bool // it began with VP8X
	animated bool // which says so
	withExif bool // which says so, and no EXIF is behind us
	anim     bool // ANIM is behind us
	frames   int  // ANMF behind us
	picture  picture

	inFrame bool  // in an ANMF
	frame   int64 // bytes of the ANMF behind the chunk at hand

	// The chunk whose data is streaming.
	body  int64 // bytes left
	erase bool  // zeros are given out in their place
	pad   bool  // a padding byte follows
}

// A picture is what has been seen of one still picture, or one frame.
type picture struct{ alpha, image bool }

var zeros [4096]byte

func (w *webpFile) step() error {
	switch {
	case !w.began:
		return w.start()
	case w.body > 0:
		return w.stream()
	case w.pad:
		w.pad = false
		w.out = zeros[:1]
		return w.skip(1)
	case w.inFrame && w.frame == 0:
		if !w.picture.image {
			return broken("ANMF without a picture")
		}
		w.inFrame = false
		return nil
	case !w.inFrame && w.left == 0:
		if w.animated && w.frames == 0 || !w.animated && !w.picture.image {
			return broken("a WebP without a picture")
		}
		return io.EOF
	}
	return w.chunk()
}

func (w *webpFile) start() error {
	b, err := w.look(12)
	if err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32(b[4:])
	if string(b[:4]) != "RIFF" || string(b[8:]) != "WEBP" {
		return broken("no WebP starts so")
	}
	if size < 12 || size%2 != 0 || size > 1<<32-10 {
		return broken("a RIFF of %d bytes", size)
	}
	w.began, w.left = true, int64(size)-4
	return w.give(12)
}

// stream gives out, or erases, what the buffer has of a chunk's data.
func (w *webpFile) stream() error {
	limit := w.body
	if w.erase {
		limit = min(limit, int64(len(zeros)))
	}
	b, err := w.some(limit)
	if err != nil {
		return err
	}
	w.body -= int64(len(b))
	if w.out = b; w.erase {
		w.out = zeros[:len(b)]
	}
	return nil
}

// chunk reads the head of a chunk, checks that it fits into what it stands in,
// and decides about it.
func (w *webpFile) chunk() error {
	if err := w.count(); err != nil {
		return err
	}
	room := &w.left
	if w.inFrame {
		room = &w.frame
	}
	if *room < 8 {
		return broken("%d bytes behind the last chunk", *room)
	}
	b, err := w.look(8)
	if err != nil {
		return err
	}
	name, size := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
	if *room -= 8 + size + size%2; *room < 0 {
		return broken("a chunk longer than its file or frame")
	}
	w.body, w.pad, w.erase = size, size%2 != 0, false
	if w.inFrame {
		return w.pictureChunk(name)
	}
	if !w.first {
		w.first = true
		return w.firstChunk(name)
	}
	return w.laterChunk(name)
}

// keep gives out a chunk's head; its data streams.
func (w *webpFile) keep() error { return w.give(8) }

// replace gives out another head and other first bytes, of the same length; the
// rest streams.
func (w *webpFile) replace(name string, data []byte) error {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(w.body))
	w.out = append(b, data...)
	w.body -= int64(len(data))
	return w.skip(int64(8 + len(data)))
}

// remove makes the chunk one of zeros.
func (w *webpFile) remove() error {
	w.erase = true
	return w.replace("JUNK", nil)
}
