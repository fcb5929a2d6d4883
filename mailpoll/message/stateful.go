package message

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// decodeStateful decodes what is labelled as 7-bit text with escapes, or as
// UTF-16. It reports false when the label is a lie, or when nobody knows the
// escapes: then the text stands as it came, and nothing of it is lost.
func decodeStateful(b []byte, label string) (string, bool) {
	switch {
	case strings.Contains(label, "utf-7") || strings.Contains(label, "utf7"):
		return decodeUTF7(b), isASCII(b)
	case !isASCII(b) && !isWide(label):
		return "", false
	case strings.HasPrefix(label, "hz"):
		return decodeWith(simplifiedchinese.GB18030, fromHZ(b)), true
	case strings.Contains(label, "2022-jp") || strings.Contains(label, "2022jp"):
		w := weighAs(japanese.ISO2022JP, b)
		return decodeWith(japanese.ISO2022JP, b), w.faults*8 <= w.chars
	case isWide(label):
		return decodeWide(b, label)
	}
	return from2022(b)
}

func isWide(label string) bool {
	return strings.Contains(label, "16") || strings.Contains(label, "ucs") || strings.HasSuffix(label, "unicode")
}

// decodeWide decodes UTF-16. Pages say so of themselves, and are UTF-8 by the
// time they are mailed.
func decodeWide(b []byte, label string) (string, bool) {
	if len(b) >= 16 && utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 {
		return "", false
	}
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	e, other := big, little // RFC 2781, section 4.3
	if strings.HasSuffix(label, "le") {
		e, other = little, big
	}
	own := weighAs(e, b)
	if weighAs(other, b).share()-own.share() > margin {
		e, own = other, weighAs(other, b)
	}
	speaks := weighAs(simplifiedchinese.GB18030, b).speaks() || weighAs(traditionalchinese.Big5, b).speaks()
	return decodeWith(e, b), !speaks && own.faults*8 <= own.chars
}

// fromHZ makes GB2312 of HZ (RFC 1843). A line's end ends it, whoever forgot
// the closing sign. What is no escape stands as it is.
func fromHZ(b []byte) []byte {
	out := make([]byte, 0, len(b))
	chinese := false
	for i := 0; i < len(b); i++ {
		next := byte(0)
		if i+1 < len(b) {
			next = b[i+1]
		}
		switch {
		case b[i] == '~' && (next == '{' || next == '}'):
			chinese = next == '{'
			i++
		case b[i] == '~' && next == '~' && !chinese:
			out = append(out, '~')
			i++
		case b[i] == '~' && next == '\n':
			i++
		case b[i] == '~' && bytes.HasPrefix(b[i+1:], []byte("\r\n")):
			i += 2
		case chinese && isDouble(b[i], next):
			out = append(out, b[i]|0x80, next|0x80)
			i++
		default:
			chinese = chinese && b[i] != '\n'
			out = append(out, b[i])
		}
	}
	return out
}

// isDouble reports whether two bytes are a character of a set of 94 by 94.
func isDouble(a, b byte) bool { return a > 0x20 && a < 0x7f && b > 0x20 && b < 0x7f }

// from2022 decodes ISO-2022-CN (RFC 1922) as far as it is GB2312, and
// ISO-2022-KR (RFC 1557): both shift between ASCII and one set of double bytes.
func from2022(b []byte) (string, bool) {
	var e encoding.Encoding = simplifiedchinese.GB18030
	if bytes.Contains(b, []byte("\x1b$)C")) {
		e = korean.EUCKR
	}
	out := make([]byte, 0, len(b))
	shifted := false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case bytes.HasPrefix(b[i:], []byte("\x1b$)A")) || bytes.HasPrefix(b[i:], []byte("\x1b$)C")):
			i += 3
		case c == '\x1b':
			return "", false // the sets of Taiwan's standard
		case c == '\x0e' || c == '\x0f':
			shifted = c == '\x0e'
		case shifted && i+1 < len(b) && isDouble(c, b[i+1]):
			out = append(out, c|0x80, b[i+1]|0x80)
			i++
		default:
			shifted = shifted && c != '\n'
			out = append(out, c)
		}
	}
	return decodeWith(e, out), true
}

// decodeUTF7 decodes UTF-7 (RFC 2152). What is not of it stands as it is.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		i := bytes.IndexByte(b, '+')
		if i < 0 {
			break
		}
		out.Write(b[:i])
		n := 1
		for n < len(b)-i && isBase64(b[i+n]) {
			n++
		}
		wide := make([]byte, base64.RawStdEncoding.DecodedLen(n-1))
		m, err := base64.RawStdEncoding.Decode(wide, b[i+1:i+n])
		rest := b[i+n:]
		closed := len(rest) > 0 && rest[0] == '-'
		switch {
		case n == 1 && closed: // the plus sign itself
			out.WriteByte('+')
		case n == 1 || err != nil || m < 2:
			out.Write(b[i : i+n])
			closed = false
		default:
			units := make([]uint16, m/2)
			for j := range units {
				units[j] = uint16(wide[2*j])<<8 | uint16(wide[2*j+1])
			}
			out.WriteString(string(utf16.Decode(units)))
		}
		if b = rest; closed {
			b = rest[1:]
		}
	}
	out.Write(b)
	return out.String()
}

func isBase64(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '+' || c == '/' }
