package hotline

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// An encoding says how the bytes of a text file are characters.
type encoding struct {
	Name string
	skip int64 // bytes of the byte order mark
	// sound says that every character was there: U+FFFD is then one of them,
	// elsewhere it marks a broken one.
	sound bool
	// oldMac says that lines end with a carriage return alone.
	oldMac  bool
	decoder func() transform.Transformer // nil: UTF-8 as it stands
}

// detect tells the encoding of a text file: by its byte order mark; else
// UTF-16 when that is certain (utf16.go); else UTF-8 when every byte fits; else
// GB18030 when that fits; else whichever of the two has fewer faults. It reads
// the file a few times, in pieces.
func detect(r io.ReaderAt, size int64) (encoding, error) {
	mark := make([]byte, 3)
	n, err := r.ReadAt(mark, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return encoding{}, err
	}
	mark = mark[:n]
	var enc encoding
	switch {
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}):
		enc = encoding{Name: "UTF-16LE", skip: 2, decoder: utf16(unicode.LittleEndian)}
	case bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		enc = encoding{Name: "UTF-16BE", skip: 2, decoder: utf16(unicode.BigEndian)}
	default:
		if bytes.Equal(mark, []byte("\ufeff")) {
			enc.skip = 3
		}
		sure, err := enc.markless(r, size)
		if err == nil && !sure {
			err = enc.weigh(r, size)
		}
		if err != nil {
			return encoding{}, err
		}
	}
	enc.oldMac, err = returnsOnly(enc.reader(r, size))
	return enc, err
}

// weigh decides between UTF-8 and GB18030. A byte order mark decides for
// UTF-8 whatever follows.
func (enc *encoding) weigh(r io.ReaderAt, size int64) error {
	section := func() io.Reader { return io.NewSectionReader(r, enc.skip, size-enc.skip) }
	bad, err := faults(section(), nil, illFormed)
	if err != nil {
		return err
	}
	enc.Name, enc.sound = "UTF-8", bad == 0
	if bad == 0 {
		return nil
	}
	enc.decoder = func() transform.Transformer { return runes.ReplaceIllFormed() }
	if enc.skip > 0 {
		return nil
	}
	other, err := faults(section(), simplifiedchinese.GB18030.NewDecoder(), undecoded)
	if err != nil {
		return err
	}
	if other < bad {
		enc.Name = "GB18030"
		enc.decoder = func() transform.Transformer { return simplifiedchinese.GB18030.NewDecoder() }
	}
	return nil
}

func utf16(e unicode.Endianness) func() transform.Transformer {
	return func() transform.Transformer { return unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder() }
}

// reader returns the file's text as UTF-8 with \n in its line ends.
func (enc *encoding) reader(r io.ReaderAt, size int64) io.Reader {
	var text io.Reader = io.NewSectionReader(r, enc.skip, max(size-enc.skip, 0))
	if enc.decoder != nil {
		text = transform.NewReader(text, enc.decoder())
	}
	if enc.oldMac {
		text = &newliner{text}
	}
	return text
}

// newliner turns the lone carriage returns of old Macintosh text to newlines.
type newliner struct{ r io.Reader }

func (n *newliner) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	for i, c := range p[:k] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return k, err
}

// returnsOnly reports whether a text has carriage returns and no newline. It
// reads to the first newline, which is near in nearly every file.
func returnsOnly(r io.Reader) (bool, error) {
	buf, returns := make([]byte, 64<<10), false
	for {
		n, err := r.Read(buf)
		if bytes.IndexByte(buf[:n], '\n') >= 0 {
			return false, nil
		}
		returns = returns || bytes.IndexByte(buf[:n], '\r') >= 0
		switch {
		case errors.Is(err, io.EOF):
			return returns, nil
		case err != nil:
			return false, unread(err)
		}
	}
}

// faults counts the broken characters of a text, piece by piece: as UTF-8, or
// as what the decoder reads.
func faults(r io.Reader, decoder transform.Transformer, count func(text []byte) int) (int, error) {
	if decoder != nil {
		r = transform.NewReader(r, decoder)
	}
	buf, bad, kept := make([]byte, 64<<10), 0, 0
	for {
		n, err := r.Read(buf[kept:])
		end := errors.Is(err, io.EOF)
		text := buf[:kept+n]
		if !end {
			text = text[:whole(text)]
		}
		bad += count(text)
		kept = copy(buf, buf[len(text):kept+n])
		switch {
		case end:
			return bad, nil
		case err != nil:
			return 0, unread(err)
		}
	}
}

// whole returns the length of text without a character that its end cuts off.
func whole(text []byte) int {
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

// undecoded counts the characters that a decoder could not read.
func undecoded(text []byte) int { return bytes.Count(text, []byte("\ufffd")) }

// illFormed counts the bytes that are no UTF-8.
func illFormed(text []byte) int {
	if utf8.Valid(text) {
		return 0
	}
	bad := 0
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			bad++
		}
		text = text[n:]
	}
	return bad
}
