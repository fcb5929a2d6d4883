package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// A pngFile goes through a PNG (W3C PNG, third edition) or an animated one:
// a signature, then chunks of length, type, data and CRC. Image data streams;
// every other chunk that stays is short and is looked at whole.
type pngFile struct {
	*cleaner
	began   bool
	header  bool // IHDR is behind us
	depth   byte
	colour  byte
	palette int             // entries in PLTE
	seen    map[string]bool // chunks that stand once
	image   place
	turned  bool // an eXIf with an orientation is behind us

	// The animation: acTL says how many frames there are; fcTL and fdAT are
	// numbered in one sequence.
	animated    bool
	frames      uint32 // still to come
	sequence    uint32
	frameOpened bool // a fcTL for the frame of fdAT was seen

	// The chunk whose data is streaming.
	body    int64 // bytes left
	closing bool  // its CRC comes next
	sum     uint32
}

// A place is where a PNG stands towards its image data, whose chunks follow one
// another without a gap.
type place int

const (
	beforeImage place = iota
	inImage
	afterImage
)

func (p *pngFile) step() error {
	switch {
	case !p.began:
		b, err := p.look(len(pngSignature))
		if err != nil {
			return err
		}
		if string(b) != pngSignature {
			return broken("no PNG starts so")
		}
		p.began, p.seen = true, map[string]bool{}
		return p.give(len(pngSignature))
	case p.body > 0:
		b, err := p.some(p.body)
		if err != nil {
			return err
		}
		p.out, p.body, p.sum = b, p.body-int64(len(b)), crc32.Update(p.sum, crc32.IEEETable, b)
		return nil
	case p.closing:
		b, err := p.look(4)
		if err != nil {
			return err
		}
		if binary.BigEndian.Uint32(b) != p.sum {
			return broken("wrong checksum of image data")
		}
		p.closing = false
		return p.give(4)
	}
	return p.chunk()
}

// chunk reads the head of a chunk and decides about it.
func (p *pngFile) chunk() error {
	if err := p.count(); err != nil {
		return err
	}
	b, err := p.look(8)
	if err != nil {
		return err
	}
	size, name := int64(binary.BigEndian.Uint32(b)), string(b[4:])
	if size > 1<<31-1 {
		return broken("a chunk of %d bytes", size)
	}
	for _, letter := range b[4:] {
		if letter|0x20 < 'a' || letter|0x20 > 'z' {
			return broken("a chunk type that is not four letters")
		}
	}
	if !p.header && name != "IHDR" {
		return broken("IHDR is not the first chunk")
	}
	if p.image == inImage && name != "IDAT" {
		p.image = afterImage
	}
	switch name {
	case "IDAT":
		return p.imageData(size)
	case "fdAT":
		return p.frameData(size)
	case "eXIf":
		return p.exif(size)
	}
	if chunk, ok := pngShort[name]; ok {
		return p.short(name, chunk, size)
	}
	if name[0] < 'a' {
		return broken("an unknown chunk without which the picture cannot be understood")
	}
	return p.skip(12 + size)
}

// imageData begins an IDAT.
func (p *pngFile) imageData(size int64) error {
	if p.image == afterImage {
		return broken("IDAT in two places")
	}
	if p.colour == indexed && p.palette == 0 {
		return broken("no palette before IDAT")
	}
	p.image = inImage
	return p.stream(size, 8)
}

// frameData begins the fdAT of an animation: a sequence number, then data.
// Without an acTL no decoder shows it, so it goes.
func (p *pngFile) frameData(size int64) error {
	if !p.animated {
		return p.skip(12 + size)
	}
	b, err := p.look(12)
	if err != nil {
		return err
	}
	if size < 4 || p.image != afterImage || !p.frameOpened || binary.BigEndian.Uint32(b[8:]) != p.sequence {
		return broken("fdAT out of order")
	}
	p.sequence++
	return p.stream(size, 12)
}

// stream gives out the first n bytes of a chunk, whose data follows in steps.
func (p *pngFile) stream(size int64, n int) error {
	b, err := p.look(n)
	if err != nil {
		return err
	}
	p.sum, p.body, p.closing = crc32.ChecksumIEEE(b[4:]), size-int64(n-8), true
	return p.give(n)
}

// exif writes the orientation of the first eXIf that has one, where it is not
// upright. The checksum of what goes is not looked at.
func (p *pngFile) exif(size int64) error {
	n := int(min(size, exifMax))
	b, err := p.look(8 + n)
	if err != nil {
		return err
	}
	var fresh []byte
	if o := orientation(bytes.TrimPrefix(b[8:], []byte(exifPrefix))); o != 0 && !p.turned {
		p.turned = true
		if o != upright {
			fresh = pngChunk("eXIf", freshTIFF(o))
		}
	}
	p.out = fresh
	return p.skip(12 + size)
}

// end gives out IEND.
func (p *pngFile) end() error {
	if p.image != afterImage || p.animated && p.frames > 0 {
		return broken("IEND before the last image data")
	}
	if err := p.give(12); err != nil {
		return err
	}
	return io.EOF
}

// pngChunk puts a chunk together.
func pngChunk(name string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
