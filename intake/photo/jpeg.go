package photo

import (
	"bytes"
	"encoding/binary"
	"io"
)

// Markers of ITU-T T.81, table B.1: the second byte, after 0xFF.
const (
	markSOF0           = 0xC0 // frames, up to 0xCF but for the next three
	markDHT            = 0xC4
	markJPG            = 0xC8
	markDAC            = 0xCC
	markRST0, markRST7 = 0xD0, 0xD7
	markSOI            = 0xD8
	markEOI            = 0xD9
	markSOS            = 0xDA
	markDQT            = 0xDB
	markDNL            = 0xDC
	markDRI            = 0xDD
	markDHP            = 0xDE
	markEXP            = 0xDF
	markAPP0, markAPP1 = 0xE0, 0xE1 // from here on: applications, extensions, comments
	markAPP14          = 0xEE
)

// A jpegFile goes through a JPEG: segments, and entropy-coded data behind each
// SOS. Any process of T.81 will do: baseline, progressive, lossless,
// hierarchical, Huffman or arithmetic, because none is decoded.
type jpegFile struct {
	*cleaner
	began        bool // SOI is behind us
	frame        bool // a SOFn is
	hierarchical bool // a DHP is, so there may be many frames
	scanned      bool // a SOS is
	scanning     bool // we are in entropy-coded data
	jfif         bool // JFIF was given out
	turned       bool // an Exif with an orientation is behind us
}

func (j *jpegFile) step() error {
	switch {
	case !j.began:
		return j.start()
	case j.scanning:
		return j.scan()
	}
	return j.segment()
}

func (j *jpegFile) start() error {
	b, err := j.look(2)
	if err != nil {
		return err
	}
	if b[0] != 0xFF || b[1] != markSOI {
		return broken("no JPEG starts so")
	}
	j.began = true
	return j.give(2)
}

// scan gives out entropy-coded data as far as it is in the buffer. In it 0xFF
// is followed by 0x00, a restart marker, or fill bytes; any other marker is the
// next segment's.
func (j *jpegFile) scan() error {
	if _, err := j.look(2); err != nil { // at least EOI is still to come
		return err
	}
	b, err := j.look(j.in.Buffered())
	if err != nil {
		return err
	}
	n := 0
	for n < len(b) {
		k := bytes.IndexByte(b[n:], 0xFF)
		if k < 0 {
			n = len(b)
			break
		}
		if n += k; n+1 == len(b) {
			break
		}
		switch next := b[n+1]; {
		case next == 0 || next >= markRST0 && next <= markRST7:
			n += 2
		case next == 0xFF:
			n++
		default:
			j.scanning = false
			return j.give(n)
		}
	}
	return j.give(n)
}

// segment reads a marker and deals with its segment. Fill bytes before a marker
// go; anything else between segments is broken.
func (j *jpegFile) segment() error {
	b, err := j.look(2)
	if err != nil {
		return err
	}
	mark := b[1]
	switch {
	case b[0] != 0xFF:
		return broken("no marker where a segment must start")
	case mark == 0xFF:
		return j.skip(1)
	case mark == markEOI:
		if !j.scanned {
			return broken("a JPEG without a scan")
		}
		if err := j.give(2); err != nil {
			return err
		}
		return io.EOF
	case mark < markSOF0, mark >= markRST0 && mark <= markSOI:
		return broken("marker %#x has no place between segments", mark)
	}
	if err := j.count(); err != nil {
		return err
	}
	if b, err = j.look(4); err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(b[2:])) // counts itself
	if length < 2 {
		return broken("segment %#x of %d bytes", mark, length)
	}
	if mark >= markAPP0 || mark == markJPG {
		return j.application(mark, length)
	}
	if b, err = j.look(2 + length); err != nil {
		return err
	}
	if err := j.check(mark, b[4:]); err != nil {
		return err
	}
	return j.give(2 + length)
}

// application deals with the segments that are not the picture's: they go, but
// for three, which are written anew with what a decoder needs of them.
func (j *jpegFile) application(mark byte, length int) error {
	var fresh []byte
	if mark == markAPP0 || mark == markAPP1 || mark == markAPP14 {
		b, err := j.look(2 + length)
		if err != nil {
			return err
		}
		switch mark {
		case markAPP0:
			fresh, err = j.freshJFIF(b[4:])
		case markAPP1:
			fresh = j.freshExif(b[4:])
		case markAPP14:
			fresh = freshAdobe(b[4:])
		}
		if err != nil {
			return err
		}
	}
	j.out = fresh
	return j.skip(int64(2 + length))
}
