package photo

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// Colour types of IHDR.
const (
	grey       = 0
	truecolour = 2
	indexed    = 3
	greyAlpha  = 4
	withAlpha  = 6
)

// A shortChunk is a chunk that stays and fits into one look.
type shortChunk struct {
	// fits says whether the length is one that the chunk may have.
	fits func(p *pngFile, size int) bool
	// read refuses the content, or takes from it what later chunks depend on;
	// keep false means that the chunk goes. Nil keeps.
	read func(p *pngFile, data []byte) (keep bool, err error)
	// early chunks stand once, and before the image data; one that does not is
	// ignored by decoders, and goes.
	early bool
}

// pngShort are the short chunks that stay; IDAT, fdAT and eXIf are in png.go.
var pngShort = map[string]shortChunk{
	"IHDR": {fits: exactly(13), read: (*pngFile).readHeader},
	"PLTE": {fits: func(_ *pngFile, n int) bool { return n > 0 && n <= 3*256 && n%3 == 0 }, read: (*pngFile).readPalette},
	"IEND": {fits: exactly(0)},
	"tRNS": {fits: fitsTransparency, read: (*pngFile).readTransparency, early: true},
	"gAMA": {fits: exactly(4), early: true},
	"cHRM": {fits: exactly(32), early: true},
	"sRGB": {fits: exactly(1), early: true},
	"cICP": {fits: exactly(4), early: true},
	"sBIT": {fits: perColour(map[byte]int{grey: 1, truecolour: 3, indexed: 3, greyAlpha: 2, withAlpha: 4}), early: true},
	"bKGD": {fits: perColour(map[byte]int{grey: 2, truecolour: 6, indexed: 1, greyAlpha: 2, withAlpha: 6}), early: true},
	"pHYs": {fits: exactly(9), early: true},
	"acTL": {fits: exactly(8), read: (*pngFile).readAnimation, early: true},
	"fcTL": {fits: exactly(26), read: (*pngFile).readFrame},
}

func exactly(n int) func(*pngFile, int) bool {
	return func(_ *pngFile, size int) bool { return size == n }
}

func perColour(sizes map[byte]int) func(*pngFile, int) bool {
	return func(p *pngFile, size int) bool { return size == sizes[p.colour] }
}

// short checks a short chunk and gives it out, or lets it go.
func (p *pngFile) short(name string, chunk shortChunk, size int64) error {
	if chunk.early && (p.image != beforeImage || p.seen[name]) {
		return p.skip(12 + size)
	}
	if size > 3*256 || !chunk.fits(p, int(size)) {
		return broken("%s of %d bytes", name, size)
	}
	n := 12 + int(size)
	b, err := p.look(n)
	if err != nil {
		return err
	}
	if crc32.ChecksumIEEE(b[4:n-4]) != binary.BigEndian.Uint32(b[n-4:]) {
		return broken("wrong checksum of %s", name)
	}
	p.seen[name] = true
	if name == "IEND" {
		return p.end()
	}
	if chunk.read != nil {
		keep, err := chunk.read(p, b[8:n-4])
		if err != nil {
			return err
		}
		if !keep {
			return p.skip(int64(n))
		}
	}
	return p.give(n)
}

// readHeader checks IHDR: size, bits per sample and colour type, and three
// methods, of which interlacing alone has a choice.
func (p *pngFile) readHeader(data []byte) (bool, error) {
	depths := map[byte]string{
		grey: "\x01\x02\x04\x08\x10", truecolour: "\x08\x10", indexed: "\x01\x02\x04\x08", greyAlpha: "\x08\x10", withAlpha: "\x08\x10",
	}
	width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	p.depth, p.colour = data[8], data[9]
	known := strings.IndexByte(depths[p.colour], p.depth) >= 0
	if p.header || width-1 > 1<<31-2 || height-1 > 1<<31-2 || !known || data[10] != 0 || data[11] != 0 || data[12] > 1 {
		return false, broken("an IHDR that cannot be")
	}
	p.header = true
	return true, nil
}

// readPalette checks the place and the number of colours of PLTE.
func (p *pngFile) readPalette(data []byte) (bool, error) {
	n := len(data) / 3
	if p.palette > 0 || p.image != beforeImage || p.colour == grey || p.colour == greyAlpha ||
		p.colour == indexed && n > 1<<p.depth {
		return false, broken("a PLTE that cannot be")
	}
	p.palette = n
	return true, nil
}

// fitsTransparency: a grey level, a colour, or an alpha for each palette entry.
// Where the picture has alpha of its own any length will do: the chunk goes.
func fitsTransparency(p *pngFile, size int) bool {
	switch p.colour {
	case grey:
		return size == 2
	case truecolour:
		return size == 6
	case indexed:
		return size > 0 && size <= p.palette
	}
	return true
}

func (p *pngFile) readTransparency([]byte) (bool, error) {
	return p.colour != greyAlpha && p.colour != withAlpha, nil
}

// readAnimation takes the number of frames from acTL.
func (p *pngFile) readAnimation(data []byte) (bool, error) {
	p.animated, p.frames = true, binary.BigEndian.Uint32(data)
	if p.frames == 0 {
		return false, broken("an animation without frames")
	}
	return true, nil
}

// readFrame counts the frames and checks the sequence number of a fcTL. Without
// an acTL it means nothing, and goes.
func (p *pngFile) readFrame(data []byte) (bool, error) {
	if !p.animated {
		return false, nil
	}
	if p.frames == 0 || binary.BigEndian.Uint32(data) != p.sequence {
		return false, broken("fcTL out of order")
	}
	p.frames--
	p.sequence++
	p.frameOpened = p.image == afterImage
	return true, nil
}
