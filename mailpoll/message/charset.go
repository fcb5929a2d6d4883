package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// convert makes UTF-8 of b, whatever it is labelled. What the label says holds
// when it fits; else b is UTF-8, or GB18030, or Big5, whichever has the fewest
// faults, in this order. What none of them reads is U+FFFD.
func convert(b []byte, label string) string {
	label = cleanLabel(label)
	kind := familyOf(label)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "\uFFFD")
	case len(b) >= 2 && len(b)%2 == 0 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff):
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), b)
	case kind == stateful:
		if s, ok := byLabel(label, b); ok {
			return s
		}
	case isASCII(b):
		return string(b)
	}
	if utf8.Valid(b) {
		return validUTF8(b, label, kind)
	}
	labelled, known := "", false
	if kind == singleByte || kind == multiByte {
		labelled, known = byLabel(label, b)
	}
	switch {
	case known && kind == singleByte && !(isWestern(label) && isGB2312(b)):
		return labelled
	case known && kind == multiByte && faults(labelled) == 0:
		return labelled
	case nearlyUTF8(b):
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	best := decodeWith(simplifiedchinese.GB18030, b)
	least := faults(best)
	if least == 0 {
		return best
	}
	try := func(s string) {
		if n := faults(s); n < least {
			best, least = s, n
		}
	}
	try(decodeWith(traditionalchinese.Big5, b))
	if known {
		try(labelled)
	}
	try(strings.ToValidUTF8(string(b), "\uFFFD"))
	return best
}

// validUTF8 decides on bytes that are UTF-8 and not ASCII, so most likely mean
// it. Two characters of GBK may be two of UTF-8 by chance («联通»), hardly ever
// one of three bytes.
func validUTF8(b []byte, label string, kind family) string {
	s := string(b)
	if kind != multiByte || strings.IndexFunc(s, func(r rune) bool { return r >= 0x800 }) >= 0 {
		return s
	}
	if labelled, known := byLabel(label, b); known && faults(labelled) == 0 {
		return labelled
	}
	return s
}

func decodeWith(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// faults counts what hardly stands in a text that was decoded rightly: broken
// characters, control characters, and those for private use, which GB18030
// gives for bytes that are common in Big5.
func faults(s string) (n int) {
	for _, r := range s {
		if isBroken(r) || r >= 0xe000 && r <= 0xf8ff {
			n++
		}
	}
	return n
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
