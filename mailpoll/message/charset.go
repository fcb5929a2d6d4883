package message

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// convert makes UTF-8 of b, whatever it is labelled. What the label says holds
// unless b is plainly something else: UTF-8 shows by its form, and of GB18030
// and Big5, which read each other's bytes, the one that gives Chinese as people
// write it (plausible.go). Bytes without a label that says anything are UTF-8,
// or GB18030, or Big5, in doubt in this order. What none of them reads is
// U+FFFD.
func convert(b []byte, label string) string {
	label = cleanLabel(label)
	kind := familyOf(label)
	if s, ok := byMark(b); ok {
		return s
	}
	if kind == stateful {
		if s, ok := decodeStateful(b, label); ok {
			return s
		}
		label, kind = "", unlabelled
	}
	switch {
	case isASCII(b):
		return string(b)
	case utf8.Valid(b):
		return validUTF8(b, label, kind)
	case nearlyUTF8(b):
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if kind != unlabelled {
		if r, known := labelReader(label, b); known && believed(b, label, kind) {
			return readText(r, len(b))
		}
	}
	return decodeWith(likeliest(b), b)
}

// believed decides whether a known label holds for bytes that are not UTF-8.
// Most labels are true: what cannot be outdone is not compared.
func believed(b []byte, label string, kind family) bool {
	gb := func() weight { return weighAs(simplifiedchinese.GB18030, b) }
	big5 := func() weight { return weighAs(traditionalchinese.Big5, b) }
	switch {
	case label == "gb18030":
		own := gb()
		return own.share() > 1-margin || !big5().outdoes(own)
	case label == "big5":
		own := big5()
		return own.share() > 1-margin || !gb().outdoes(own)
	case isWestern(label):
		// Every byte is a character of these. Bytes that make whole Chinese
		// sentences were not meant so.
		return !isGB2312(b) && !gb().speaks() && !big5().speaks()
	case kind == singleByte:
		return true
	}
	own := weighLabel(label, b)
	return own.faults*8 <= own.chars
}

// likeliest is what bytes are of which nothing else is known.
func likeliest(b []byte) encoding.Encoding {
	var best encoding.Encoding = simplifiedchinese.GB18030
	most := weighAs(best, b)
	for _, e := range []encoding.Encoding{traditionalchinese.Big5, unicode.UTF8} {
		if w := weighAs(e, b); w.share()-most.share() > margin {
			best, most = e, w
		}
	}
	return best
}

// byMark decodes what begins with a byte order mark.
func byMark(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "\uFFFD"), true
	case bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")):
		e := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
		if w := weighAs(e, b); w.faults*8 <= w.chars {
			return decodeWith(e, b), true
		}
	}
	return "", false
}

// validUTF8 decides on bytes that are UTF-8 and not ASCII, so most likely mean
// it. A few characters of GBK may be as many of UTF-8 by chance («联通»), but
// hardly four, and hardly ever one of three bytes.
func validUTF8(b []byte, label string, kind family) string {
	s, above := string(b), 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			above++
		}
		if kind != multiByte || r >= 0x800 || above > 3 {
			return s
		}
	}
	if r, known := labelReader(label, b); known && weighLabel(label, b).share() >= plausible {
		return readText(r, len(b))
	}
	return s
}

func decodeWith(e encoding.Encoding, b []byte) string {
	var out strings.Builder
	out.Grow(len(b) + len(b)/2) // two bytes of a Chinese character become three
	pieces(e, b, func(text []byte) bool {
		out.Write(text)
		return true
	})
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// pieces decodes b, whole characters at a time, for as long as more says so. A
// header may have a hundred thousand lines that each are decoded some times, so
// that a few bytes must cost little; x/text's Reader would make 8 KB of buffers.
func pieces(e encoding.Encoding, b []byte, more func(text []byte) bool) {
	decoder := e.NewDecoder().Transformer
	buf := make([]byte, min(4<<10, 64+4*len(b)))
	for {
		n, m, err := decoder.Transform(buf, b, true)
		b = b[m:]
		if n > 0 && !more(buf[:n]) || err != transform.ErrShortDst || n+m == 0 {
			return
		}
	}
}

// readText reads what a decoder makes of size bytes.
func readText(r io.Reader, size int) string {
	var out strings.Builder
	out.Grow(size + size/2)
	_, _ = io.CopyBuffer(&out, r, make([]byte, min(4<<10, 64+4*size))) // decoders over memory do not fail
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isBroken reports whether r is U+FFFD or a control character that text has
// not.
func isBroken(r rune) bool {
	return r == utf8.RuneError || r >= 0x7f && r <= 0x9f || r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a\x1b", r)
}

// nearlyUTF8 reports whether b is UTF-8 but for a few broken characters, as a
// text is that was cut inside one. In any other encoding nearly every
// character above ASCII is broken as UTF-8.
func nearlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good >= 8*bad
}

// isGB2312 reports whether all bytes above ASCII come in pairs as those of
// GB2312 do, and several of them: Western text has one here and there.
func isGB2312(b []byte) bool {
	pairs := 0
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		if i+1 == len(b) || b[i] < 0xa1 || b[i] > 0xf7 || b[i+1] < 0xa1 || b[i+1] == 0xff {
			return false
		}
		pairs++
		i++
	}
	return pairs >= 2
}
