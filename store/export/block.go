package export

import "bytes"

// blockSize is the size of a tar block, in bytes. A member is a header block
// and its content, filled up with zeros to whole blocks.
const blockSize = 512

type block [blockSize]byte

var zeroBlock block

// Where the fields of a USTAR header block stand (POSIX.1, pax).
const (
	atMode     = 100
	atUID      = 108
	atGID      = 116
	atSize     = 124
	atTime     = 136
	atSum      = 148
	atType     = 156
	atMagic    = 257
	atDevMajor = 329
	atDevMinor = 337
	maxName    = 100
	sizeDigits = 11 // octal: up to 8 GiB, four times the largest part
)

// blankBlock is the header block of a nameless empty member, with the checksum
// field as it counts in the sum: eight spaces.
var blankBlock, blankSum = func() (b block, sum int64) {
	for at, text := range map[int]string{
		atMode: "0000600\x00", atUID: "0000000\x00", atGID: "0000000\x00", atSize: "00000000000\x00", atTime: "00000000000\x00",
		atSum: "        ", atType: "0", atMagic: "ustar\x0000", atDevMajor: "0000000\x00", atDevMinor: "0000000\x00",
	} {
		copy(b[at:], text)
	}
	for _, c := range b {
		sum += int64(c)
	}
	return b, sum
}()

// format makes b the one header block of a member with this name and size, the
// same that archive/tar writes.
func (b *block) format(name []byte, size int64) {
	*b = blankBlock
	copy(b[:maxName], name)
	putOctal(b[atSize:atSize+sizeDigits], size)
	sum := blankSum
	for _, c := range name {
		sum += int64(c)
	}
	for _, c := range b[atSize : atSize+sizeDigits] {
		sum += int64(c - '0')
	}
	putOctal(b[atSum:atSum+6], sum)
	b[atSum+6] = 0
}

// putOctal fills b with the digits of n.
func putOctal(b []byte, n int64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n&7)
		n >>= 3
	}
}

// parse reads the name and size of a header block. It is ok only if format
// gives the very same block.
func (b *block) parse() (name []byte, size int64, ok bool) {
	name, _, _ = bytes.Cut(b[:maxName], []byte{0})
	size = b.size()
	var again block
	again.format(name, size)
	return name, size, len(name) > 0 && again == *b
}

// size reads the digits of the size, whatever they are: the caller formats the
// block again.
func (b *block) size() (n int64) {
	for _, c := range b[atSize : atSize+sizeDigits] {
		n = n<<3 | int64(c&7)
	}
	return n
}

// padding is the number of zeros that follow a content of n bytes.
func padding(n int64) int64 { return -n & (blockSize - 1) }
