package message

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// TestStateful: text in seven bits and in wide characters is read, and one that
// only says so is not lost.
func TestStateful(t *testing.T) {
	const text, simple = "a~b 反映+水库\n工程\n", "反映水库工程招标中的问题，请核查。"
	seven := func(begin, end, s string) string { // the double bytes of GB2312 without their eighth bits
		var out strings.Builder
		for _, c := range inEncoding(t, simplifiedchinese.GB18030, s) {
			out.WriteByte(c & 0x7f)
		}
		return begin + out.String() + end
	}
	var seventh []byte
	for _, u := range utf16.Encode([]rune("反映水库")) {
		seventh = append(seventh, byte(u>>8), byte(u))
	}
	wide := func(order unicode.Endianness) string {
		return string(inEncoding(t, unicode.UTF16(order, unicode.IgnoreBOM), simple))
	}
	for _, tt := range []struct{ b, label, want string }{
		{"a~~b " + seven("~{", "~}", "反映") + "+" + seven("~{", "~}", "水库") + "\n" + seven("~{", "~}", "工程") + "\n", "hz-gb-2312", text},
		{"a~~b " + seven("~{", "~}", "反映") + "+" + seven("~{", "", "水库") + "\n" + seven("~{", "~}~\r\n", "工程") + "\n", "HZ", text},
		{"up to ~100, ~/home, {}~", "hz-gb-2312", "up to ~100, ~/home, {}~"},
		{"\x1b$)A" + seven("\x0e", "\x0f", "反映水库") + " ok\r\n" + seven("\x1b$)A\x0e", "\r\nend", "工程"), "iso-2022-cn", "反映水库 ok\r\n工程\r\nend"},
		{"\x1b$)G\x0eGB\x0f ok", "iso-2022-cn-ext", "\x1b$)G\x0eGB\x0f ok"},
		{"plain", "iso-2022-cn", "plain"}, {"plain", "replacement", "plain"}, {"plain", "iso-2022-kr", "plain"}, {"plain", "csiso2022kr", "plain"},
		{"\x1b$)C\x0e" + string([]byte{0xc7 & 0x7f, 0xd1 & 0x7f, 0xb1 & 0x7f, 0xb9 & 0x7f}) + "\x0f.", "iso-2022-kr", "한국."},
		{string(inEncoding(t, japanese.ISO2022JP, "水道局の職員")), "iso-2022-jp", "水道局の職員"}, {string(inEncoding(t, japanese.ISO2022JP, "水")), "iso-2022-jp-2", "水"},
		{"1 +- 1, +" + base64.RawStdEncoding.EncodeToString(seventh) + "-+" + base64.RawStdEncoding.EncodeToString(seventh) + ".", "utf-7", "1 + 1, 反映水库反映水库."},
		{"+" + base64.RawStdEncoding.EncodeToString(seventh), "UNICODE-1-1-UTF-7", "反映水库"},
		{"a+b+ +c= +", "utf-7", "a+b+ +c= +"}, {simple, "utf-7", simple},
		{wide(unicode.BigEndian), "utf-16", simple}, {wide(unicode.LittleEndian), "utf-16", simple}, {wide(unicode.LittleEndian), "unicode", simple},
		{wide(unicode.BigEndian), "utf-16le", simple}, {wide(unicode.LittleEndian), "iso-10646-ucs-2", simple},
		{"\xff\xfe" + wide(unicode.LittleEndian) + "\n", "", simple + "\uFFFD"},
		{"<meta charset=unicode><p>an English page", "unicode", "<meta charset=unicode><p>an English page"}, {simple, "utf-16", simple}, {simple, "unicode", simple},
	} {
		if got := convert([]byte(tt.b), tt.label); got != tt.want {
			t.Errorf("%q as %s: %q, want %q", tt.b, tt.label, got, tt.want)
		}
	}
}
